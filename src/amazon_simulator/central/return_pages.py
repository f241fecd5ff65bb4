"""Returns in the pretend Seller Central: the list, and one with the buttons of what may follow."""

from itertools import islice

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from amazon_simulator.central.frame import button_with, card, chip, facts, join, link, page, table
from amazon_simulator.central.frame import time as written
from amazon_simulator.central.pages import SHOWN, search_form
from amazon_simulator.http.desk import Desk
from amazon_simulator.world import returns
from amazon_simulator.world.life_state import Return
from amazon_simulator.world.return_life import NEXT

_EMPTY = "Nothing comes back yet. Open a return on the page of a shipment that has left."


def all_returns(desk: Desk, request: Request) -> Response:
    wanted = request.args.get("q", "").strip()
    with desk.world.look() as memory:
        chosen = (
            each
            for each in reversed(memory.state.returns.values())
            if any(
                wanted in text for text in (each.rma_id, each.order_id, each.sku, each.reverse.tracking_id)
            )
        )
        rows = [_cells(each) for each in islice(chosen, SHOWN)]
    heads = ("RMA", "Items", "State", "Kind", "Order", "Comes to", "Last change")
    content = join(
        (search_form("/central/returns", wanted), card("Returns", table(heads, rows, empty=_EMPTY)))
    )
    return page(desk, request, title="Returns", content=content)


def _cells(back: Return) -> tuple[object, ...]:
    return (
        link(f"/central/returns/{back.id}", back.rma_id),
        f"{back.units} x {back.sku}",
        chip(back.status),
        _kind(back),
        back.order_id,
        back.return_location_id,
        written(back.updated),
    )


def _kind(back: Return) -> str:
    if back.type == "REJECT":
        return "refused at the door"
    return {"NORMAL": "sent back", "EXCHANGE": "exchange", "REPLACEMENT": "replacement"}[back.sub_type]


def one_return(desk: Desk, request: Request, return_id: str) -> Response:
    with desk.world.look() as memory:
        back = returns.find(memory, return_id)
    about = facts(
        (
            ("State", chip(back.status)),
            ("Items", f"{back.units} x {back.sku}, {back.graded} graded"),
            ("Kind", _kind(back)),
            ("Reason", back.reason.replace("_", " ").lower()),
            ("Shipment", link(f"/central/shipments/{back.shipment_id}", back.shipment_id)),
            ("Order", back.order_id),
            ("Comes to", back.return_location_id),
            ("Carrier", f"{back.reverse.carrier} {back.reverse.tracking_id}"),
            ("Earlier numbers", ", ".join(each.tracking_id for each in back.previous) or "none"),
            (
                "Password",
                f"{back.otp} until {written(back.otp_ends)}" if back.otp and back.otp_ends else "none",
            ),
            ("Replaced by", back.exchange_order_id or "nothing"),
            ("By the clock", written(back.next_at) if back.next_at else "nothing planned"),
        )
    )
    content = join((card("Return", about), card("What may follow", _next(back))))
    return page(desk, request, title=f"Return {back.rma_id}", content=content)


def _next(back: Return) -> Markup:
    steps = [each for each in NEXT[back.status] if each != back.status or back.units > back.graded + 1]
    if not steps:
        return Markup('<p class="faint">Nothing: this return is over.</p>')
    path = f"/central/returns/{back.id}/move"
    buttons = join(
        button_with(path, each.replace("_", " ").capitalize(), name="status", value=each) for each in steps
    )
    return Markup('<div class="row">{}</div>').format(buttons)
