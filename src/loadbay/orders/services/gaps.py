"""Combinations that the order status matrix has no line for: one open task each, however many orders wait.

Told by `building` (no sale yet) and `implying` (a sale stands); closed once a line fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from loadbay.channels.models import SalesChannel
from loadbay.channels.rules import Line, Situation, look_up
from loadbay.inbox.queries import open_matters
from loadbay.inbox.services import close_tasks, open_task

KIND = "matrix_gap"
Gap = tuple[int, Situation]
"""A channel's key and the situation of its orders that no line fits."""


def tell_gaps(gaps: Mapping[Gap, Sequence[str]]) -> None:
    """One task per combination, naming the shipments (their ids) that wait for a line."""
    if not gaps:
        return
    codes = dict(
        SalesChannel.objects.filter(pk__in={channel for channel, _ in gaps}).values_list("pk", "code")
    )
    for (channel_id, situation), shipments in gaps.items():
        code = codes[channel_id]
        open_task(
            kind=KIND,
            matter=matter_of(channel_id, situation),
            cause="mapping",
            sentence=gap_words(situation),
            cure="Choose what it implies and add the line; the orders that wait go on by themselves.",
            link=f"/office/sales-channel/{code}/setup/order-status-matrix/",
            subjects=[f"channel:{code}", *(f"shipment:{shipment}" for shipment in shipments)],
        )


def gap_words(situation: Situation) -> str:
    return f"The order status matrix has no line for {combination(situation)}."


def combination(situation: Situation) -> str:
    return f"{situation.channel_status} × {situation.order_status} × {_balance(situation)}"


def matter_of(channel_id: int, situation: Situation) -> str:
    return f"{channel_id}:{situation.channel_status}:{situation.order_status}:{_balance(situation)}"


def situation_of(matter: str) -> Situation:
    """The situation that a task's matter names. Older tasks have `5:ACCEPTED × Open`, balanced or not."""
    values = matter.partition(":")[2]
    if ":" not in values:
        status, _, order_status = values.partition(" × ")
        return Situation(status, order_status, balanced=True)
    status, order_status, balance = values.rsplit(":", 2)
    return Situation(status, order_status, balanced=balance == "balanced")


def close_filled(channel_id: int, lines: Sequence[Line]) -> None:
    """Tasks of combinations that have a line now are settled."""
    mine = [matter for matter in open_matters(KIND) if matter.startswith(f"{channel_id}:")]
    close_tasks(KIND, matters=[one for one in mine if look_up(lines, situation_of(one)) is not None])


def close_gaps(channel_and_situations: Iterable[Gap]) -> None:
    """Nobody waits for a line for these any more."""
    close_tasks(KIND, matters=[matter_of(channel, one) for channel, one in channel_and_situations])


def _balance(situation: Situation) -> str:
    return "balanced" if situation.balanced else "not balanced"
