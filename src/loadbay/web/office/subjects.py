"""From the keys that tasks and exchanges carry (`listing:UK:RUG-02`, `field_call:FC-000123`) to pages.

Rule: a key that no page belongs to is shown as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from loadbay.web.words import shown

_PAGES = {"sku": "product-amazon", "field_call": "field-call", "sale": "sale", "product": "product"}
_ORDER_NUMBERS = ("order", "shipment")


@dataclass(frozen=True)
class Subject:
    """What something is about: its words, and the page to go to, or ""."""

    words: str
    link: str


def linked(subjects: Sequence[str]) -> tuple[Subject, ...]:
    return tuple(_linked(subject) for subject in subjects[:12])


def _listing(name: str) -> Subject:
    """`listing:UK:RUG` is the Amazon screen of RUG on the channel UK."""
    channel, _, sku = name.partition(":")
    page = f"{reverse('product-amazon', args=[sku])}?{urlencode({'channel': channel})}" if sku else ""
    return Subject(sku or name, page)


def _board(name: str) -> Subject:
    """`board:UK:waiting` is the conversion board of UK with those that wait."""
    channel, _, state = name.partition(":")
    words = {"waiting": "All to be converted"}.get(state) or f"All {shown('listing', state).words.lower()}"
    return Subject(
        f"{words} on {channel}", f"{reverse('listings')}?{urlencode({'state': state, 'channel': channel})}"
    )


def _linked(subject: str) -> Subject:
    kind, _, name = subject.partition(":")
    if not name:
        return Subject(subject, "")
    if kind == "listing":
        return _listing(name)
    if kind == "board":
        return _board(name)
    if kind in _PAGES:
        return Subject(name, reverse(_PAGES[kind], args=[name]))
    if kind in _ORDER_NUMBERS:  # the list says it in words where it is set aside, and has no page of its own
        return Subject(name, f"{reverse('orders')}?{urlencode({'numbers': name})}")
    return Subject(f"{kind} {name}", "")
