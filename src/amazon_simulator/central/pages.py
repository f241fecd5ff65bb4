"""The pages of the pretend Seller Central, read only: what a person in training can see.

What the buttons do is in `actions`. Long lists show their newest rows; a search narrows them.
"""

from collections.abc import Iterator
from importlib.resources import files
from itertools import islice
from typing import Any

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from amazon_simulator.central import inspect
from amazon_simulator.central.frame import button, card, chip, join, link, page, select, table, time
from amazon_simulator.central.shipment_page import lorry, scan_form
from amazon_simulator.http.desk import Desk
from amazon_simulator.world.carriers import waiting_at
from amazon_simulator.world.life_state import Basket
from amazon_simulator.world.lifecycle import Status
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.state import Order, Shipment
from amazon_simulator.world.switches import Baskets

SHOWN = 100
SHOWN_STORY = 12


def style(desk: Desk, request: Request) -> Response:
    text = files(__package__).joinpath("style.css").read_text(encoding="utf-8")
    return Response(text, content_type="text/css; charset=utf-8")


def overview(desk: Desk, request: Request) -> Response:
    with desk.world.look() as memory:
        shipments = _counts(memory)
        listings: dict[str, int] = {}
        for each in memory.state.listings.values():
            status = inspect.listing_status(each)
            listings[status] = listings.get(status, 0) + 1
        lorries = join(lorry(place, len(waiting_at(memory, place))) for place in memory.state.locations)
        story = _story(memory)
    content = join(
        (
            Markup('<div class="cards">'),
            card("Shipments", _tally(shipments, "Nothing was ordered yet. Place an order below.")),
            card("Listings", _tally(listings, "Nothing is listed yet. Listings come through Amazon's API.")),
            card("Carrier pickup", join((lorries, scan_form()))),
            Markup("</div>"),
            card("Place an order", _order_form(desk)),
            story,
        )
    )
    return page(desk, request, title="Overview", content=content)


def _counts(memory: Memory) -> dict[str, int]:
    return {
        status: total
        for status in Status
        if (total := sum(memory.shipments.count((place, status)) for place in memory.state.locations))
    }


def _tally(counts: dict[str, int], empty: str) -> Markup:
    return table(("State", "#Number"), [(chip(name), total) for name, total in counts.items()], empty=empty)


def _story(memory: Memory) -> Markup:
    """What the scenario told last; nothing where there is no story."""
    state = memory.state
    if not state.story:
        return Markup("")
    rows = [
        (time(each.at), chip("ERROR") if each.is_refused else "", each.text)
        for each in reversed(state.told[-SHOWN_STORY:])
    ]
    to_come = sum(due.kind == "story" for due in state.agenda)
    about = Markup('<p class="faint">{} steps, {} still to come.</p>').format(len(state.story), to_come)
    told = table(("Time", "Refused", "What happened"), rows, empty="The story has not begun.")
    return card("The scenario", join((about, told)))


def _order_form(desk: Desk) -> Markup:
    with desk.world.look() as memory:
        skus = [
            (each.sku, f"{each.sku} · {memory.state.products[each.asin].title[:50]}")
            for each in islice(memory.state.listings.values(), 1000)
            if each.created
        ]
    if not skus:
        return Markup('<p class="faint">A listing must exist before it can be bought.</p>')
    form = """<form class="row" method="post" action="/central/orders">{}{}
<label>Units<br><input name="quantity" type="number" min="1" max="999" value="1" required></label>
<label>Orders<br><input name="count" type="number" min="1" max="100" value="1" required></label>
<label class="tick"><input name="gift" type="checkbox"> gift</label>
<label class="tick"><input name="split" type="checkbox"> in two shipments</label>
<label class="tick"><input name="force" type="checkbox"> even without stock</label>
<details class="more"><summary>What the packer must see to</summary><div class="row">
<label class="tick"><input name="serial" type="checkbox"> serial numbers</label>
<label class="tick"><input name="hazmat" type="checkbox"> hazmat label</label>
<label class="tick"><input name="border" type="checkbox"> origin and value</label>
<label class="tick"><input name="invoice" type="checkbox"> invoice</label>
<label class="tick"><input name="label_fails" type="checkbox"> the first label fails</label></div></details>
<button>Place order</button></form>"""
    ways = [("", "from a location of the seller"), ("merchant", "by the merchant"), ("amazon", "by Amazon")]
    return Markup(form).format(select("sku", "Listing", skus), select("way", "Shipped", ways))


def search_form(path: str, wanted: str) -> Markup:
    form = """<form class="row card" method="get" action="{}">
<label>Find<br><input name="q" type="search" value="{}"></label>
<button class="quiet">Search</button></form>"""
    return Markup(form).format(path, wanted)


def orders(desk: Desk, request: Request) -> Response:
    wanted = request.args.get("q", "")
    with desk.world.look() as memory:
        chosen = (each for each in reversed(memory.state.orders.values()) if wanted in each.id)
        rows = [_order_cells(memory, each) for each in islice(chosen, SHOWN)]
    heads = ("Order", "Placed", "State", "Items", "Shipments", "Action")
    empty = "No order yet. Place one above."
    content = join(
        (
            card("Place an order", _order_form(desk)),
            search_form("/central/orders", wanted),
            card("Orders", table(heads, rows, empty=empty)),
        )
    )
    return page(desk, request, title="Orders", content=content)


def _order_cells(memory: Memory, order: Order) -> tuple[object, ...]:
    items = ", ".join(f"{line.quantity} x {line.sku}" for line in memory.lines(order))
    return (
        order.id,
        time(order.created),
        chip(order.status),
        items,
        join(_parcels(memory, order)),
        join(_order_actions(order)),
    )


