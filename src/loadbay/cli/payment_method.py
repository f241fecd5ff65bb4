"""`loadbay payment-method`: Related > Setup > Payment Methods of a sales channel."""

from __future__ import annotations

import click

from loadbay.channels.definition_queries import payment_methods
from loadbay.channels.services import payment_methods as services
from loadbay.cli.definition import changed, listed, removed
from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopGroup


@click.group("payment-method", cls=ShopGroup)
def payment_method() -> None:
    """Payment methods of a channel that maps them: list, set, remove."""


@payment_method.command("list")
@click.argument("channel")
def list_(channel: str) -> Answer:
    """Every payment method of the channel with the code of our books."""
    columns = (("external_id", "payment method"), ("code", "payment method code"))
    empty = "No payment method. None is needed while Payment Method Behaviour is Channel."
    return listed(payment_methods(channel), columns, empty=empty)


@payment_method.command("set")
@click.argument("channel")
@click.argument("external_id")
@click.argument("code")
def set_(channel: str, external_id: str, code: str) -> Answer:
    """Map a payment method in Amazon's word, such as CashOnDelivery, to the code of our books."""
    return changed(channel, services.save_payment_methods(channel, {external_id: code}))


@payment_method.command("remove")
@click.argument("channel")
@click.argument("external_id")
def remove(channel: str, external_id: str) -> Answer:
    """Forget a payment method; the next order that was paid by it makes its line again."""
    services.remove_payment_method(channel, external_id)
    return removed(channel, external_id)
