"""What Amazon knows of the life around a sale, as JSON: returns, baskets, what the clock will do, the story.

Read only, like its neighbour `inspect`.
"""

from itertools import islice

from amazon_simulator.central.inspect import Chosen, Limited, newest
from amazon_simulator.central.rows import BasketRow, Coming, ReturnRow, Story
from amazon_simulator.central.wire import A_QUERY, Control
from amazon_simulator.http.desk import Desk
from amazon_simulator.world import returns
from amazon_simulator.world.clock import iso
from amazon_simulator.world.life_state import Basket, Return
from amazon_simulator.world.refusal import Kind


def all_returns(desk: Desk, asked: Chosen) -> list[ReturnRow]:
    """Newest first; `?status=` and `?order_id=` choose."""
    with desk.world.look() as memory:
        return [return_row(each) for each in newest(memory.state.returns, asked)]


def one_return(desk: Desk, return_id: str) -> ReturnRow:
    with desk.world.look() as memory:
        return return_row(returns.find(memory, return_id))


def return_row(back: Return) -> ReturnRow:
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


def baskets(desk: Desk) -> list[BasketRow]:
    with desk.world.look() as memory:
        return [basket_row(each) for each in memory.state.baskets.values()]


def basket_row(basket: Basket) -> BasketRow:
    return {
        "id": basket.id,
        "location": basket.location_id,
        "sku": basket.sku,
        "units": basket.units,
        "until": iso(basket.until),
    }


def agenda(desk: Desk, asked: Limited) -> list[Coming]:
    """What the clock will do, soonest first."""
    with desk.world.look() as memory:
        coming = sorted(memory.state.agenda)[: asked.limit]
        return [{"at": iso(due.at), "what": due.kind, "of": due.key} for due in coming]


def story(desk: Desk, asked: Limited) -> Story:
    """What the scenario told so far, newest first, and how many of its steps are still to come."""
    with desk.world.look() as memory:
        state = memory.state
        told = [
            {"at": iso(each.at), "step": each.step, "text": each.text, "refused": each.is_refused}
            for each in islice(reversed(state.told), asked.limit)
        ]
        return {
            "began": iso(state.story_began) if state.story_began else None,
            "steps": len(state.story),
            "to_come": sum(due.kind == "story" for due in state.agenda),
            "told": told,
        }


INSPECT_LIFE = {
    "/simulator/inspect/returns": Control(all_returns, "Returns, newest first.", refuses=A_QUERY),
    "/simulator/inspect/returns/<return_id>": Control(one_return, "One return.", refuses=(Kind.UNKNOWN,)),
    "/simulator/inspect/baskets": Control(baskets, "What lies in buyers' baskets.", refuses=()),
    "/simulator/inspect/agenda": Control(agenda, "What the clock will do, soonest first.", refuses=A_QUERY),
    "/simulator/inspect/story": Control(
        story, "What the scenario told so far, newest first, and what is still to come.", refuses=A_QUERY
    ),
}