def _parcels(memory: Memory, order: Order) -> Iterator[Markup]:
    """Shipments with their pages; of an ordinary order who ships it, its packages, a wish to cancel."""
    for shipment_id in order.shipment_ids:
        yield _shipment_line(memory.shipment(shipment_id))
    if order.ordinary is not None:
        who = "Amazon ships it" if order.fulfilled_by == "AMAZON" else "The merchant ships it"
        yield Markup("<div>{}</div>").format(who)
        for box in order.ordinary.boxes:
            yield Markup("<div>{} {}</div>").format(box.carrier, box.tracking_id)
    if any(line.terms is not None and line.terms.cancel_asked is not None for line in memory.lines(order)):
        yield chip("CANCELLATION_REQUESTED")


def _order_actions(order: Order) -> Iterator[Markup]:
    path = f"/central/orders/{order.id}"
    if order.ordinary is not None and order.ordinary.due is not None and order.status != "UNSHIPPED":
        yield button(f"{path}/hurry", "Next step now", look="quiet")
    if order.fulfilled_by == "MERCHANT" and order.status == "UNSHIPPED":
        yield button(f"{path}/ask-to-cancel", "Ask to cancel", look="quiet")
    if order.status in ("PENDING_AVAILABILITY", "PENDING", "UNSHIPPED"):
        yield button(f"{path}/cancel", "Cancel", look="grave")


def _shipment_line(shipment: Shipment) -> Markup:
    path = f"/central/shipments/{shipment.id}"
    return Markup("<div>{} {}</div>").format(link(path, shipment.id), chip(shipment.status))


def shipments(desk: Desk, request: Request) -> Response:
    wanted = request.args.get("q", "")
    with desk.world.look() as memory:
        chosen = (
            each
            for each in reversed(memory.state.shipments.values())
            if wanted in each.id or wanted in each.order_id
        )
        rows = [_shipment_cells(each) for each in islice(chosen, SHOWN)]
    heads = ("Shipment", "Order", "Location", "State", "Items", "Parcels", "Pickup by", "#Confirmed")
    empty = "No shipment yet. Amazon makes one when a buyer orders."
    content = join(
        (search_form("/central/shipments", wanted), card("Shipments", table(heads, rows, empty=empty)))
    )
    return page(desk, request, title="Shipments", content=content)


def _shipment_cells(one: Shipment) -> tuple[object, ...]:
    return (
        link(f"/central/shipments/{one.id}", one.id),
        one.order_id,
        one.location_id,
        chip(one.status),
        ", ".join(f"{line.quantity} x {line.sku}" for line in one.lines),
        len(one.parcels),
        time(one.ship_by),
        one.times_confirmed,
    )


def stock(desk: Desk, request: Request) -> Response:
    wanted = request.args.get("q", "").casefold()
    with desk.world.look() as memory:
        chosen = (
            inspect.stock_row(place, sku, line)
            for place, lines in memory.state.stock.items()
            for sku, line in lines.items()
            if wanted in sku.casefold()
        )
        rows = list(islice(chosen, SHOWN))
        baskets = list(memory.state.baskets.values())
        is_on = memory.state.switches.baskets == Baskets.ON
    content = join(
        (
            search_form("/central/stock", wanted),
            card("Stock", stock_table(rows)),
            card("Baskets", _baskets(baskets, is_on=is_on, skus=sorted({row["sku"] for row in rows}))),
        )
    )
    return page(desk, request, title="Stock", content=content)


def _baskets(baskets: list[Basket], *, is_on: bool, skus: list[str]) -> Markup:
    if not is_on:
        return Markup('<p class="faint">Baskets do not count. The switch is on the page Settings.</p>')
    rows = [
        (
            each.sku,
            each.units,
            each.location_id,
            time(each.until),
            button(f"/central/baskets/{each.id}/empty", "Put back", look="quiet"),
        )
        for each in baskets
    ]
    form = """<form class="row" method="post" action="/central/baskets">{}
<label>Units<br><input name="units" type="number" min="1" max="999" value="1" required></label>
<button class="quiet">Put into a basket</button></form>"""
    held = table(("SKU", "#Units", "Location", "Until", "Action"), rows, empty="No basket holds anything.")
    return join((Markup(form).format(select("sku", "SKU", [(sku, sku) for sku in skus])), held))


def stock_table(rows: list[dict[str, Any]]) -> Markup:
    names = ("quantity", "reserved", "in_baskets", "sellable", "accepted_updates", "stale_refusals")
    heads = ("Location", "SKU", "#Told", "#Reserved", "#In baskets", "#Sellable", "#Updates", "#Stale")
    cells = [(row["location"], row["sku"], *(row[name] for name in names)) for row in rows]
    return table(heads, cells, empty="No SKU is stocked here. Convert a listing to Onsite FBA first.")


def calls(desk: Desk, request: Request) -> Response:
    seen = desk.calls.shown()
    totals = [
        (name, each["requests"], ", ".join(f"{status}: {n}" for status, n in each["answered"].items()))
        for name, each in seen["operations"].items()
    ]
    last = [
        (each["at"][11:23], each["operation"], f"{each['method']} {each['path']}", each["status"])
        for each in seen["last"]
    ]
    empty = "Nobody has called since the simulator was started."
    content = join(
        (
            card("Operations", table(("Operation", "#Calls", "Answered"), totals, empty=empty)),
            card("Last calls", table(("Time", "Operation", "Call", "#Status"), last, empty=empty)),
        )
    )
    return page(desk, request, title="Calls", content=content)
