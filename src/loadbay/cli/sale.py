"""`loadbay sale`: the sales and what is known of their buyers."""

from __future__ import annotations

import click

from loadbay.cli.command import DONE, TROUBLE_OUTSIDE
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.jobs import looking
from loadbay.journal.queries import timeline
from loadbay.orders import queries
from loadbay.orders.services import answering, importing


@click.group(cls=ShopGroup)
def sale() -> None:
    """Sales: list, show, confirm, reject; shipments that have none yet: import and build again."""


@sale.command("list")
@click.option("--channel", default="")
@click.option("--order-status", default="", help="Open, Released, Posted or Cancelled.")
@click.option("--text", default="", help="Sale, order or shipment number.")
@click.option("--after", default=None, help="Key of the next page.")
def list_(channel: str, order_status: str, text: str, after: str | None) -> Answer:
    """Sales, newest first."""
    page = queries.sales(queries.SaleFilter(channel, order_status, "", text), after=after)
    rows = [
        [r.number, r.order_id, r.channel_status, r.implied_status, r.order_status, r.total, r.field_call]
        for r in page.rows
    ]
    heads = ["sale", "Amazon order", "channel status", "implied", "order status", "total", "field call"]
    empty = "No sale fits. Sales come with: loadbay sync"
    return Answer({"sales": page.rows, "after": page.after}, table(heads, rows) if rows else empty)


@sale.command("confirm")
@click.argument("number")
def confirm(number: str) -> Answer:
    """Promise to ship, where the channel does not do so by itself."""
    card = queries.sale(number)
    answering.want_confirmation(card.row.shipment_id)
    return Answer(
        {"sale": card.row.number, "wanted": "confirm"}, f"{card.row.number} is confirmed to Amazon."
    )


@sale.command("reject")
@click.argument("number")
@click.option("--reason", type=click.Choice(["OUT_OF_STOCK", "CUSTOMER_REQUESTED"]), required=True)
def reject(number: str, reason: str) -> Answer:
    """Decline the whole shipment at Amazon, while it allows that. Counts against the cancellation rate."""
    card = queries.sale(number)
    answering.want_rejection(card.row.shipment_id, reason=reason)
    return Answer({"sale": card.row.number, "wanted": "reject"}, f"{card.row.number} is declined at Amazon.")


@sale.command("set-aside")
def set_aside() -> Answer:
    """Shipments that could not be taken in, with the reason."""
    rows = queries.set_aside(limit=500)
    cells = [[row.identity, row.connection, row.seen_at, row.reason] for row in rows]
    heads = ["shipment", "connection", "seen", "reason"]
    return Answer({"set_aside": rows}, table(heads, cells) if rows else "Nothing is set aside.")


@sale.command("import-again")
@click.argument("identity", required=False)
@click.option("--all", "every", is_flag=True, help="Everything that is set aside.")
def import_again(identity: str | None, every: bool) -> Answer:  # noqa: FBT001  click passes flags by name
    """Try again to take in a shipment that was set aside or waits: Amazon is asked for it once more.

    Ends with 3 when one of them still does not come in.
    """
    if bool(identity) == every:
        raise click.UsageError("Give the shipment, or --all for everything that is set aside.")
    done = looking.import_all_again() if identity is None else looking.import_again(identity)
    text = "\n".join(entry.sentence for entry in done) or "Nothing is set aside."
    ends = DONE if all(entry.is_in for entry in done) else TROUBLE_OUTSIDE
    return Answer({"imported": done}, text, ends)


@sale.command("build-again")
@click.argument("shipments", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every shipment that waits.")
def build_again(shipments: tuple[str, ...], every: bool) -> Answer:  # noqa: FBT001  click passes flags by name
    """Build the sales of waiting shipments again, once what they waited for is mended.

    Their tasks are closed and come back where the cause still stands. A worker or `loadbay sync` builds.
    """
    if bool(shipments) == every:
        raise click.UsageError("Give the shipments, or --all for every one that waits.")
    count = importing.build_again(shipments)
    return Answer({"to_build": count}, f"{count} shipments are built again.")


@sale.command("show")
@click.argument("number")
def show(number: str) -> Answer:
    """One sale by its number, Amazon's order number or the shipment id."""
    card = queries.sale(number)
    buyer = queries.buyer(card.row.number)
    entries = timeline(f"sale:{card.row.number}")
    lines = [
        f"{card.row.number}  Amazon order {card.row.order_id}, shipment {card.row.shipment_id}",
        f"  {card.row.channel_status} → {card.row.implied_status}, order status {card.row.order_status}",
        f"  customer {card.row.customer}, payment {card.payment_method or 'none yet'}"
        + (f" ({card.payment_code})" if card.payment_code else ""),
        f"  shipping agent {', '.join(filter(None, (card.shipping_agent, card.shipping_service)))}",
        f"  currency {card.currency_code}"
        + (f", shipping of {card.skipped} left out by its shipping method" if card.skipped else ""),
        f"  external document {card.external_document}",
        f"  dimensions {', '.join(filter(None, card.dimensions)) or 'none'}",
        f"  total {card.row.total}, field call {card.row.field_call or 'none'}",
        table(
            ["kind", "SKU", "units", "net", "tax", "posted to"],
            [[e.kind, e.sku, e.units, e.net, e.tax, e.posted_to] for e in card.lines],
        ),
        *(f"  {field.name}: {field.value or '— ' + field.why_empty}" for field in buyer),
    ]
    return Answer({"sale": card, "buyer": buyer, "timeline": entries}, "\n".join(lines))
