"""What Amazon knows of the life around a sale, as JSON: returns, baskets, what the clock will do, the story.

Read only, like its neighbour `inspect`.
"""

from itertools import islice
from typing import Any

from werkzeug.wrappers import Request

from amazon_simulator.central.inspect import limit, newest
from amazon_simulator.central.wire import control
from amazon_simulator.http.desk import Desk
from amazon_simulator.world import returns
from amazon_simulator.world.clock import iso
from amazon_simulator.world.life_state import Basket, Return


def all_returns(desk: Desk, request: Request) -> Any:
    """Newest first; `?status=` and `?order_id=` choose."""
    with desk.world.look() as memory:
        return [return_row(each) for each in newest(memory.state.returns, request)]


def one_return(desk: Desk, request: Request, return_id: str) -> Any:
    with desk.world.look() as memory:
        return return_row(returns.find(memory, return_id))


def return_row(back: Return) -> dict[str, Any]:
    return {
        "id": back.id,
        "order_id": back.order_id,
        "shipment_id": back.shipment_id,
        "sku": back.sku,
        "units": back.units,
        "graded": back.graded,
        "type": back.type,
        "sub_type": back.sub_type,
        "status": back.status,
        "reason": back.reason,
        "rma": back.rma_id,
        "location": back.return_location_id,
        "tracking_id": back.reverse.tracking_id,
        "earlier_tracking_ids": [each.tracking_id for each in back.previous],
        "otp": back.otp or None,
        "exchange_order_id": back.exchange_order_id or None,
        "created": iso(back.created),
        "updated": iso(back.updated),
        "next_at": iso(back.next_at) if back.next_at else None,
    }


def baskets(desk: Desk, request: Request) -> Any:
    with desk.world.look() as memory:
        return [basket_row(each) for each in memory.state.baskets.values()]


def basket_row(basket: Basket) -> dict[str, Any]:
    return {
        "id": basket.id,
        "location": basket.location_id,
        "sku": basket.sku,
        "units": basket.units,
        "until": iso(basket.until),
    }


def agenda(desk: Desk, request: Request) -> Any:
    """What the clock will do, soonest first."""
    with desk.world.look() as memory:
        coming = sorted(memory.state.agenda)[: limit(request)]
        return [{"at": iso(due.at), "what": due.kind, "of": due.key} for due in coming]


def story(desk: Desk, request: Request) -> Any:
    """What the scenario told so far, newest first, and how many of its steps are still to come."""
    with desk.world.look() as memory:
        state = memory.state
        told = [
            {"at": iso(each.at), "step": each.step, "text": each.text, "refused": each.is_refused}
            for each in islice(reversed(state.told), limit(request))
        ]
        return {
            "began": iso(state.story_began) if state.story_began else None,
            "steps": len(state.story),
            "to_come": sum(due.kind == "story" for due in state.agenda),
            "told": told,
        }


INSPECT_LIFE = {
    "/simulator/inspect/returns": control(all_returns),
    "/simulator/inspect/returns/<return_id>": control(one_return),
    "/simulator/inspect/baskets": control(baskets),
    "/simulator/inspect/agenda": control(agenda),
    "/simulator/inspect/story": control(story),
}
