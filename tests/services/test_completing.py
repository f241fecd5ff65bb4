"""Batch Complete and completing one field call: what a person saw leave, Amazon is told once."""

from __future__ import annotations

import pytest

from loadbay.core.errors import Conflict, Misconfigured, NotFound, Rejected, Retryable, Unclear
from loadbay.core.ids import PackageId
from loadbay.dispatch import queries
from loadbay.dispatch.models import Consignment, FieldCall, Label, Parcel
from loadbay.dispatch.print_queries import loaded_parcels
from loadbay.dispatch.rules import StepNotAllowed
from loadbay.dispatch.services import labels
from loadbay.dispatch.services.boxes import Change, change_box
from loadbay.dispatch.services.completing import CountDiffers, NothingToComplete, NoValidLabel, OnlyWatching
from loadbay.orders.models import Sale
from loadbay.stock import services as stock
from loadbay.stock.queries import ledger_differences
from loadbay.testing.fakes import FakeLabelDesk, Moment
from tests.builders import CallBuilder, Shop, a_field_call, tasks
from tests.services.goods import a_product, events, movements, on_hand, promised


def test_the_whole_way_from_sale_to_shipped(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop, "RUG", 2).shipped()
    assert (call.row.state, shop.status(call.shipment_id), call.shipment.status) == (
        "completed",
        "SHIPPED",
        "SHIPPED",
    )
    assert call.sale.order_status == "Posted"
    assert call.shipment.implied_status == "Complete"
    assert shop.marketplace.told_shipped == {(call.shipment_id, "PKG-1"): 1}
    assert movements("RUG") == [("goods_in", "SHOP", 5), ("sale", "SHOP", -2)]
    assert (on_hand("RUG"), promised("RUG"), ledger_differences()) == (3, {}, ())
    assert tasks() == []


@pytest.mark.parametrize("state", ["to_pack", "on_the_bench", "packed"])
def test_only_a_labelled_field_call_can_be_completed(shop: Shop, state: str):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop)
    if state != "to_pack":
        getattr(call, state)()
    before = call.row.state
    with pytest.raises(StepNotAllowed) as refusal:
        shop.completes(call.number)
    assert refusal.value.code == "step_not_allowed"
    assert (call.row.state, call.sale.order_status) == (before, "Released")
    assert movements("RUG") == [("goods_in", "SHOP", 5)]


def test_a_field_call_nobody_knows_cannot_be_completed(shop: Shop):
    with pytest.raises(NotFound, match="FC-999999"):
        shop.completes("FC-999999")


def test_completing_twice_is_refused_and_books_nothing_more(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).completed()
    with pytest.raises(StepNotAllowed, match="completed already"):
        shop.completes(call.number)
    with pytest.raises(NothingToComplete):
        shop.completes_all(call.consignment)
    assert movements("RUG") == [("goods_in", "SHOP", 5), ("sale", "SHOP", -1)]
    assert len(events("dispatch.field_calls_completed")) == 1


def test_complete_all_takes_the_labelled_ones_and_names_the_rest(shop: Shop):
    a_product("RUG", on_hand=5)
    one, two = a_field_call(shop).labelled(), a_field_call(shop).labelled()
    alone = a_field_call(shop).labelled()
    shop.completes(alone.number)
    assert one.consignment == two.consignment == alone.consignment
    done = shop.completes_all(one.consignment, counted=2)
    assert done.numbers == (one.number, two.number)
    assert done.left == ((alone.number, "Completed"),)
    assert Consignment.objects.get(number=one.consignment).closed_at == shop.clock.now()


def test_a_count_that_differs_completes_nothing(shop: Shop):
    a_product("RUG", on_hand=5)
    one, two = a_field_call(shop).labelled(), a_field_call(shop).labelled()
    with pytest.raises(CountDiffers, match="You counted 1 parcels, CN-000001 has 2") as refusal:
        shop.completes_all(one.consignment, counted=1)
    assert refusal.value.code == "count_differs"
    assert [one.row.state, two.row.state] == ["labelled", "labelled"]
    assert Consignment.objects.get().closed_at is None
    assert movements("RUG") == [("goods_in", "SHOP", 5)]


def test_a_closed_consignment_has_nothing_to_complete_and_takes_no_parcel_more(shop: Shop):
    a_product("RUG", on_hand=5)
    first = a_field_call(shop).labelled()
    shop.completes_all(first.consignment)
    second = a_field_call(shop).labelled()
    assert second.consignment != first.consignment
    assert second.row.collection_at == first.row.collection_at
    with pytest.raises(NothingToComplete):
        shop.completes_all(first.consignment)


