"""`loadbay shipping-carrier`: Related > Setup > Shipping Carriers of a sales channel."""

from __future__ import annotations

import click

from loadbay.channels.definition_queries import shipping_carriers
from loadbay.channels.definition_rules import CarrierLine, key_of
from loadbay.channels.services import shipping_carriers as services
from loadbay.cli.definition import changed, listed, removed, retrieved
from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopGroup

_COLUMNS = (
    ("external_id", "shipping carrier"),
    ("description", "description"),
    ("agent", "agent"),
    ("is_default_for_outgoing", "outgoing"),
)


@click.group("shipping-carrier", cls=ShopGroup)
def shipping_carrier() -> None:
    """Shipping carriers of a channel: list, retrieve, add, set, remove."""


@shipping_carrier.command("list")
@click.argument("channel")
def list_(channel: str) -> Answer:
    """Every shipping carrier with its agent."""
    empty = f"No shipping carrier yet. Load Amazon's own: loadbay shipping-carrier retrieve {channel}"
    return listed(shipping_carriers(channel), _COLUMNS, empty=empty)


@shipping_carrier.command("retrieve")
@click.argument("channel")
@click.option("--all", "wants_all", is_flag=True, help="Every carrier that Amazon knows, not the usual ones.")
def retrieve(channel: str, *, wants_all: bool) -> Answer:
    """Load Amazon's default carriers, each with its agent; what is there stays as it was set."""
    load = services.retrieve_all_carriers if wants_all else services.retrieve_carriers
    return retrieved(channel, load(channel))


@shipping_carrier.command("add")
@click.argument("channel")
@click.argument("external_id")
def add(channel: str, external_id: str) -> Answer:
    """Add one carrier by Amazon's code for it; its agent is linked or made."""
    return retrieved(channel, services.add_carrier(channel, external_id))


@shipping_carrier.command("set")
@click.argument("channel")
@click.argument("external_id")
@click.option("--agent", help="Shipping Agent Code.")
@click.option("--description", help="What people call it.")
@click.option("--outgoing/--no-outgoing", "is_outgoing", default=None, help="What Amazon is told.")
def set_(
    channel: str, external_id: str, agent: str | None, description: str | None, *, is_outgoing: bool | None
) -> Answer:
    """Map a carrier, new or known, to an agent; what is not named stays."""
    known = {key_of(row.external_id): row for row in shipping_carriers(channel)}
    row = known.get(key_of(external_id))
    line = CarrierLine(
        external_id,
        description=description if description is not None else (row.description if row else ""),
        agent=agent if agent is not None else (row.agent if row else ""),
        is_default_for_outgoing=is_outgoing
        if is_outgoing is not None
        else bool(row and row.is_default_for_outgoing),
    )
    return changed(channel, services.save_carriers(channel, [line]))


@shipping_carrier.command("remove")
@click.argument("channel")
@click.argument("external_id")
def remove(channel: str, external_id: str) -> Answer:
    """Forget a carrier; its agent stays."""
    services.remove_carrier(channel, external_id)
    return removed(channel, external_id)
