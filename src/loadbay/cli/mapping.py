"""`loadbay mapping`: items, customers and tax of a sales channel, as under Related > Setup."""

from __future__ import annotations

from typing import Any

import click

from loadbay.channels import mapping_queries
from loadbay.channels.customer_rules import BEHAVIOURS, BUYERS, BehaviourLine
from loadbay.channels.definition_rules import TaxLine
from loadbay.channels.item_rules import CODE_TYPES, KINDS, SKU, ItemLine
from loadbay.channels.services.customers import forget_buyer, pick_customer, save_behaviours
from loadbay.channels.services.customers import in_words as behaviour_in_words
from loadbay.channels.services.items import remove_items, save_items
from loadbay.channels.services.taxes import in_words as tax_in_words
from loadbay.channels.services.taxes import save_tax
from loadbay.channels.tax_rules import LINES, ONE_LINE
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup

_CODE_TYPE = click.option(
    "--code-type",
    type=click.Choice(list(CODE_TYPES)),
    default=SKU,
    show_default=True,
    help="What the code is.",
)


@click.group(cls=ShopGroup)
def mapping() -> None:
    """Items, customers and tax of a sales channel."""


@mapping.command("items")
@click.argument("channel")
@click.option("--search", default="", help="Part of the code.")
def items(channel: str, search: str) -> Answer:
    """Codes of the channel and what each of them is, those that nobody mapped first."""
    rows = mapping_queries.items(channel, search=search)
    cells = [
        [row.external_id, CODE_TYPES[row.code_type], KINDS.get(row.kind, "not mapped"), row.number]
        for row in rows
    ]
    empty = f"No code is mapped: loadbay mapping map-item {channel.upper()} CODE --type item --number SKU"
    return Answer(rows, table(["code", "code type", "type", "no."], cells) if rows else empty)


@mapping.command("map-item")
@click.argument("channel")
@click.argument("code")
@_CODE_TYPE
@click.option(
    "--type", "kind", type=click.Choice(list(KINDS)), required=True, help="What it is in our books."
)
@click.option(
    "--number", required=True, help="SKU of the product, or number of the account, resource or charge."
)
def map_item(channel: str, code: str, code_type: str, kind: str, number: str) -> Answer:
    """Say what a code of the channel is; orders that waited for it go on."""
    return _changed(save_items(channel, [ItemLine(code_type, code, kind, number)]))


@mapping.command("remove-item")
@click.argument("channel")
@click.argument("code")
@_CODE_TYPE
def remove_item(channel: str, code: str, code_type: str) -> Answer:
    """Forget a code; listing, SKU and barcode count for it again."""
    return _changed(remove_items(channel, [ItemLine(code_type, code)]))


@mapping.command("customers")
@click.argument("channel")
def customers(channel: str) -> Answer:
    """What is done with new customers and guests, and the buyers whom a person picks."""
    lines, buyers = mapping_queries.behaviours(channel), mapping_queries.buyers(channel)
    said = [f"{BUYERS[line.buyer]}: {behaviour_in_words(line)}" for line in lines]
    cells = [[row.order_id, row.customer or "waits", row.identity] for row in buyers]
    picked = (
        [table(["seen in order", "customer", "buyer"], cells)] if buyers else ["Nobody waits for a pick."]
    )
    return Answer({"behaviours": lines, "buyers": buyers}, "\n".join([*said, *picked]))


@mapping.command("set-customers")
@click.argument("channel")
@click.argument("buyer", type=click.Choice(list(BUYERS)))
@click.option("--behaviour", type=click.Choice(list(BEHAVIOURS)), required=True)
@click.option("--customer", default="", help="With sales_channel: code of the one customer.")
@click.option("--code-pattern", default="", help="With auto_create: such as {channel}-{number}.")
@click.option("--currency", default="", help="With auto_create: Currency Code of each customer.")
@click.option("--tax-area", default="", help="With auto_create: Tax Area Code.")
@click.option("--payment-terms", default="", help="With auto_create: Payment Terms Code.")
@click.option("--dimension-1", default="", help="With auto_create.")
@click.option("--dimension-2", default="", help="With auto_create.")
def set_customers(channel: str, buyer: str, **given: Any) -> Answer:
    """Say what is done with new customers, or with guests."""
    return _changed(save_behaviours(channel, [BehaviourLine(buyer, **given)]))


@mapping.command("pick-customer")
@click.argument("channel")
@click.argument("buyer")
@click.argument("customer")
def pick(channel: str, buyer: str, customer: str) -> Answer:
    """Pick the customer of a buyer who waits (BUYER as `customers` lists it); his orders go on."""
    pick_customer(channel, buyer, customer)
    return Answer(
        {"buyer": buyer, "customer": customer.upper()}, f"{customer.upper()} is picked; the orders go on."
    )


@mapping.command("forget-buyer")
@click.argument("channel")
@click.argument("buyer")
def forget(channel: str, buyer: str) -> Answer:
    """Forget a pick; sales keep their customer."""
    forget_buyer(channel, buyer)
    return Answer({"forgotten": buyer}, "The pick is forgotten.")


@mapping.command("tax")
@click.argument("channel")
@click.option("--as-lines", is_flag=True, help="Tax stands on each line.")
@click.option("--one-line", "account", help="Tax is one line, posted to this G/L account.")
@click.option(
    "--leave-out-collected/--keep-collected", "collected", default=None, help="Tax Amazon collected."
)
def tax(channel: str, account: str | None, *, as_lines: bool, collected: bool | None) -> Answer:
    """Show or change how the channel's sales show tax."""
    now = mapping_queries.tax(channel)
    if as_lines and account:
        raise click.UsageError("Give --as-lines or --one-line, not both.")
    wanted = TaxLine(
        ONE_LINE if account else LINES if as_lines else now.shown,
        account if account is not None else "" if as_lines else now.account,
        now.leaves_out_collected if collected is None else collected,
    )
    changed = save_tax(channel, wanted) if wanted != now else ()
    line = mapping_queries.tax(channel)
    return Answer({"tax": line, "changed": changed}, "\n".join(changed) or f"Tax: {tax_in_words(line)}.")


def _changed(words: tuple[str, ...]) -> Answer:
    return Answer({"changed": words}, "\n".join(words) or "It is so already; nothing was changed.")
