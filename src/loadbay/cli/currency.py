"""`loadbay currency`: Related > Setup > Currencies of a sales channel."""

from __future__ import annotations

import click

from loadbay.channels.definition_queries import currencies
from loadbay.channels.services import currencies as services
from loadbay.cli.definition import changed, listed, removed, retrieved
from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopGroup


@click.group(cls=ShopGroup)
def currency() -> None:
    """Currencies of a channel: list, retrieve, set, remove."""


@currency.command("list")
@click.argument("channel")
def list_(channel: str) -> Answer:
    """Every currency of the channel with the code of our books."""
    columns = (("external_id", "sales channel currency code"), ("code", "currency code"))
    return listed(currencies(channel), columns, empty="No currency yet. Each comes with its first order.")


@currency.command("retrieve")
@click.argument("channel")
def retrieve(channel: str) -> Answer:
    """Load the currencies of the marketplaces in which the seller account has a channel."""
    return retrieved(channel, services.retrieve_currencies(channel))


@currency.command("set")
@click.argument("channel")
@click.argument("external_id")
@click.argument("code")
def set_(channel: str, external_id: str, code: str) -> Answer:
    """Map a currency, such as EUR, to the code of our books: EUR, or their own word for it."""
    return changed(channel, services.save_currencies(channel, {external_id: code}))


@currency.command("remove")
@click.argument("channel")
@click.argument("external_id")
def remove(channel: str, external_id: str) -> Answer:
    """Forget a currency; orders in it make its line again."""
    services.remove_currency(channel, external_id)
    return removed(channel, external_id.upper())
