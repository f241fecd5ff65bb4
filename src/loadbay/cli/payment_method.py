"""`loadbay payment-method`: Related > Setup > Payment Methods of a sales channel."""

from __future__ import annotations

import click

from loadbay.channels.definition_queries import payment_methods
from loadbay.channels.definition_rules import COLLECTED_BY
from loadbay.channels.services import payment_methods as services
from loadbay.cli.definition import changed, listed, removed
from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.errors import WrongInput


@click.group("payment-method", cls=ShopGroup)
def payment_method() -> None:
    """Payment methods of a channel that maps them: list, set, remove."""


@payment_method.command("list")
@click.argument("channel")
def list_(channel: str) -> Answer:
    """Every payment method of the channel with the code of our books and who collects the money."""
    columns = (
        *(("external_id", "payment method"), ("code", "payment method code")),
        ("collected_by", "collected by"),
    )
    empty = "No payment method. None is needed while Payment Method Behaviour is Channel."
    return listed(payment_methods(channel), columns, empty=empty)


@payment_method.command("set")
@click.argument("channel")
@click.argument("external_id")
@click.argument("code", required=False)
@click.option(
    "--collected-by",
    type=click.Choice(list(COLLECTED_BY)),
    help="Who takes the buyer's money; counts for documents made from now on. Without it, it stays.",
)
def set_(channel: str, external_id: str, code: str | None, *, collected_by: str | None) -> Answer:
    """Map a payment method in Amazon's word, such as CashOnDelivery, to the code of our books.

    Without CODE the code stays, and only who collects the money is set.
    """
    if code is None and collected_by is None:
        raise WrongInput("Give the code of our books, --collected-by, or both.")
    codes = {} if code is None else {external_id: code}
    collectors = {} if collected_by is None else {external_id: collected_by}
    return changed(channel, services.save_payment_methods(channel, codes, collected_by=collectors))


@payment_method.command("remove")
@click.argument("channel")
@click.argument("external_id")
def remove(channel: str, external_id: str) -> Answer:
    """Forget a payment method; the next order that was paid by it makes its line again."""
    services.remove_payment_method(channel, external_id)
    return removed(channel, external_id)
