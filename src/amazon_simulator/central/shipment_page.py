"""One shipment in the pretend Seller Central: what Amazon was told, and what buyer, carrier and shop may do.

Every form posts to `life_actions`; what is not possible now is not offered, and refused if it comes anyway.
"""

from typing import Any

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from amazon_simulator.central import inspect
from amazon_simulator.central.frame import button, card, chip, facts, join, link, page, select, table
from amazon_simulator.central.frame import time as written
from amazon_simulator.http.desk import Desk
from amazon_simulator.world.carriers import ON_ITS_WAY
from amazon_simulator.world.lifecycle import Programme, Status
from amazon_simulator.world.state import Shipment

_OVER = (Status.SHIPPED, Status.DELIVERED, Status.CANCELLED)
_GONE = (Status.SHIPPED, Status.DELIVERED)
_GOALS = (
    (Status.CONFIRMED, "confirms"),
    (Status.PACKAGE_CREATED, "packs"),
    (Status.SHIPLABEL_GENERATED, "labels"),
    (Status.SHIPPED, "hands over"),
)


def shipment(desk: Desk, request: Request, shipment_id: str) -> Response:
    with desk.world.look() as memory:
        one = memory.shipment(shipment_id)
        row = inspect.shipment_row(one)
        skus = [
            each.sku
            for each in memory.state.listings.values()
            if each.created is not None and each.is_converted
        ]
        returns = [each for each in memory.state.returns.values() if each.shipment_id == shipment_id]
    back = [
        (link(f"/central/returns/{each.id}", each.rma_id), f"{each.units} x {each.sku}", chip(each.status))
        for each in returns
    ]
    content = join(
        (
            Markup('<div class="cards wide">'),
            card("Shipment", _about(one, row)),
            card("What may happen now", _acts(one, skus)),
            Markup("</div>"),
            card("What Amazon was told", _parcels(row)),
            card("Returns", table(("RMA", "Items", "State"), back, empty="Nothing comes back.")),
        )
    )
    return page(desk, request, title=f"Shipment {shipment_id}", content=content)


def _about(one: Shipment, row: dict[str, Any]) -> Markup:
    state = join((chip(one.status), chip(one.sub_status) if one.sub_status else Markup("")))
    stands_for: Any = link(f"/central/shipments/{one.replaces}", one.replaces) if one.replaces else one.type
    return facts(
        (
            ("State", state),
            ("Order", one.order_id),
            ("Location", f"{one.location_id}, {one.programme.replace('_', ' ')}"),
            ("Items", ", ".join(f"{each['quantity']} x {each['sku']}" for each in row["lines"])),
            ("Stands for" if one.replaces else "Kind", stands_for),
            ("Pickup by", written(one.ship_by)),
            ("Pickups missed", one.pickups_missed),
            ("Confirmed", f"{one.times_confirmed} times"),
            ("Cancelled by", row["cancellation"] or "nobody"),
            ("Delivery planned", written(one.deliver_at) if one.deliver_at else "no"),
            ("Last change", written(one.updated)),
        )
    )


def _parcels(row: dict[str, Any]) -> Markup:
    parcels = [
        (
            each["id"],
            chip(each["status"]),
            _tracking(row["id"], each),
            ", ".join(each["void_tracking_ids"]) or "-",
            each["labels_generated"],
            each["told_shipped"],
            each["shipped_by"] or ("seen by the carrier" if each["taken_at"] else "-"),
        )
        for each in row["packages"]
    ]
    heads = ("Parcel", "State", "Tracking", "Void", "#Labels made", "#Told shipped", "Shipped by")
    return table(heads, parcels, empty="The seller has announced no parcel yet.")


def _tracking(shipment_id: str, parcel: dict[str, Any]) -> Markup | str:
    if not parcel["tracking_id"]:
        return "-"
    return link(f"/simulator/inspect/shipments/{shipment_id}/labels/{parcel['id']}", parcel["tracking_id"])


def _acts(one: Shipment, skus: list[str]) -> Markup:
    path = f"/central/shipments/{one.id}"
    acts = []
    if one.status not in _OVER:
        acts += [_fulfil(one, path), _cancel(path)]
    if one.status == Status.SHIPPED and one.programme != Programme.SELF_SHIP:
        acts += [_carry(path), _plan(path)]
    if one.status in _GONE:
        acts.append(_return(one, path, skus))
    if one.status == Status.CANCELLED:
        acts.append(Markup('<p class="faint">It is cancelled: nothing happens any more.</p>'))
    return join(acts)


def _fulfil(one: Shipment, path: str) -> Markup:
    order = [goal for goal, _ in _GOALS]
    done = order.index(one.status) if one.status in order else -1
    left = [(goal.value, f"{words} it") for number, (goal, words) in enumerate(_GOALS) if number > done]
    form = '<form class="row" method="post" action="{}/fulfil">{}<button class="quiet">Do it</button></form>'
    return Markup(form).format(path, select("until", "The shop, in its own stead,", left))


def _cancel(path: str) -> Markup:
    form = '<form class="row" method="post" action="{}/cancel">{}<button class="grave">Cancel</button></form>'
    who = select("by", "Cancelled by", [("buyer", "the buyer"), ("amazon", "Amazon")])
    return Markup(form).format(path, who)


def _carry(path: str) -> Markup:
    says = [(each, each.replace("_", " ").lower()) for each in ("DELIVERED", *ON_ITS_WAY[2:])]
    form = '<form class="row" method="post" action="{}/carry">{}<button class="quiet">Scan</button></form>'
    return Markup(form).format(path, select("says", "The carrier says", says))


def _plan(path: str) -> Markup:
    form = """<form class="row" method="post" action="{}/delivery">
<label>Late: delivered in hours<br>
<input name="hours" type="number" min="0" max="999" value="72" required></label>
<button class="quiet">Plan</button></form>"""
    return Markup(form).format(path)


def _return(one: Shipment, path: str, skus: list[str]) -> Markup:
    kinds = [
        ("NORMAL", "is sent back"),
        ("EXCHANGE", "is exchanged"),
        ("REPLACEMENT", "is replaced by the same"),
    ]
    if one.status == Status.SHIPPED:
        kinds.append(("REJECT", "is refused at the door"))
    items = [(line.sku, f"{line.quantity} x {line.sku}") for line in one.lines]
    most = max(line.quantity for line in one.lines)
    form = """<form class="row" method="post" action="{}/return">{}{}
<label>Units<br><input name="units" type="number" min="1" max="{}" value="1" required></label>{}
<label class="tick"><input name="otp" type="checkbox"> with a password</label>
<label class="tick"><input name="dropped_off" type="checkbox"> dropped off</label>
<button>Open the return</button></form>"""
    return Markup(form).format(
        path,
        select("sku", "Item", items),
        select("kind", "which", kinds),
        most,
        select("exchange_sku", "for (exchange only)", [(sku, sku) for sku in skus[:200]]),
    )


def scan_form() -> Markup:
    form = """<form class="row" method="post" action="/central/scan">
<label>The driver scans<br><input name="tracking_id" required placeholder="tracking id"></label>
<button class="quiet">Scan</button></form>"""
    return Markup(form)


def lorry(place: str, waiting: int) -> Markup:
    text = Markup("<p><strong>{}</strong>: {} shipment(s) wait for the lorry.</p>").format(place, waiting)
    path = f"/central/lorry/{place}"
    both = join(
        (
            button(path, "Send the lorry", look="quiet"),
            button(f"{path}/miss", "It will not come next time", look="grave"),
        )
    )
    return join((text, Markup('<div class="row">{}</div>').format(both)))
