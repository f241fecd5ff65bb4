"""Telling stock: what differs, most urgent first, each verdict recorded, nothing lost by any trouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from loadbay.catalogue.services import set_price
from loadbay.channels.models import Connection, SalesChannel
from loadbay.core.errors import Misconfigured, Rejected, Retryable, Unclear
from loadbay.core.ids import LocationId, Sku
from loadbay.inbox.queries import open_tasks
from loadbay.listings import queries, senders, services
from loadbay.listings.models import Listing, StockFigure
from loadbay.listings.ports import StockToTell, StockVerdict
from loadbay.stock import services as stock
from loadbay.testing.fakes import FakeStockDesk, Moment
from tests.services.goods import Amazon, a_channel, a_linked_listing, a_product, a_room, a_sale, figure

pytestmark = pytest.mark.django_db
AT = (LocationId("LBAY"), Sku("RUG"))


@pytest.fixture
def amazon() -> Amazon:
    return Amazon()


@pytest.fixture
def channel() -> int:
    return a_channel().pk


@pytest.fixture
def rug(amazon, channel) -> int:
    """100 rugs on hand, linked, told once."""
    a_product("RUG", on_hand=100, price="10")
    a_linked_listing("RUG", amazon=amazon)
    tell(amazon, channel)
    return channel


def tell(amazon: Amazon, channel_id: int) -> senders.doors.Sent:
    return senders.send_stock(channel_id, desk=amazon.stock, clock=amazon.clock)


def sellable(amazon: Amazon, *, reserved: int = 0) -> int:
    return max(0, amazon.marketplace.figures[AT].quantity - reserved)


# --- the figure ---


def test_a_new_link_is_told_what_is_there(amazon, rug):
    assert amazon.told("RUG") == [100]
    row = figure("RUG")
    assert (row.acknowledged_quantity, row.is_dirty, row.in_flight) == (100, False, False)
    assert row.amazon_sellable == 100


def test_every_movement_reaches_amazon(amazon, rug):
    a_room("ELSEWHERE")
    stock.goods_in(sku="RUG", room="SHOP", units=10)
    tell(amazon, rug)
    stock.dispose(sku="RUG", room="SHOP", units=5, reason="torn")
    tell(amazon, rug)
    stock.transfer(sku="RUG", source="SHOP", target="ELSEWHERE", units=20)
    tell(amazon, rug)
    assert amazon.told("RUG") == [100, 110, 105, 85]


def test_an_arriving_sale_changes_nothing_that_is_sent(amazon, rug):
    stock.reserve([a_sale("shipment:1", "RUG", units=3)])
    report = tell(amazon, rug)
    assert (report.told, report.unchanged) == (0, 1)
    assert amazon.told("RUG") == [100]


def test_its_label_lowers_it_by_its_units_exactly_once(amazon, rug):
    stock.reserve([a_sale("shipment:1", "RUG", units=3)])
    stock.move_stage(["shipment:1"], to="labelled")
    assert figure("RUG").urgency == StockFigure.Urgency.URGENT
    tell(amazon, rug)
    stock.hand_over(["shipment:1"], reference="FC-1")
    tell(amazon, rug)
    assert amazon.told("RUG") == [100, 97]


def test_a_cancellation_before_the_label_changes_nothing_that_is_sent(amazon, rug):
    stock.reserve([a_sale("shipment:1", "RUG", units=3)])
    stock.release(["shipment:1"])
    tell(amazon, rug)
    assert amazon.told("RUG") == [100]


def test_a_cancellation_after_the_label_raises_it_only_once_put_back(amazon, rug):
    stock.reserve([a_sale("shipment:1", "RUG", units=3)])
    stock.move_stage(["shipment:1"], to="labelled")
    tell(amazon, rug)
    stock.move_stage(["shipment:1"], to="put_back")
    tell(amazon, rug)
    assert amazon.told("RUG") == [100, 97]
    stock.put_back("shipment:1")
    tell(amazon, rug)
    assert amazon.told("RUG") == [100, 97, 100]


def test_with_a_cap_of_five_a_hundred_on_hand_and_five_open_amazon_sells_five(amazon, rug):
    stock.reserve([a_sale("shipment:1", "RUG", units=5)])
    services.update_listing(replace(services.fields_of("RUG", "UK"), cap=5))
    tell(amazon, rug)
    assert amazon.told("RUG")[-1] == 10
    assert sellable(amazon, reserved=5) == 5


def test_the_global_cap_counts_on_its_days_only(amazon, rug):
    today = amazon.clock.now().date()
    services.set_stock_cap(7, valid_from=today, valid_until=today)
    tell(amazon, rug)
    amazon.clock.advance(86_400)
    tomorrow = amazon.clock.now().date()
    assert services.mark_new_day(tomorrow) == (rug,)
    tell(amazon, rug)
    assert amazon.told("RUG") == [100, 7, 100]
    services.set_stock_cap(3, valid_from=tomorrow)
    tell(amazon, rug)
    services.set_stock_cap(None, valid_from=tomorrow)
    tell(amazon, rug)
    assert amazon.told("RUG") == [100, 7, 100, 3, 100]


def test_a_cap_that_began_while_the_machine_was_off_for_days_is_told(amazon, rug):
    tomorrow = amazon.clock.now().date() + timedelta(days=1)
    services.set_stock_cap(7, valid_from=tomorrow)
    tell(amazon, rug)
    amazon.clock.advance(3 * 86_400)
    assert services.mark_new_day(amazon.clock.now().date()) == (rug,)
    tell(amazon, rug)
    assert amazon.told("RUG") == [100, 7]


def test_where_amazon_reserves_until_shipped_a_label_changes_nothing(amazon, rug):
    SalesChannel.objects.update(reservation_ends="shipped")
    stock.reserve([a_sale("shipment:1", "RUG", units=3)])
    stock.move_stage(["shipment:1"], to="labelled")
    tell(amazon, rug)
    assert amazon.told("RUG") == [100]
    stock.hand_over(["shipment:1"], reference="FC-1")
    tell(amazon, rug)
    assert amazon.told("RUG") == [100, 97]


def test_a_sold_out_product_is_told_as_nothing_never_less(amazon, rug):
    stock.reserve([a_sale("shipment:1", "RUG", units=130)])
    stock.move_stage(["shipment:1"], to="labelled")
    tell(amazon, rug)
    assert amazon.told("RUG") == [100, 0]


# --- one message at a time ---


def test_many_movements_while_one_send_is_under_way_are_one_next_send(amazon, rug):
    desk = Interrupted(amazon.stock, lambda: [move_in(1) for _ in range(5)])
    move_in(1)
    senders.send_stock(rug, desk=desk, clock=amazon.clock)
    assert amazon.told("RUG") == [100, 101, 106]


def move_in(units: int) -> None:
    stock.goods_in(sku="RUG", room="SHOP", units=units)


@dataclass
class Interrupted:
    """A desk during whose first message something else happens in the shop."""

    desk: FakeStockDesk
    meanwhile: object
    batch_size: int = 10
    is_done: bool = field(default=False)

    def tell(self, figures: Sequence[StockToTell]) -> tuple[StockVerdict, ...]:
        if not self.is_done:
            self.is_done = True
            self.meanwhile()
        return self.desk.tell(figures)

    def fetch(self, keys):
        return self.desk.fetch(keys)


def test_sequence_numbers_only_grow_even_if_the_clock_goes_back(amazon, rug):
    amazon.clock.advance(-3600)
    move_in(1)
    tell(amazon, rug)
    first, second = (batch[0].sequence for batch in amazon.stock.batches)
    assert second == first + 1
    assert figure("RUG").sequence == second


def test_nothing_and_less_go_before_more(amazon, channel):
    for n in range(12):
        a_product(f"RUG-{n:02}", on_hand=5, price="10")
        a_linked_listing(f"RUG-{n:02}", amazon=amazon)
    tell(amazon, channel)
    for n in range(11):
        stock.goods_in(sku=f"RUG-{n:02}", room="SHOP", units=1)
    stock.dispose(sku="RUG-11", room="SHOP", units=5, reason="flood")
    del amazon.stock.batches[:]
    tell(amazon, channel)
    assert [len(batch) for batch in amazon.stock.batches] == [10, 2]
    assert (amazon.stock.batches[0][0].sku, amazon.stock.batches[0][0].quantity) == ("RUG-11", 0)


# --- refusals ---


def test_one_bad_sku_holds_up_no_other_and_waits_longer_each_time(amazon, rug):
    a_product("LAMP", on_hand=4, price="10")
    a_linked_listing("LAMP")
    move_in(1)
    report = tell(amazon, rug)
    assert amazon.told("RUG") == [100, 101]
    assert (report.told, report.refused) == (1, 1)
    bad = figure("LAMP")
    assert bad.refusal == "INVALID_SKU: LAMP is not known here"
    assert report.due_at == bad.next_try_at == amazon.clock.now() + timedelta(seconds=30)
    assert tell(amazon, rug) == senders.doors.Sent(due_at=bad.next_try_at)
    amazon.clock.advance(31)
    tell(amazon, rug)
    assert figure("LAMP").next_try_at == amazon.clock.now() + timedelta(seconds=60)
    (task,) = open_tasks()
    assert (task.kind, task.times) == ("stock_refused", 2)


def test_a_mended_sku_goes_through_and_its_task_closes(amazon, rug):
    a_product("LAMP", on_hand=4, price="10")
    a_linked_listing("LAMP")
    tell(amazon, rug)
    amazon.knows("LAMP")
    amazon.clock.advance(31)
    assert tell(amazon, rug).told == 1
    assert figure("LAMP").refusal == ""
    assert open_tasks() == ()


def test_a_stale_refusal_is_healed_by_fetching_and_sending_again(amazon, rug):
    amazon.marketplace.figures[AT].sequence = 9_000_000_000_000_000
    move_in(1)
    tell(amazon, rug)
    assert amazon.marketplace.figures[AT].quantity == 101
    assert figure("RUG").sequence == 9_000_000_000_000_001
    assert open_tasks() == ()


def test_the_second_stale_refusal_in_a_row_is_alarmed(amazon, rug):
    class Rival(FakeStockDesk):
        """Another program that is always a little ahead."""

        def tell(self, figures):
            self.marketplace.figures[AT].sequence += 10**15
            return super().tell(figures)

    move_in(1)
    rival = Rival(amazon.marketplace)
    senders.send_stock(rug, desk=rival, clock=amazon.clock)
    (task,) = open_tasks()
    assert (task.kind, task.is_alert) == ("stock_stale", True)
    assert figure("RUG").is_dirty
    assert len(rival.batches) == 2


def test_a_batch_that_amazon_declines_whole_is_taken_apart(amazon, rug):
    a_product("LAMP", on_hand=4, price="10")
    a_linked_listing("LAMP", amazon=amazon)
    move_in(1)
    amazon.marketplace.troubles.next("tell", Rejected("bad batch", reason="400"))
    assert tell(amazon, rug).told == 2
    assert amazon.told("RUG")[-1] == 101
    assert amazon.told("LAMP") == [4]


# --- trouble ---


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("trouble", [Retryable("503"), Unclear("no answer"), Misconfigured("no role")])
def test_a_message_without_an_answer_is_sent_again(amazon, rug, trouble, moment):
    move_in(1)
    amazon.marketplace.troubles.next("tell", trouble, moment=moment)
    with pytest.raises(type(trouble)):
        tell(amazon, rug)
    row = figure("RUG")
    assert (row.is_dirty, row.in_flight, row.acknowledged_quantity) == (True, False, None)
    tell(amazon, rug)
    assert amazon.marketplace.figures[AT].quantity == 101


def test_a_lost_message_is_sent_again_even_when_the_figure_went_back(amazon, rug):
    move_in(1)
    amazon.marketplace.troubles.next("tell", Unclear("no answer"), moment=Moment.AFTER)
    with pytest.raises(Unclear):
        tell(amazon, rug)
    stock.dispose(sku="RUG", room="SHOP", units=1, reason="torn")
    tell(amazon, rug)
    assert amazon.marketplace.figures[AT].quantity == 100


def test_what_was_in_flight_when_the_process_died_is_sent_again(amazon, rug):
    move_in(1)
    StockFigure.objects.update(is_dirty=False, in_flight=True, sent_quantity=101)
    tell(amazon, rug)
    assert amazon.told("RUG") == [100, 101]
    assert not figure("RUG").in_flight


def test_figures_behind_a_failed_batch_keep_what_amazon_knows_of_them(amazon, channel):
    for n in range(12):
        a_product(f"RUG-{n:02}", on_hand=5, price="10")
        a_linked_listing(f"RUG-{n:02}", amazon=amazon)
    tell(amazon, channel)
    for n in range(12):
        stock.goods_in(sku=f"RUG-{n:02}", room="SHOP", units=1)
    amazon.marketplace.troubles.next("tell", Retryable("503"))
    with pytest.raises(Retryable):
        tell(amazon, channel)
    known = StockFigure.objects.filter(is_dirty=True, in_flight=False)
    assert known.count() == 12
    assert known.filter(acknowledged_quantity=5).count() == 2
    assert tell(amazon, channel).told == 12


def test_a_stopped_connection_and_a_watching_channel_send_nothing(amazon, rug):
    move_in(1)
    Connection.objects.update(state="stopped")
    assert tell(amazon, rug) == senders.doors.Sent()
    Connection.objects.update(state="working")
    SalesChannel.objects.update(is_watching=True)
    assert tell(amazon, rug) == senders.doors.Sent()
    SalesChannel.objects.update(is_watching=False)
    assert tell(amazon, rug).told == 1


# --- reading back, and why ---


def test_reconcile_finds_a_figure_that_amazon_lost_and_sends_it_again(amazon, rug):
    amazon.marketplace.figures[AT].quantity = 3
    report = senders.reconcile_stock(rug, desk=amazon.stock)
    assert (report.compared, report.different) == (1, 1)
    tell(amazon, rug)
    assert amazon.marketplace.figures[AT].quantity == 100
    assert senders.reconcile_stock(rug, desk=amazon.stock).different == 0


def test_reconcile_heals_a_restored_backup(amazon, rug):
    StockFigure.objects.update(sequence=5, acknowledged_quantity=60)
    senders.reconcile_stock(rug, desk=amazon.stock)
    assert figure("RUG").sequence == amazon.marketplace.figures[AT].sequence
    tell(amazon, rug)
    assert amazon.told("RUG") == [100, 100]
    assert open_tasks() == ()


def test_every_number_opens_into_its_sum(amazon, rug):
    stock.reserve([a_sale("shipment:1", "RUG", units=5), a_sale("shipment:2", "RUG", units=2)])
    stock.move_stage(["shipment:2"], to="labelled")
    services.update_listing(replace(services.fields_of("RUG", "UK"), offset=-3, cap=50))
    tell(amazon, rug)
    (why,) = queries.why_this_number("RUG", "UK")
    (part,) = why.parts
    (room,) = part.rooms
    assert (room.room, room.on_hand, room.open, room.labelled, room.free) == ("SHOP", 100, 5, 2, 93)
    assert [(step.rule, step.after) for step in why.applied] == [("offset", 90), ("listing_cap", 50)]
    assert (why.shown, why.open, why.to_tell, why.told) == (50, 5, 55, 55)
    assert why.unexplained == 0


def test_what_amazon_holds_back_is_shown_as_rest_and_proposed_as_offset(amazon, rug):
    StockFigure.objects.update(amazon_sellable=96, amazon_reserved=0)
    (why,) = queries.why_this_number("RUG", "UK")
    assert (why.unexplained, why.proposed_offset) == (4, 4)


# --- many, and prices ---


def test_the_cost_of_a_look_does_not_grow_with_the_number_of_figures(
    amazon, channel, django_assert_max_num_queries
):
    for n in range(40):
        a_product(f"RUG-{n:02}", on_hand=5, price="10")
        a_linked_listing(f"RUG-{n:02}", amazon=amazon)
    tell(amazon, channel)
    StockFigure.objects.update(is_dirty=True)
    with django_assert_max_num_queries(24):
        assert tell(amazon, channel).unchanged == 40


def test_a_refused_price_waits_alone_and_is_shown(amazon, rug):
    a_product("LAMP", price="10")
    a_linked_listing("LAMP")
    report = senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock)
    assert (report.told, report.refused) == (1, 1)
    assert queries.listing_card("LAMP", "UK").price_refusal == "There is no listing LAMP."
    assert report.due_at == amazon.clock.now() + timedelta(seconds=30)
    amazon.knows("LAMP")
    amazon.clock.advance(31)
    assert senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock).told == 1
    assert open_tasks() == ()


def test_a_price_that_began_while_the_machine_was_off_for_days_is_told(amazon, rug):
    senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock)
    tomorrow = amazon.clock.now().date() + timedelta(days=1)
    set_price(sku="RUG", category="Amazon", amount="12", currency="GBP", valid_from=tomorrow)
    senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock)
    amazon.clock.advance(3 * 86_400)
    today = amazon.clock.now().date()
    assert services.mark_new_day(today) == (rug,)
    assert senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock).told == 1
    assert str(amazon.marketplace.listings[Sku("RUG")].price) == "12.00 GBP"
    assert services.mark_new_day(today) == ()


def test_a_refused_price_that_is_taken_back_leaves_no_task_behind(amazon, rug):
    senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock)
    set_price(sku="RUG", category="Amazon", amount="12", currency="GBP")
    amazon.marketplace.troubles.next("tell_price", Rejected("too high", reason="400"))
    assert senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock).refused == 1
    assert [task.kind for task in open_tasks()] == ["price_refused"]
    set_price(sku="RUG", category="Amazon", amount="10", currency="GBP")
    assert senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock).unchanged == 1
    assert open_tasks() == ()


@pytest.mark.parametrize("moment", list(Moment))
def test_a_price_without_an_answer_is_told_again(amazon, rug, moment):
    senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock)
    set_price(sku="RUG", category="Amazon", amount="12", currency="GBP")
    amazon.marketplace.troubles.next("tell_price", Unclear("no answer"), moment=moment)
    with pytest.raises(Unclear):
        senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock)
    set_price(sku="RUG", category="Amazon", amount="10", currency="GBP")
    assert senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock).told == 1
    assert str(amazon.marketplace.listings[Sku("RUG")].price) == "10.00 GBP"


def test_a_price_in_flight_when_the_process_died_is_told_again(amazon, rug):
    senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock)
    Listing.objects.update(price_in_flight=True)
    assert senders.send_prices(rug, desk=amazon.listings, clock=amazon.clock).told == 1
