"""The shipping templates that Amazon offers on a channel: keeping its list, and one task per missing one.

Its rule: the list is replaced by a whole answer of Amazon only; what listings name is compared with it after
every answer and whenever a listing changes its template. Asking is in `readers.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from loadbay.channels.models import SalesChannel
from loadbay.core.locks import hold_for_transaction
from loadbay.inbox.queries import open_matters
from loadbay.inbox.services import MOST_SUBJECTS, close_tasks, restate_task
from loadbay.journal.services import note
from loadbay.listings.models import ShippingTemplate
from loadbay.listings.ports import OfferedTemplate
from loadbay.listings.template_queries import asking, known_templates, named_templates
from loadbay.listings.template_rules import (
    KnownTemplates,
    Retrieved,
    Standing,
    compare,
    concerned,
    cure_words,
    missing_words,
)

MISSING = "shipping_template_missing"


@transaction.atomic
def store_templates(channel_id: int, seen: Sequence[OfferedTemplate], *, now: datetime) -> Retrieved:
    """Keep Amazon's whole list: what it names is offered, what it does not name any more is gone."""
    channel = SalesChannel.objects.get(pk=channel_id)
    hold_for_transaction(f"shipping_templates:{channel_id}")
    retrieved = compare(known_templates(channel_id), seen)
    ids = [one.id for one in seen]
    rows = ShippingTemplate.objects.filter(channel=channel)
    rows.filter(gone_since=None).exclude(external_id__in=ids).update(gone_since=now)
    ShippingTemplate.objects.bulk_create(
        [
            ShippingTemplate(channel=channel, external_id=one.id, name=one.name, last_seen_at=now)
            for one in {one.id: one for one in seen}.values()
        ],
        update_conflicts=True,
        unique_fields=["channel", "external_id"],
        update_fields=["name", "last_seen_at", "gone_since"],
    )
    for words in retrieved.changes:
        note(f"channel:{channel.code}", words, what="definition")
    settle_templates(channel)
    return retrieved


def settle_templates(channel: SalesChannel) -> None:
    """Have one task on each template that listings name in vain, and none on any other."""
    known, named = known_templates(channel.pk), named_templates(channel.pk)
    _settle(channel, known, named, among=open_matters(MISSING, ending=_matter("", channel)))


def settle_template(channel: SalesChannel, names: Iterable[str]) -> None:
    """As `settle_templates`, for these alone: a listing has just taken one and left the other."""
    known = known_templates(channel.pk)
    if not known.rows:
        return
    asked = sorted({name for name in names if name})
    rows = asking(channel.pk)
    named = {name: rows.filter(shipping_template=name).count() for name in asked}
    in_use = {name: count for name, count in named.items() if count}
    _settle(channel, known, in_use, among=[_matter(name, channel) for name in asked])


def _settle(
    channel: SalesChannel, known: KnownTemplates, named: dict[str, int], *, among: Sequence[str]
) -> None:
    missing = {
        name: count
        for name, count in named.items()
        if known.standing(name) in (Standing.GONE, Standing.NEVER_SEEN)
    }
    for name in sorted(missing):
        _tell(channel, name, known=known, count=missing[name])
    kept = {_matter(name, channel) for name in missing}
    close_tasks(MISSING, matters=[matter for matter in among if matter not in kept])


def _tell(channel: SalesChannel, name: str, *, known: KnownTemplates, count: int) -> None:
    rows = asking(channel.pk).filter(shipping_template=name).order_by("sku")
    skus = list(rows.values_list("sku", flat=True)[:MOST_SUBJECTS])
    words = missing_words(name, channel.code, standing=known.standing(name))
    restate_task(
        kind=MISSING,
        matter=_matter(name, channel),
        cause="mapping",
        sentence=f"{words} {concerned(skus, count=count)}",
        cure=cure_words(known.offered),
        link=f"/office/sales-channel/{channel.code}/setup/shipping-templates/",
        subjects=[f"listing:{channel.code}:{sku}" for sku in skus],
    )


def _matter(name: str, channel: SalesChannel) -> str:
    return f"{name} on {channel.code}"
