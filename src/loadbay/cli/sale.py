"""`loadbay sale`: the sales and what is known of their buyers."""

from __future__ import annotations

from typing import Any

import click

from loadbay.cli.command import DONE, TROUBLE_OUTSIDE
from loadbay.cli.order_acts import acted, selection, waiting_in
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.dispatch.call_queries import field_calls_of_sales
from loadbay.jobs import looking
from loadbay.orders import history, queries
from loadbay.orders.services import amending, answering, importing, letting_go
from loadbay.orders.services.acting import Act
from loadbay.orders.shown import sale_shown


@click.group(cls=ShopGroup)
def sale() -> None:
    """Sales: list, show, confirm, reject; channel orders: update, import, build, ignore, archive."""


@sale.command("list")
@click.option("--channel", default="")
@click.option("--order-status", default="", help="Open, Released, Posted or Cancelled.")
@click.option("--programme", default="", help="smartconnect, mfn or fba.")
@click.option("--text", default="", help="Sale, order or shipment number.")
@click.option("--archived", type=click.Choice(["", "yes", "any"]), default="", help="Archived ones, or too.")
@click.option("--after", default=None, help="Key of the next page.")
def list_(
    channel: str, order_status: str, programme: str, text: str, archived: str, after: str | None
) -> Answer:
    """Sales, newest first."""
    wanted = queries.SaleFilter(channel, order_status, "", text, archived, programme)
    page = queries.sales(wanted, after=after)
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


@sale.command("ship-anyway")
@click.argument("number")
def ship_anyway(number: str) -> Answer:
    """Ship an order that waits for a person's answer: its buyer asks to cancel, or Amazon changed it."""
    card = queries.sale(number)
    amending.ship_anyway(card.row.shipment_id)
    return Answer({"sale": card.row.number, "ship_anyway": True}, f"{card.row.number} is shipped anyway.")


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
@click.option("--waiting", default="", metavar="CHANNEL", help="Everything that waits in this sales channel.")
def import_again(identity: str | None, every: bool, waiting: str) -> Answer:  # noqa: FBT001  click passes flags
    """Try again to take in a shipment that was set aside or waits: Amazon is asked for it once more.

    Ends with 3 when one of them still does not come in.
    """
    if bool(identity) + every + bool(waiting) != 1:
        raise click.UsageError("Give the shipment, --all for everything set aside, or --waiting CHANNEL.")
    if waiting:
        return acted(Act.IMPORT_AGAIN, waiting_in(waiting))
    done = looking.import_all_again() if identity is None else looking.import_again(identity)
    text = "\n".join(entry.sentence for entry in done) or "Nothing is set aside."
    ends = DONE if all(entry.is_in for entry in done) else TROUBLE_OUTSIDE
    return Answer({"imported": done}, text, ends)


@sale.command("build-again")
@click.argument("shipments", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every shipment that waits.")
@click.option("--waiting", default="", metavar="CHANNEL", help="Every one that waits in this sales channel.")
def build_again(
    shipments: tuple[str, ...],
    every: bool,  # noqa: FBT001  click passes flags by name
    waiting: str,
) -> Answer:
    """Build the sales of waiting shipments again, once what they waited for is mended.

    Their tasks are closed and come back where the cause still stands. A worker or `loadbay sync` builds.
    """
    if bool(shipments) + every + bool(waiting) != 1:
        raise click.UsageError("Give the shipments, --all for every one that waits, or --waiting CHANNEL.")
    if waiting:
        return acted(Act.BUILD_AGAIN, waiting_in(waiting))
    count = importing.build_again(shipments)
    return Answer({"to_build": count}, f"{count} shipments are built again.")


@sale.command("update-status")
@selection
def update_status(**chosen: Any) -> Answer:
    """Ask Amazon how these orders stand now; what follows from a status follows as in any look."""
    return acted(Act.UPDATE_STATUS, chosen)


@sale.command("ignore")
@selection
@click.option("--reason", required=True, help="Why; it stays with the order.")
def ignore(reason: str, **chosen: Any) -> Answer:
    """Make no sale of these orders. Undo it with `sale unignore`."""
    return acted(Act.IGNORE, chosen, reason=reason)


@sale.command("unignore")
@selection
def unignore(**chosen: Any) -> Answer:
    """Let orders become sales that a person or a rule ignored; the rule does not stop them again."""
    return acted(Act.UNIGNORE, chosen)


@sale.command("archive")
@selection
def archive(**chosen: Any) -> Answer:
    """Leave these orders out of the lists; they are found by number, and nothing else changes."""
    return acted(Act.ARCHIVE, chosen)


@sale.command("unarchive")
@selection
def unarchive(**chosen: Any) -> Answer:
    """Have these orders in the lists again (--archived yes for all that are archived)."""
    return acted(Act.UNARCHIVE, chosen)


@sale.command("timeline")
@click.argument("number")
def whole_timeline(number: str) -> Answer:
    """Everything that happened to an order and its parts, who or what did it, and the exchanges."""
    card = history.order_of(number)
    calls = field_calls_of_sales([row.sale for row in card.shipments if row.sale])
    happened = history.steps([*card.subjects, *(f"field_call:{call}" for call in calls.values())])
    rows = [[step.at, step.subject, step.who, step.exchange_id, step.text] for step in happened]
    text = table(["when", "what", "who", "exchange", "what happened"], rows)
    return Answer({"order": card, "field_calls": calls, "steps": happened}, f"Order {card.order_id}\n{text}")


@sale.command("let-go")
@click.argument("names", nargs=-1, required=True)
def let_go(names: tuple[str, ...]) -> Answer:
    """Let orders go on that an action holds: shipments or sales."""
    count = letting_go.let_go(names)
    return Answer({"let_go": count}, "1 order goes on." if count == 1 else f"{count} orders go on.")


@sale.command("show")
@click.argument("number")
def show(number: str) -> Answer:
    """One sale by its number, Amazon's order number or the shipment id."""
    shown = sale_shown(number)
    card, buyer = shown.sale, shown.buyer
    lines = [
        f"{card.row.number}  Amazon order {card.row.order_id}, shipment {card.row.shipment_id}",
        f"  {card.row.channel_status} → {card.row.implied_status}, order status {card.row.order_status}",
        f"  customer {card.row.customer}, payment {card.payment_method or 'none yet'}"
        + (f" ({card.payment_code})" if card.payment_code else ""),
        f"  shipping agent {', '.join(filter(None, (card.shipping_agent, card.shipping_service)))}",
        f"  shipping method {card.shipping_method or 'none'}",
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
    return Answer(shown, "\n".join(lines))