def test_an_unknown_consignment_is_refused(shop: Shop):
    with pytest.raises(NotFound, match="cn-77"):
        shop.completes_all("cn-77")


def test_a_watching_channel_completes_nothing(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    shop.set_channel(is_watching=True)
    with pytest.raises(OnlyWatching):
        shop.completes(call.number)
    assert call.row.state == "labelled"


def test_a_channel_that_watches_since_completing_tells_nothing(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).completed()
    shop.set_channel(is_watching=True)
    assert shop.tells_shipped() == []
    assert shop.asked("tell_shipped") == 0
    shop.set_channel(is_watching=False)
    shop.tells_shipped_until_settled()
    assert shop.status(call.shipment_id) == "SHIPPED"


def test_each_parcel_is_told_once(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop, "RUG", 2).labelled_in_two()
    shop.completes(call.number)
    shop.tells_shipped_until_settled()
    shop.tells_shipped()
    assert shop.marketplace.told_shipped == {(call.shipment_id, "PKG-1"): 1, (call.shipment_id, "PKG-2"): 1}
    assert not Parcel.objects.filter(told_shipped_at=None).exists()


@pytest.mark.parametrize("moment", list(Moment))
def test_an_unclear_answer_is_looked_after_and_never_told_twice(shop: Shop, moment: Moment):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).completed()
    shop.fails("tell_shipped", Unclear("the answer was lost"), moment=moment)
    shop.tells_shipped_until_settled()
    assert shop.marketplace.told_shipped == {(call.shipment_id, "PKG-1"): 1}
    assert shop.asked("tell_shipped") == (2 if moment is Moment.BEFORE else 1)
    assert (call.shipment.status, call.shipment.asked) == ("SHIPPED", "")


def test_while_the_look_fails_too_nothing_is_told_again(shop: Shop):
    """The answer was lost and Amazon is down: what is unclear stays unclear until it was looked at."""
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).completed()
    shop.fails("tell_shipped", Unclear("the answer was lost"), moment=Moment.AFTER)
    for _ in range(3):
        shop.fails("look", Retryable("Amazon is down"))
    for _ in range(3):
        (due,) = shop.tells_shipped()
        shop.clock.moment = due
    assert call.shipment.asked == "shipped:PKG-1"
    shop.tells_shipped_until_settled()
    assert shop.asked("tell_shipped") == 1
    assert shop.marketplace.told_shipped == {(call.shipment_id, "PKG-1"): 1}


def test_a_killed_process_leaves_the_question_and_the_next_one_looks(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).completed()
    shop.fails("tell_shipped", KeyboardInterrupt(), moment=Moment.AFTER)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        shop.tells_shipped()
    assert call.shipment.asked == "shipped:PKG-1"
    shop.tells_shipped_until_settled()
    assert shop.asked("tell_shipped") == 1
    assert call.shipment.status == "SHIPPED"


