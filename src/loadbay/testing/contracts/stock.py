"""The contract of `StockDesk`: absolute figures, a verdict for each, sequences that only grow."""

from __future__ import annotations

from loadbay.core.ids import LocationId, Sku
from loadbay.listings.ports import StockToTell, StockVerdict
from loadbay.testing.contracts.stage import Stage, labelled

UNKNOWN = Sku("no-such-sku")


def fetched(stage: Stage) -> StockVerdict:
    (verdict,) = stage.stock_desk.fetch([(stage.location, stage.linked_sku)])
    return verdict


def figure(stage: Stage, quantity: int, *, ahead: int = 1) -> StockToTell:
    """A figure whose sequence is so far ahead of the one known."""
    sequence = (fetched(stage).sequence or 0) + ahead
    return StockToTell(stage.linked_sku, stage.location, quantity, sequence)


class StockDeskContract:
    """What every `StockDesk` does."""

    def test_a_figure_is_taken_and_read_back(self, stage: Stage) -> None:
        told = figure(stage, 40)
        (verdict,) = stage.stock_desk.tell([told])
        assert (verdict.accepted, verdict.sku, verdict.location) == (True, told.sku, told.location)
        seen = fetched(stage)
        assert seen.sequence == told.sequence
        assert (seen.sellable or 0) + (seen.reserved or 0) == 40

    def test_open_shipments_are_held_back_until_their_label(self, stage: Stage) -> None:
        before = fetched(stage).reserved or 0
        stage.stock_desk.tell([figure(stage, 40)])
        stage.place_order(units=3)
        assert (fetched(stage).reserved, fetched(stage).sellable) == (before + 3, 37 - before)
        labelled(stage, units=2)
        assert fetched(stage).reserved == before + 3

    def test_more_reserved_than_there_is_sells_nothing(self, stage: Stage) -> None:
        stage.stock_desk.tell([figure(stage, 40)])
        stage.place_order(units=3)
        stage.stock_desk.tell([figure(stage, 1)])
        assert fetched(stage).sellable == 0

    def test_a_sequence_that_does_not_grow_is_stale(self, stage: Stage) -> None:
        stage.stock_desk.tell([figure(stage, 40)])
        for ahead in (0, -5):
            (verdict,) = stage.stock_desk.tell([figure(stage, 7, ahead=ahead)])
            assert (verdict.accepted, verdict.is_stale) == (False, True)
            assert verdict.reason
        seen = fetched(stage)
        assert (seen.sellable or 0) + (seen.reserved or 0) == 40

    def test_one_bad_sku_never_holds_up_another(self, stage: Stage) -> None:
        good = figure(stage, 25)
        bad = StockToTell(UNKNOWN, stage.location, 1, 1)
        first, second, third = stage.stock_desk.tell(
            [bad, good, StockToTell(Sku("another"), stage.location, 1, 1)]
        )
        assert [first.accepted, second.accepted, third.accepted] == [False, True, False]
        assert [first.sku, second.sku] == [UNKNOWN, stage.linked_sku]
        assert (first.is_stale, first.is_retryable, bool(first.reason)) == (False, False, True)

    def test_a_foreign_location_is_a_verdict_not_trouble(self, stage: Stage) -> None:
        (verdict,) = stage.stock_desk.fetch([(LocationId("NOPE"), stage.linked_sku)])
        assert not verdict.accepted

    def test_nothing_to_tell_is_no_call(self, stage: Stage) -> None:
        assert stage.stock_desk.batch_size == 10
        assert stage.stock_desk.tell([]) == ()
        assert stage.stock_desk.fetch([]) == ()
