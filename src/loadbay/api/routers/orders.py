"""Channel orders: the list, one order with all that happened to it, an action on one or on all that fit."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from loadbay.api.calls import Call, Page, call
from loadbay.api.fields import After, Body, DryRun, Flag, InPath, Limit, Search, Text
from loadbay.api.shapes import page_of, parts_of
from loadbay.core.errors import WrongInput
from loadbay.dispatch.call_queries import field_calls_of_sales
from loadbay.jobs import order_acts
from loadbay.orders import history, order_queries
from loadbay.orders.history import OrderHistory, Step
from loadbay.orders.order_queries import OrderFilter, OrderRow
from loadbay.orders.services.acting import Act, check_act

router = Router(tags=["Channel orders"])
_ACTS = ", ".join(act.value for act in Act)
_Archived = Annotated[str, Query(max_length=10, description="yes, any, or empty: those not archived.")]


class OrderAct(Body):
    """An action, and the orders that it concerns: named ones, those that fit, or all."""

    act: Text = Field(..., description=f"Of: {_ACTS}.", examples=["build-again"])
    numbers: list[Text] = Field([], max_length=500, description="Sale, order or shipment numbers.")
    channel: Text = ""
    state: Text = Field("", description="staged, waiting, built or ignored.")
    order_status: Text = ""
    implied_status: Text = ""
    before: date | None = Field(None, description="Created at Amazon before this day.")
    archived: Text = Field("", description="yes, any, or empty: those not archived.")
    all: Flag = Field(False, description="Every channel order, without numbers or filter.")
    reason: Text = Field("", description="Why they are ignored; it stays with the order.")

    def wanted(self) -> OrderFilter:
        given = self.model_dump(exclude={"act", "all", "reason"})
        given |= {
            "numbers": " ".join(self.numbers),
            "before": self.before.isoformat() if self.before else "",
        }
        if any(given.values()) == self.all:
            raise WrongInput("Give numbers or a filter, or say all for every order; one of them.")
        return OrderFilter.of(given)


@call(router, "get", "", declared=Call("sales:read", page_of("orders", OrderRow)))
def orders(
    request: HttpRequest,
    numbers: Search = "",
    channel: Search = "",
    state: Search = "",
    order_status: Search = "",
    implied_status: Search = "",
    archived: _Archived = "",
    before: Annotated[date | None, Query(description="Created at Amazon before this day.")] = None,
    after: After = "",
    limit: Limit = 50,
) -> Page:
    """Channel orders, newest first: each as Amazon sent it, with its sale or what it waits for"""
    wanted = OrderFilter(
        numbers=numbers,
        channel=channel,
        state=state,
        order_status=order_status,
        implied_status=implied_status,
        archived=archived,
        before=before.isoformat() if before else "",
    )
    found = order_queries.orders(wanted, after=after or None, size=limit)
    return Page("orders", found.rows, found.after)


@call(
    router,
    "post",
    "/act",
    declared=Call(
        "sales:write",
        parts_of("OrdersActed", is_dry_run=bool, count=int, done=int, told=list[str], work=int | None),
    ),
)
def act(request: HttpRequest, given: OrderAct, dry_run: DryRun = False) -> dict[str, Any]:
    """Update status, import again, build again, ignore, archive: one order or all that fit

    Few are done at once; many are long work: look at `/work/{work}`. `told` says what was passed over.
    """
    wanted, chosen = given.wanted(), _act(given.act)
    count = order_queries.count(wanted)
    if dry_run:
        check_act(chosen, count=count, reason=given.reason)
        return {"is_dry_run": True, "count": count, "done": 0, "told": [], "work": None}
    begun = order_acts.begin(chosen, wanted, reason=given.reason)
    acted = begun.acted
    return {
        "is_dry_run": False,
        "count": count,
        "done": acted.done if acted else 0,
        "told": acted.passed_over if acted else (),
        "work": begun.work_id,
    }


@call(
    router,
    "get",
    "/{number}",
    declared=Call(
        "sales:read",
        parts_of("OrderShown", order=OrderHistory, field_calls=dict[str, str], steps=list[Step]),
    ),
)
def order(request: HttpRequest, number: InPath) -> dict[str, Any]:
    """One channel order: its shipments, sales and field calls, and everything that happened to them"""
    card = history.order_of(number)
    calls = field_calls_of_sales([row.sale for row in card.shipments if row.sale])
    subjects = [*card.subjects, *(f"field_call:{one}" for one in calls.values())]
    return {"order": card, "field_calls": calls, "steps": history.steps(subjects)}


def _act(text: str) -> Act:
    try:
        return Act(text.strip().lower())
    except ValueError:
        raise WrongInput(f"act {text[:40]!r} is none. Choose of: {_ACTS}.") from None
