"""Reading Amazon's figures back and comparing them with what was told last; a difference is sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loadbay.core.ids import LocationId, Sku
from loadbay.listings.ports import StockDesk
from loadbay.listings.senders.doors import may_send
from loadbay.listings.services import comparing


@dataclass(frozen=True)
class Reconciled:
    """How many figures were compared, how many Amazon holds otherwise, how many it did not answer."""

    compared: int = 0
    different: int = 0
    unanswered: int = 0


def reconcile_stock(channel_id: int, *, desk: StockDesk) -> Reconciled:
    """Compare every figure of a channel that is at rest. A restored back-up heals here."""
    if may_send(channel_id) is None:
        return Reconciled()
    total, after = Reconciled(), 0
    while rows := comparing.at_rest(channel_id, after_id=after, limit=desk.batch_size):
        total = _compare(rows, desk=desk, total=total)
        after = rows[-1].id
    return total


def _compare(rows: Sequence[comparing.AtRest], *, desk: StockDesk, total: Reconciled) -> Reconciled:
    verdicts = desk.fetch([(LocationId(row.location), Sku(row.sku)) for row in rows])
    pairs = [(row, verdict) for row, verdict in zip(rows, verdicts, strict=True) if verdict.accepted]
    different = comparing.record_compared(pairs)
    return Reconciled(
        compared=total.compared + len(pairs),
        different=total.different + different,
        unanswered=total.unanswered + len(rows) - len(pairs),
    )
