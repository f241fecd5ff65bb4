"""Reading the shipping templates of a channel: what Amazon offers, what is gone, how often each is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from loadbay.channels.queries import channel_id
from loadbay.listings.models import Listing, ShippingTemplate
from loadbay.listings.template_rules import KnownTemplate, KnownTemplates, Standing


@dataclass(frozen=True)
class TemplateRow:
    """A line of *Related > Setup > Shipping Templates*. `id` is Amazon's, if it named one."""

    name: str
    id: str
    is_offered: bool
    last_seen_at: datetime | None
    gone_since: datetime | None
    listings: int


def known_templates(channel_pk: int) -> KnownTemplates:
    rows = ShippingTemplate.objects.filter(channel_id=channel_pk).order_by("name", "id")
    found = (KnownTemplate(row.external_id, row.name, row.last_seen_at, row.gone_since) for row in rows)
    return KnownTemplates(tuple(found))


def asking(channel_pk: int) -> QuerySet[Listing]:
    """The listings of a channel that ask for a template; those taken off Amazon ask for none."""
    rows = Listing.objects.filter(channel_id=channel_pk).exclude(shipping_template="")
    return rows.exclude(state=Listing.State.DELISTED)


def named_templates(channel_pk: int) -> dict[str, int]:
    """Every template that listings name, with how many."""
    counted = asking(channel_pk).values_list("shipping_template")
    return dict(counted.annotate(Count("id")).order_by("shipping_template"))


def _naming(row: KnownTemplate, counts: Mapping[str, int], *, is_name_offered: bool) -> int:
    """How many listings name it. A gone one may be named by its id, and its name may be another's by now."""
    if row.gone_since is None:
        return counts.get(row.name, 0)
    by_name = 0 if is_name_offered else counts.get(row.name, 0)
    return by_name + (counts.get(row.id, 0) if row.id != row.name else 0)


def shipping_templates(code: str) -> tuple[TemplateRow, ...]:
    """What listings name in vain stands first, then what Amazon offers, then what is gone and not missed."""
    channel_pk = channel_id(code)
    known, named = known_templates(channel_pk), named_templates(channel_pk)
    counts: dict[str, int] = {}
    offered = known.offered
    for text, count in named.items():
        counts[known.name_of(text)] = counts.get(known.name_of(text), 0) + count
    rows = [
        TemplateRow(
            row.name,
            row.id,
            row.gone_since is None,
            row.last_seen_at,
            row.gone_since,
            _naming(row, counts, is_name_offered=row.name in offered),
        )
        for row in known.rows
    ]
    rows += [
        TemplateRow(name, "", is_offered=False, last_seen_at=None, gone_since=None, listings=count)
        for name, count in counts.items()
        if known.standing(name) is Standing.NEVER_SEEN
    ]
    return tuple(sorted(rows, key=lambda row: (row.is_offered or not row.listings, not row.is_offered)))
