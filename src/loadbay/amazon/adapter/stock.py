"""External Fulfillment Inventory: telling and fetching stock figures, ten at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from loadbay.amazon.caller import Caller
from loadbay.amazon.calls import Call, Effect
from loadbay.amazon.rates import Priority
from loadbay.amazon.translate import stock as translate
from loadbay.amazon.wire import inventory as wire
from loadbay.core.errors import Rejected
from loadbay.core.ids import LocationId, Sku
from loadbay.listings.ports import StockToTell, StockVerdict

PATH = "/externalFulfillment/inventory/2024-09-11/inventories"
BATCH_SIZE = 10


@dataclass(frozen=True)
class AmazonStockDesk:
    """Implements `listings.ports.StockDesk`. `channel_name` is FBA for SmartConnect, else MFN."""

    caller: Caller
    channel_name: str = "FBA"
    priority: Priority = Priority.STOCK
    batch_size: int = BATCH_SIZE

    def tell(self, figures: Sequence[StockToTell]) -> tuple[StockVerdict, ...]:
        if not figures:
            return ()
        batch = translate.updates(figures, marketplace=self._marketplace())
        keys = [(figure.location, figure.sku) for figure in figures]
        sold_out = any(figure.quantity == 0 for figure in figures)
        priority = min(self.priority, Priority.URGENT_STOCK) if sold_out else self.priority
        return self._ask(batch, keys, effect=Effect.WRITE, priority=priority)

    def fetch(self, keys: Sequence[tuple[LocationId, Sku]]) -> tuple[StockVerdict, ...]:
        if not keys:
            return ()
        batch = translate.fetches(keys, marketplace=self._marketplace())
        return self._ask(batch, list(keys), effect=Effect.READ, priority=self.priority)

    def _ask(
        self,
        batch: wire.Batch,
        keys: list[tuple[LocationId, Sku]],
        *,
        effect: Effect,
        priority: Priority,
    ) -> tuple[StockVerdict, ...]:
        if len(keys) > self.batch_size:
            raise Rejected(
                f"{len(keys)} stock figures in one batch. Amazon takes {self.batch_size}; split it.",
                reason="400",
            )
        call = Call(
            "batchInventory",
            "POST",
            PATH,
            body=msgspec.json.encode(batch),
            effect=effect,
            priority=priority,
            subjects=tuple(f"sku:{sku}" for _, sku in keys),
        )
        return self.caller.ask(call, partial(translate.verdicts, keys=keys))

    def _marketplace(self) -> wire.Marketplace:
        return wire.Marketplace(self.caller.account.marketplace_id, self.channel_name)
