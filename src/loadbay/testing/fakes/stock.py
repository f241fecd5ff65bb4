"""Stock figures of the fake marketplace: absolute, with sequence numbers that must grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from loadbay.core.errors import Rejected
from loadbay.core.ids import LocationId, Sku
from loadbay.listings.ports import StockToTell, StockVerdict
from loadbay.testing.fakes.marketplace import FakeMarketplace, StockFigure

Key = tuple[LocationId, Sku]


@dataclass
class FakeStockDesk:
    """Implements `StockDesk`. A SKU is known once its listing carries an Amazon channel code."""

    marketplace: FakeMarketplace
    batch_size: int = 10
    batches: list[tuple[StockToTell, ...]] = field(default_factory=list)

    def tell(self, figures: Sequence[StockToTell]) -> tuple[StockVerdict, ...]:
        self._fits(figures)
        with self.marketplace.troubles.around("tell"):
            self.batches.append(tuple(figures))
            return tuple(self._told(figure) for figure in figures)

    def fetch(self, keys: Sequence[Key]) -> tuple[StockVerdict, ...]:
        self._fits(keys)
        with self.marketplace.troubles.around("fetch"):
            return tuple(self._verdict(key) if self._knows(key) else _unknown(key) for key in keys)

    def _told(self, figure: StockToTell) -> StockVerdict:
        key = (figure.location, figure.sku)
        if not self._knows(key):
            return _unknown(key)
        kept = self.marketplace.figures.setdefault(key, StockFigure())
        if figure.sequence <= kept.sequence:
            return StockVerdict(
                figure.sku,
                figure.location,
                accepted=False,
                is_stale=True,
                sequence=kept.sequence,
                reason=f"sequence {figure.sequence} is not above {kept.sequence}",
            )
        kept.quantity, kept.sequence = figure.quantity, figure.sequence
        return self._verdict(key)

    def _verdict(self, key: Key) -> StockVerdict:
        kept = self.marketplace.figures.get(key, StockFigure())
        reserved = self.marketplace.reserved(*key)
        return StockVerdict(
            key[1],
            key[0],
            accepted=True,
            sellable=max(0, kept.quantity - reserved),
            reserved=reserved,
            sequence=kept.sequence,
        )

    def _knows(self, key: Key) -> bool:
        listing = self.marketplace.listings.get(key[1])
        return (
            key[0] == self.marketplace.location
            and listing is not None
            and any(code.startswith("AMAZON_") for code in listing.channel_codes)
        )

    def _fits(self, entries: Sequence[object]) -> None:
        if len(entries) > self.batch_size:
            raise Rejected(f"{len(entries)} figures in one batch of {self.batch_size}.", reason="400")


def _unknown(key: Key) -> StockVerdict:
    return StockVerdict(key[1], key[0], accepted=False, reason=f"INVALID_SKU: {key[1]} is not known here")
