"""`loadbay shipping-template`: Related > Setup > Shipping Templates of a sales channel."""

from __future__ import annotations

import click

from loadbay import wiring
from loadbay.channels.queries import channel as channel_card
from loadbay.channels.queries import channel_row
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.clock import SystemClock
from loadbay.listings import readers
from loadbay.listings.template_queries import TemplateRow, shipping_templates


@click.group("shipping-template", cls=ShopGroup)
def shipping_template() -> None:
    """Shipping templates that Amazon offers on a channel: list, retrieve."""


@shipping_template.command("list")
@click.argument("channel")
def list_(channel: str) -> Answer:
    """Every shipping template, whether Amazon offers it, and how many listings name it."""
    rows = shipping_templates(channel)
    cells = [[row.name, row.listings, _seen(row), row.id] for row in rows]
    empty = f"Amazon has named none yet. Ask it: loadbay shipping-template retrieve {channel.upper()}"
    return Answer(rows, table(["shipping template", "listings", "at Amazon", "id"], cells) if rows else empty)


@shipping_template.command("retrieve")
@click.argument("channel")
def retrieve(channel: str) -> Answer:
    """Ask Amazon which shipping templates the seller has; a worker does so every hour."""
    card = channel_card(channel)
    desk = wiring.catalogue_desk(channel_row(card.id))
    found = readers.retrieve_templates(card.id, desk=desk, clock=SystemClock())
    offered = f"Amazon offers: {', '.join(found.offered) or 'no shipping template'}."
    words = found.changes or ("Nothing was changed.",)
    return Answer(found, "\n".join([offered, *words]))


def _seen(row: TemplateRow) -> str:
    if row.is_offered:
        return f"offered, seen {row.last_seen_at:%Y-%m-%d %H:%M} UTC"
    return (
        f"gone since {row.gone_since:%Y-%m-%d %H:%M} UTC" if row.gone_since else "not offered under this name"
    )
