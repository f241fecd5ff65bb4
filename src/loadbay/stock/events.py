"""What can happen to stock. Recorded once per call of a service, with the change itself."""

from __future__ import annotations

from loadbay.core.events import event


@event("stock.changed")
class StockChanged:
    """Goods moved, or promises were made, changed or ended.

    `lowered` says that what may be sold of them can only have become less; `reason` is the service's verb.
    """

    product_ids: list[int]
    lowered: bool
    reason: str
