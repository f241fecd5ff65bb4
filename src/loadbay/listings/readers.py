"""Asking Amazon's catalogue: Check ASIN, which stores nothing, and the seller's shipping templates.

Its rule: only a whole answer is stored, through `services`; trouble goes on up and leaves what is known.
"""

from __future__ import annotations

from loadbay.core.clock import Clock
from loadbay.core.ids import Asin
from loadbay.listings.ports import CatalogueDesk
from loadbay.listings.rules import read_asin, read_condition
from loadbay.listings.services.editing import AsinCheck
from loadbay.listings.services.templates import store_templates
from loadbay.listings.template_rules import Retrieved


def check_asin(asin: str, *, condition: str, desk: CatalogueDesk, clock: Clock) -> AsinCheck:
    """What Amazon holds about an ASIN, and the templates that may be chosen for it. May raise trouble."""
    item = desk.check_asin(Asin(read_asin(asin)), condition=read_condition(condition))
    if item is None:
        return AsinCheck(item=None, at=clock.now())
    templates = desk.templates(item.product_type)
    return AsinCheck(item=item, at=clock.now(), templates=templates.templates)


def retrieve_templates(channel_id: int, *, desk: CatalogueDesk, clock: Clock) -> Retrieved:
    """Ask which shipping templates the seller has, and keep them. May raise trouble; nothing changes then."""
    seen = desk.offered_templates()
    return store_templates(channel_id, seen, now=clock.now())
