"""The order status matrix of a channel: lines, what an edit would change, an order tested, actions."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from loadbay.api.calls import Call, call
from loadbay.api.fields import Body, InPath, LongText, RowId, Secret, Text
from loadbay.api.shapes import parts_of
from loadbay.channels import matrix_queries, matrix_rules, services
from loadbay.channels.action_queries import actions
from loadbay.channels.action_rules import Action
from loadbay.channels.matrix_queries import as_rows
from loadbay.channels.rules import Line
from loadbay.channels.services import MatrixEdit
from loadbay.channels.services.actions import add_action, remove_action
from loadbay.orders.matrix_trial import OrderTested, Trial, look_at_order, try_matrix

router = Router(tags=["Order status matrix"])
_ANY = "; null, or any, means any."
_YesNo = Annotated[
    bool | Annotated[str, Field(max_length=10)] | None, Field(description=f"true or false{_ANY}")
]
_Edited = parts_of("MatrixEdited", channel=str, changes=list[str], unknown_statuses=list[str])
_HERE = "/{code}/order-status-matrix"


class MatrixLine(Body):
    """A combination and the status it implies; what is null means any."""

    channel_status: Text | None = Field(None, description=f"Amazon's{_ANY}", examples=["ACCEPTED"])
    order_status: Text | None = Field(None, description=f"BC order status{_ANY}", examples=["Open"])
    balanced: _YesNo = None
    existing_orders: _YesNo = None
    implied_status: Text = Field(..., description="Implied order status.", examples=["Ready"])


class Lines(Body):
    """All lines of a matrix."""

    lines: list[MatrixLine] = Field(..., max_length=500)


class LinesSeen(Lines):
    """All lines of a matrix, and which state of it the caller saw."""

    version: Text | None = Field(None, description="Of the matrix as it was read; refused where it changed.")


_Matrix = parts_of(
    "Matrix",
    channel=str,
    programme=str,
    version=str,
    lines=list[MatrixLine],
    known_statuses=list[str],
)


@call(router, "get", _HERE, declared=Call("channels:read", _Matrix))
def matrix(request: HttpRequest, code: InPath) -> dict[str, Any]:
    """The order status matrix of a sales channel"""
    card = matrix_queries.matrix(code)
    return {
        "channel": card.channel,
        "programme": card.programme,
        "version": card.version,
        "lines": as_rows(card.lines),
        "known_statuses": card.known_statuses,
    }


@call(router, "put", _HERE, declared=Call("channels:write", _Edited))
def change(request: HttpRequest, code: InPath, given: LinesSeen) -> dict[str, Any]:
    """Have just these lines: all of them, or nothing changes; orders that waited for one go on"""
    return _edited(services.change_matrix(code, _read(given.lines), seen=given.version))


@call(router, "post", f"{_HERE}/lines", declared=Call("channels:write", _Edited, 201, adds=True))
def add_line(request: HttpRequest, code: InPath, given: MatrixLine) -> dict[str, Any]:
    """Add one line; orders that waited for it go on"""
    (line,) = _read([given])
    return _edited(services.add_line(code, line))


@call(router, "post", f"{_HERE}/lines/remove", declared=Call("channels:write", _Edited))
def remove_line(request: HttpRequest, code: InPath, given: MatrixLine) -> dict[str, Any]:
    """Remove the line of just these values"""
    (line,) = _read([given])
    return _edited(services.remove_line(code, line))


@call(router, "post", f"{_HERE}/reset", declared=Call("channels:write", _Edited))
def reset(request: HttpRequest, code: InPath) -> dict[str, Any]:
    """Have the default lines of the channel's programme again"""
    return _edited(services.reset_matrix(code))


@call(router, "post", f"{_HERE}/try", declared=Call("channels:read", Trial, only_asks=True))
def try_lines(request: HttpRequest, code: InPath, given: Lines) -> Trial:
    """Try edited lines on all past orders: what they would change; nothing is saved"""
    card, lines = matrix_queries.matrix(code), _read(given.lines)
    matrix_rules.check_lines(lines)
    return try_matrix(card.channel_id, stored=card.lines, edited=lines)


@call(
    router,
    "get",
    f"{_HERE}/test",
    declared=Call("channels:read", parts_of("OrdersTested", tested=list[OrderTested])),
)
def look_at(
    request: HttpRequest,
    code: InPath,
    order: Annotated[str, Query(max_length=60, description="Its number, a shipment or a sale.")],
) -> dict[str, Any]:
    """Test an order: which line fits it"""
    card = matrix_queries.matrix(code)
    return {"tested": look_at_order(card.channel_id, order, stored=card.lines, edited=card.lines)}


_ACTIONS = "/{code}/status-actions"


class NewAction(Body):
    """What is to be done when an order enters an implied status."""

    implied_status: Text = Field(..., examples=["Error"])
    kind: Text = Field(..., description="build, hold, release, notify, webhook or task.", examples=["task"])
    text: LongText = Field("", description="What a person is to do, for notify and task.")
    url: LongText = Field("", description="https address of a webhook.")
    secret: Secret = Field("", description="Signs a webhook; never shown again.")


@call(
    router, "get", _ACTIONS, declared=Call("channels:read", parts_of("StatusActions", actions=list[Action]))
)
def status_actions(request: HttpRequest, code: InPath) -> dict[str, Any]:
    """The actions on entering an implied status, without their secrets"""
    return {"actions": actions(code)}


@call(router, "post", _ACTIONS, declared=Call("channels:write", Action, 201, adds=True))
def add_status_action(request: HttpRequest, code: InPath, given: NewAction) -> Action:
    """Hang one more action on entering an implied status"""
    return add_action(code, **given.model_dump())


@call(router, "delete", f"{_ACTIONS}/{{action_id}}", declared=Call("channels:write", Action))
def remove_status_action(request: HttpRequest, code: InPath, action_id: RowId) -> Action:
    """Remove an action; what it held stays held"""
    return remove_action(code, action_id)


def _read(lines: list[MatrixLine]) -> tuple[Line, ...]:
    return matrix_rules.read_lines([line.model_dump() for line in lines])


def _edited(edit: MatrixEdit) -> dict[str, Any]:
    return {
        "channel": edit.channel,
        "changes": [one.words for one in edit.changes],
        "unknown_statuses": edit.unknown,
    }
