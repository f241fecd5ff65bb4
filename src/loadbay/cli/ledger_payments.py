"""`loadbay ledger payment`, `refund` and `payment-reverse`: what the shop collects itself.

They are commands of the group in `ledger`; what may be paid is the ledger's own rule.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopCommand
from loadbay.core.clock import SystemClock
from loadbay.erp.ledger import queries
from loadbay.erp.ledger.payment_queries import payment as payment_card
from loadbay.erp.ledger.payment_rules import WantedPayment
from loadbay.erp.ledger.queries import DocumentCard
from loadbay.erp.ledger.services import paying

DAY = click.DateTime(formats=["%Y-%m-%d"])


def _money_moved(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that payment and refund share."""
    for option in (
        click.option("--on", type=DAY, help="The day on which the money moved; today when left out."),
        click.option(
            "--reference",
            required=True,
            help="Number of the bank entry or of the receipt; no names, it stays for good.",
        ),
        click.option("--account", required=True, help="Number of an account that takes payments."),
        click.option("--amount", required=True, help="In the document's own currency, such as 54.00."),
        click.argument("number"),
    ):
        command = option(command)
    return command


@click.command("payment", cls=ShopCommand)
@_money_moved
def payment(number: str, *, amount: str, account: str, reference: str, on: datetime | None) -> Answer:
    """Register a payment, whole or a part, on a posted document that the shop collects.

    NUMBER is any number of the document. The same amount twice under one reference is refused.
    """
    wanted = WantedPayment(amount, account, reference, day_of(on))
    return _told(paying.register_payment(number, wanted, now=SystemClock().now()))


@click.command("refund", cls=ShopCommand)
@_money_moved
def refund(number: str, *, amount: str, account: str, reference: str, on: datetime | None) -> Answer:
    """Register what went back to the buyer, at most what was paid too much."""
    wanted = WantedPayment(amount, account, reference, day_of(on))
    return _told(paying.register_refund(number, wanted, now=SystemClock().now()))


@click.command("payment-reverse", cls=ShopCommand)
@click.argument("payment_number")
@click.option("--reason", required=True, help="What was wrong; it stands on the reversal.")
@click.option("--on", type=DAY, help="Today when left out.")
def payment_reverse(payment_number: str, *, reason: str, on: datetime | None) -> Answer:
    """Reverse a payment or refund that was registered in error; nothing is deleted."""
    return _told(
        paying.reverse_payment(payment_number, reason=reason, on=day_of(on), now=SystemClock().now())
    )


def payments_in_words(card: DocumentCard) -> str:
    """What was paid, and what is outstanding, of a document that the shop collects."""
    cells = [
        [p.posted_on, p.kind, p.number, p.account, p.reference or p.reason, p.amount] for p in card.payments
    ]
    heads = ["day", "what", "number", "account", "reference", "amount"]
    rows = [table(heads, cells)] if cells else []
    return "\n".join(
        [*rows, f"Paid {card.paid}, credited {card.credited}, outstanding {card.row.outstanding}."]
    )


def _told(number: str) -> Answer:
    card = payment_card(number)
    document = queries.document(card.document)
    words = f"{number} registered on {card.document}: {card.payment.amount}."
    return Answer(card, f"{words} Outstanding: {document.row.outstanding}.")


def day_of(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
