"""`loadbay shipping-method`: Related > Setup > Shipping Methods of a sales channel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from loadbay.channels.definition_queries import shipping_methods
from loadbay.channels.definition_rules import CHARGE_TYPES, MethodLine, key_of
from loadbay.channels.services import shipping_methods as services
from loadbay.cli.definition import changed, listed, removed, retrieved
from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopGroup

_COLUMNS = (
    ("external_id", "shipping method"),
    ("description", "description"),
    ("agent", "agent"),
    ("service", "service"),
    ("behaviour", "behaviour"),
    ("charge_type", "charge type"),
    ("charge_number", "charge no."),
    ("is_default_for_outgoing", "outgoing"),
)


@click.group("shipping-method", cls=ShopGroup)
def shipping_method() -> None:
    """Shipping methods of a channel: list, retrieve, set, remove."""


@shipping_method.command("list")
@click.argument("channel")
def list_(channel: str) -> Answer:
    """Every shipping method; what is not mapped stands first."""
    empty = f"No shipping method yet. Load Amazon's own: loadbay shipping-method retrieve {channel}"
    return listed(shipping_methods(channel), _COLUMNS, empty=empty)


@shipping_method.command("retrieve")
@click.argument("channel")
def retrieve(channel: str) -> Answer:
    """Load Amazon's eight default methods; what is there stays as it was set."""
    return retrieved(channel, services.retrieve_methods(channel))


@shipping_method.command("set")
@click.argument("channel")
@click.argument("external_id")
@click.option("--agent", help="Shipping Agent Code.")
@click.option("--service", help="Shipping Agent Service Code, one of that agent's; an empty one ends it.")
@click.option("--behaviour", type=click.Choice(["default", "skip"]), help="Add the shipping charge, or not.")
@click.option("--charge-type", type=click.Choice([*CHARGE_TYPES]), help="What the charge is posted to.")
@click.option("--charge-number", help="Its number.")
@click.option("--description")
@click.option(
    "--outgoing/--no-outgoing", "is_default_for_outgoing", default=None, help="What Amazon is told."
)
def set_(channel: str, external_id: str, **given: Any) -> Answer:
    """Map a shipping method, new or known; what is not named stays. --behaviour skip ends its charge."""
    known = {key_of(row.external_id): row for row in shipping_methods(channel)}
    row = known.get(key_of(external_id))
    line = MethodLine(external_id)
    if row is not None:
        line = replace(line, **{name: getattr(row, name) for name, _ in _COLUMNS})
    if given["behaviour"] == "skip":
        given["charge_type"], given["charge_number"] = (
            given["charge_type"] or "",
            given["charge_number"] or "",
        )
    wanted = {name: value for name, value in given.items() if value is not None}
    return changed(channel, services.save_methods(channel, [replace(line, **wanted)]))


@shipping_method.command("remove")
@click.argument("channel")
@click.argument("external_id")
def remove(channel: str, external_id: str) -> Answer:
    """Forget a shipping method; the next order that carries it makes its line again."""
    services.remove_method(channel, external_id)
    return removed(channel, external_id)