def test_amazon_having_marked_it_first_is_fine(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    shop.marketplace.move(call.shipment_id, "SHIPPED")
    shop.reads("SHIPPED")
    assert call.row.state == "labelled"
    shop.completes(call.number)
    shop.tells_shipped_until_settled()
    assert shop.asked("tell_shipped") == 0
    assert (call.shipment.status, call.shipment.implied_status) == ("SHIPPED", "Complete")
    assert movements("RUG")[-1] == ("sale", "SHOP", -1)


def test_amazon_marking_it_in_the_same_moment_is_fine_too(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).completed()
    shop.marketplace.move(call.shipment_id, "SHIPPED")
    shop.tells_shipped_until_settled()
    assert shop.asked("tell_shipped") == 1
    assert (call.shipment.status, tasks()) == ("SHIPPED", [])


def test_trouble_is_put_off_longer_each_time_and_alarmed_the_third_time(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).completed()
    waits = []
    for _ in range(4):
        shop.fails("tell_shipped", Retryable("Amazon is down"))
        (due,) = shop.tells_shipped()
        waits.append((due - shop.clock.now()).total_seconds())
        assert shop.tells_shipped() == []
        shop.clock.moment = due
    assert waits == [2, 5, 15, 30]
    assert tasks() == [("shipped_late", call.number)]
    shop.tells_shipped_until_settled()
    assert tasks() == []
    assert (call.row.tries, call.row.problem) == (0, "")


def test_a_wrong_key_is_handed_on_and_nothing_is_unclear(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).completed()
    shop.fails("tell_shipped", Misconfigured("the secret has expired", fault="secret"))
    with pytest.raises(Misconfigured):
        shop.tells_shipped()
    assert call.shipment.asked == ""
    shop.tells_shipped_until_settled()
    assert shop.status(call.shipment_id) == "SHIPPED"


def test_a_parcel_cancelled_before_complete_all_is_taken_out(shop: Shop):
    a_product("RUG", on_hand=5)
    gone, stays = a_field_call(shop).labelled(), a_field_call(shop).labelled()
    lorry = stays.consignment
    gone.cancelled()
    done = shop.completes_all(lorry, counted=1)
    shop.tells_shipped_until_settled()
    assert done.numbers == (stays.number,)
    assert shop.marketplace.told_shipped == {(stays.shipment_id, "PKG-1"): 1}
    assert gone.row.state == "cancelled"
    assert movements("RUG") == [("goods_in", "SHOP", 5), ("sale", "SHOP", -1)]


def test_cancelled_after_it_left_is_alarmed_and_the_sale_stays_posted(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).completed().cancelled()
    assert (call.row.state, call.sale.order_status) == ("completed", "Posted")
    assert call.shipment.implied_status == "Error"
    assert tasks() == [("cancelled_on_lorry", call.number)]
    assert shop.tells_shipped() == []
    assert shop.asked("tell_shipped") == 0
    assert on_hand("RUG") == 4


def test_a_cancellation_found_by_looking_after_an_unclear_answer_ends_the_telling(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).completed()
    shop.fails("tell_shipped", Unclear("the answer was lost"))
    shop.fails("look", Retryable("Amazon is down"))
    (due,) = shop.tells_shipped()
    shop.marketplace.move(call.shipment_id, "CANCELLED")
    shop.clock.moment = due
    shop.tells_shipped_until_settled()
    assert shop.asked("tell_shipped") == 1
    assert tasks() == [("cancelled_on_lorry", call.number)]


def test_amazon_that_declines_because_it_cancelled_meanwhile_is_believed(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).completed()
    shop.marketplace.move(call.shipment_id, "CANCELLED")
    shop.fails("tell_shipped", Conflict("It is cancelled.", reason="422"))
    assert shop.tells_shipped() == []
    assert tasks() == [("cancelled_on_lorry", call.number)]


def test_a_new_label_that_was_asked_for_is_forgotten_once_the_parcel_left(shop: Shop):
    """Completing while Regenerate was waiting must not make a label for a parcel on the lorry."""
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    labels.regenerate(call.number)
    shop.completes(call.number)
    assert labels.due_labels(shop.connection, now=shop.clock.now()) == []
    assert shop.makes_labels(call.number) is None
    assert (call.row.state, shop.asked("remake_labels")) == ("completed", 0)


def test_goods_that_were_not_on_hand_leave_all_the_same_and_are_counted(shop: Shop):
    a_product("RUG", on_hand=1)
    call = a_field_call(shop).labelled()
    stock.dispose(sku="RUG", room="SHOP", units=1, reason="torn")
    shop.completes(call.number)
    assert on_hand("RUG") == -1
    assert tasks() == [("stock_below_zero", "RUG in SHOP")]
    assert ledger_differences() == ()


def test_the_level_never_disagrees_with_the_ledger_over_a_whole_lorry(shop: Shop):
    a_product("RUG", on_hand=4)
    a_product("LAMP", on_hand=4)
    calls = [a_field_call(shop, "RUG", 2, LAMP=1).labelled() for _ in range(2)]
    shop.completes_all(calls[0].consignment)
    assert [m for m in movements("RUG") if m[0] == "sale"] == [("sale", "SHOP", -2), ("sale", "SHOP", -2)]
    assert (on_hand("RUG"), on_hand("LAMP"), ledger_differences()) == (0, 2, ())
    assert list(Sale.objects.values_list("order_status", flat=True)) == ["Posted", "Posted"]
    assert list(FieldCall.objects.values_list("completed_by", flat=True)) == ["loadbay", "loadbay"]


# --- a box whose label is not valid ---

COMING = "the label on its box is not valid any more and a new one is asked for."


def refused(shop: Shop, call: CallBuilder, *, words: str) -> None:
    """Complete says why, and nothing of it is done."""
    with pytest.raises(NoValidLabel, match=words) as refusal:
        shop.completes(call.number)
    assert refusal.value.code == "no_valid_label"
    assert (call.row.state, call.sale.order_status) == ("labelled", "Released")
    assert not queries.field_call(call.number).may_complete


def test_a_parcel_whose_label_amazon_voided_could_be_completed(shop: Shop):
    """Its box was changed: Amazon voids the label, and the new one has not come."""
    a_product("RUG", on_hand=5)
    call, other = a_field_call(shop).labelled(), a_field_call(shop).labelled()
    lorry = call.consignment
    change_box(call.number, package_id="PKG-1", change=Change(weight="3"))
    refused(shop, call, words=f"{call.number} cannot leave: {COMING}")
    shop.fails("shipping_options", Retryable("Amazon is down"))
    shop.makes_labels(call.number)
    assert Label.objects.get(parcel__field_call=call.row).is_void
    refused(shop, call, words=COMING)
    view = queries.batch(lorry)
    assert ([row.number for row in view.loaded], view.parcels) == ([other.number], 1)
    assert [row.number for row in view.without_label] == [call.number]
    assert [row.field_call for row in loaded_parcels(lorry)] == [other.number]
    done = shop.completes_all(lorry, counted=1)
    assert done.numbers == (other.number,)
    ((left, why),) = done.left
    assert (left, why.startswith(COMING)) == (call.number, True)
    assert (call.row.state, call.row.label_wanted) == ("labelled", "remake")
    with pytest.raises(NothingToComplete, match=f"{call.number}: {COMING}"):
        shop.completes_all(lorry)
    shop.makes_labels_until_settled(call.number)
    assert call.consignment != lorry
    assert shop.completes(call.number).numbers == (call.number,)


def test_a_changed_box_whose_new_label_amazon_declines_stays_until_label_again(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    change_box(call.number, package_id="PKG-1", change=Change(weight="30"))
    shop.fails("make_labels", Rejected("The box is too heavy.", reason="400"))
    shop.makes_labels_until_settled(call.number)
    assert (call.row.state, call.row.label_wanted) == ("labelled", "")
    refused(shop, call, words="cannot leave: PKG-1 without a valid label. Keep it here and press Label again")
    assert queries.field_call(call.number).may_label_again
    labels.want_label_again(call.number)
    shop.makes_labels_until_settled(call.number)
    assert (shop.completes(call.number).numbers, tasks()) == ((call.number,), [])


def test_a_regenerated_label_that_is_declined_leaves_the_old_one_valid(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    labels.regenerate(call.number)
    shop.fails("remake_labels", Rejected("Not now.", reason="400"))
    shop.makes_labels_until_settled(call.number)
    assert queries.field_call(call.number).may_complete
    assert shop.completes(call.number).numbers == (call.number,)


def test_a_regenerated_label_whose_file_has_not_come_keeps_the_box_here(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    labels.regenerate(call.number)
    shop.fails("fetch_label", Retryable("not yet"))
    shop.makes_labels(call.number)
    refused(shop, call, words=COMING)
    with pytest.raises(labels.NoLabelYet, match="asked for already"):
        labels.want_label_again(call.number)
    shop.makes_labels_until_settled(call.number)
    assert shop.completes(call.number).numbers == (call.number,)


@pytest.mark.parametrize("moment", list(Moment))
def test_while_nobody_knows_whether_amazon_made_the_new_label_the_box_stays(shop: Shop, moment: Moment):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    labels.regenerate(call.number)
    shop.fails("remake_labels", Unclear("the answer was lost"), moment=moment)
    shop.fails("look", Retryable("Amazon is down"))
    shop.makes_labels(call.number)
    refused(shop, call, words=COMING)
    shop.makes_labels_until_settled(call.number)
    assert shop.completes(call.number).numbers == (call.number,)


def test_one_of_two_parcels_without_a_new_label_keeps_both_here(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop, "RUG", 2).labelled_in_two()
    shop.labels = FakeLabelDesk(shop.marketplace, failing=frozenset({PackageId("PKG-2")}))
    change_box(call.number, package_id="PKG-2", change=Change(weight="30"))
    shop.makes_labels_until_settled(call.number)
    refused(shop, call, words="PKG-2 without a valid label")
    assert queries.batch(call.consignment).parcels == 0


def test_a_label_erased_with_the_buyers_data_was_on_the_box(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    labels.erase_labels([call.shipment.order_id])
    assert shop.completes(call.number).numbers == (call.number,)
