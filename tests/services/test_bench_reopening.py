"""A packed call whose label Amazon declined: opened again, another box, told anew, labelled."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from loadbay.core.errors import Conflict, NotFound, Rejected, Retryable, Unclear, WrongInput
from loadbay.core.ids import PackageId
from loadbay.dispatch.bench_rules import Outcome, Tone
from loadbay.dispatch.models import FieldCall, Label, Parcel, PrintJob
from loadbay.dispatch.rules import StepNotAllowed
from loadbay.dispatch.services import labels
from loadbay.dispatch.services.boxes import Change, change_box
from loadbay.dispatch.services.printers import NewPrinter, add_printer
from loadbay.dispatch.services.reopening import BenchInUse, LabelAwaited, PackagesUnclear, open_again
from loadbay.orders.ports import Box
from loadbay.testing.fakes import FakeLabelDesk, Moment
from tests.builders import FINISH, LEAVE, NEXT, CallBuilder, Shop, a_field_call, tasks, valid_labels
from tests.services.goods import a_product, promised

BYTES = b"^XA^FO50,50^FDfake label^FS^XZ"
HEAVY = "The box is too heavy."
P1, P2 = PackageId("PKG-1"), PackageId("PKG-2")


def a_declined_call(shop: Shop, *, at: str = "make_labels") -> CallBuilder:
    """Packed in one parcel; Amazon declined it at a question."""
    a_product("RUG", on_hand=9)
    call = a_field_call(shop, "RUG", 2).packed()
    shop.fails(at, Rejected(HEAVY, reason="400"))
    shop.makes_labels_until_settled(call.number)
    assert (call.row.problem, call.row.label_wanted) == (HEAVY, "")
    return call


def opened(shop: Shop, call: CallBuilder, *, station: str = "Bench 1") -> CallBuilder:
    """As a packer does it: its number twice."""
    assert shop.scans(call.number, station=station).outcome is Outcome.DECLINED
    assert shop.scans(call.number, station=station).outcome is Outcome.OPENED
    return call


def told(shop: Shop, call: CallBuilder) -> dict[str, Box]:
    """Package id → the box Amazon holds."""
    return {
        name: box
        for (shipment_id, name), box in shop.marketplace.boxes_told.items()
        if shipment_id == call.shipment_id
    }


def test_the_reason_is_told_first_and_the_same_number_once_more_opens_it(shop: Shop):
    call = a_declined_call(shop)
    first = shop.scans(call.number)
    assert (first.outcome, first.tone, first.headline) == (
        Outcome.DECLINED,
        Tone.STOP,
        f"{call.number} got no label",
    )
    assert first.sentence == f"{HEAVY} Scan {call.number} once more to open it and change its box."
    assert call.row.state == "packed"
    second = shop.scans(call.number)
    assert (second.outcome, second.tone) == (Outcome.OPENED, Tone.NOTE)
    assert (call.row.state, call.row.station) == ("packing", "Bench 1")


def test_another_scan_in_between_or_at_another_bench_opens_nothing(shop: Shop):
    call = a_declined_call(shop)
    shop.scans(call.number)
    shop.scans("RUG")
    assert shop.scans(call.number).outcome is Outcome.DECLINED
    assert shop.scans(call.number, station="Bench 2").outcome is Outcome.DECLINED
    assert call.row.state == "packed"


def test_a_changed_box_is_told_anew_and_then_the_label_comes(shop: Shop):
    call = opened(shop, a_declined_call(shop))
    assert shop.scans("B 60x40x40").sentence.startswith("60 × 40 × 40 cm, 1.9 kg: ")
    shop.scans("W 2.4")
    assert shop.scans(FINISH).outcome is Outcome.FINISHED
    shop.makes_labels_until_settled(call.number)
    assert told(shop, call) == {"PKG-1": Box(600, 400, 400, 2400)}
    steps = ("create_packages", "update_package", "shipping_options")
    assert [shop.asked(name) for name in steps] == [1, 1, 2]
    assert valid_labels(call.number) == [("PKG-1", BYTES)]
    assert (call.row.state, call.row.problem) == ("labelled", "")
    assert (tasks(), promised("RUG")) == ([], {"labelled": 2})


def test_nothing_changed_nothing_told_anew(shop: Shop):
    call = opened(shop, a_declined_call(shop))
    shop.scans(FINISH)
    shop.makes_labels_until_settled(call.number)
    assert (shop.asked("update_package"), call.row.state) == (0, "labelled")


@pytest.mark.parametrize("trouble", [Unclear("the answer was lost"), Conflict("Busy", reason="409")])
@pytest.mark.parametrize("moment", list(Moment))
def test_whichever_answer_is_lost_the_changed_box_is_told_and_labelled(
    shop: Shop, moment: Moment, trouble: Exception
):
    call = opened(shop, a_declined_call(shop))
    for code in ("B 60x40x40", FINISH):
        shop.scans(code)
    shop.fails("update_package", trouble, moment=moment)  # type: ignore[arg-type]
    shop.fails("look", Retryable("Amazon is down"))
    shop.makes_labels_until_settled(call.number)
    assert told(shop, call)["PKG-1"].length_mm == 600
    assert (call.row.state, call.shipment.asked, len(valid_labels(call.number))) == ("labelled", "", 1)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("operation", ["update_package", "look", "shipping_options", "make_labels"])
@pytest.mark.parametrize("moment", list(Moment))
def test_killed_at_any_question_after_opening_the_end_is_the_same(shop: Shop, operation: str, moment: Moment):
    call = opened(shop, a_declined_call(shop))
    for code in ("B 60x40x40", FINISH):
        shop.scans(code)
    shop.fails(operation, Killed(), moment=moment)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        shop.makes_labels(call.number)
    shop.makes_labels_until_settled(call.number)
    assert told(shop, call)["PKG-1"].length_mm == 600
    assert (call.row.state, call.shipment.asked, len(valid_labels(call.number))) == ("labelled", "", 1)


def test_what_amazon_declines_again_comes_back_again(shop: Shop):
    call = opened(shop, a_declined_call(shop))
    for code in ("W 900", "W 90", FINISH):
        shop.scans(code)
    shop.fails("update_package", Rejected("Still too heavy.", reason="400"))
    shop.makes_labels_until_settled(call.number)
    assert (call.row.problem, tasks()) == ("Still too heavy.", [("label_declined", call.number)])
    opened(shop, call)
    for code in ("W 9", FINISH):
        shop.scans(code)
    shop.makes_labels_until_settled(call.number)
    assert (told(shop, call)["PKG-1"].weight_g, call.row.state) == (9000, "labelled")


# --- what can be changed once Amazon has the packages, and what cannot ---


def test_before_amazon_has_packages_it_can_be_packed_into_more_parcels(shop: Shop):
    call = opened(shop, a_declined_call(shop, at="create_packages"))
    assert shop.scans(LEAVE).outcome is Outcome.LEFT
    assert (call.row.state, call.row.problem, tasks()) == ("to_pack", "", [])
    for code in (call.number, "RUG", NEXT, "RUG", FINISH):
        shop.scans(code)
    shop.makes_labels_until_settled(call.number)
    assert (sorted(told(shop, call)), call.row.state) == ([P1, P2], "labelled")
    assert shop.asked("update_package") == 0


def test_once_amazon_has_one_parcel_no_further_one_can_be_added(shop: Shop):
    call = opened(shop, a_declined_call(shop))
    answer = shop.scans(NEXT)
    assert (answer.outcome, answer.tone) == (Outcome.PARCELS_FIXED, Tone.STOP)
    assert answer.sentence == (
        f"Amazon has {call.number} as one parcel and takes no further one. Use a box that holds everything, "
        "or let the office decline the whole shipment."
    )
    assert shop.scans("RUG").outcome is Outcome.TOO_MANY
    assert Parcel.objects.filter(field_call=call.row).count() == 1


def test_put_back_lays_it_aside_as_it_is_packed(shop: Shop):
    call = opened(shop, a_declined_call(shop))
    answer = shop.scans(LEAVE)
    assert (answer.outcome, answer.tone) == (Outcome.LAID_ASIDE, Tone.NOTE)
    assert (call.row.state, call.row.problem, call.row.label_wanted) == ("packed", HEAVY, "")
    assert (Parcel.objects.count(), tasks()) == (1, [("label_declined", call.number)])
    opened(shop, call, station="Bench 2")


def two_parcels_one_declined(shop: Shop) -> CallBuilder:
    """PKG-1 has its label, PKG-2 was declined."""
    shop.labels = FakeLabelDesk(shop.marketplace, failing=frozenset({P2}))
    a_product("RUG", on_hand=9)
    call = a_field_call(shop, "RUG", 2).on_the_bench()
    for code in ("RUG", NEXT, "RUG", FINISH):
        shop.scans(code)
    shop.makes_labels_until_settled(call.number)
    shop.labels = FakeLabelDesk(shop.marketplace)
    return call


def test_the_parcel_without_a_label_is_in_hand_first_and_next_parcel_goes_round(shop: Shop):
    call = opened(shop, two_parcels_one_declined(shop))
    assert shop.scans("W 2").sentence.endswith(" that is told of parcel 2.")
    assert [shop.scans(NEXT).headline for _ in range(2)] == ["Parcel 1 of 2", "Parcel 2 of 2"]
    shop.scans(FINISH)
    shop.makes_labels_until_settled(call.number)
    assert {name: box.weight_g for name, box in told(shop, call).items()} == {"PKG-1": 1000, "PKG-2": 2000}
    assert [name for name, _ in valid_labels(call.number)] == [P1, P2]
    assert shop.marketplace.labels_made == {(call.shipment_id, P1): 1, (call.shipment_id, P2): 1}


def test_label_again_asks_only_for_the_label_that_is_missing(shop: Shop):
    """Amazon refuses to make a label twice, so asking for both never ended."""
    call = two_parcels_one_declined(shop)
    labels.want_label_again(call.number)
    shop.makes_labels_until_settled(call.number)
    assert shop.marketplace.labels_made == {(call.shipment_id, P1): 1, (call.shipment_id, P2): 1}
    assert call.row.state == "labelled"


def test_labels_come_out_in_the_order_of_the_parcels_whichever_was_made_first(shop: Shop, tmp_path):
    add_printer(NewPrinter(name="Bench 1", kind="folder", address=str(tmp_path)))
    shop.labels = FakeLabelDesk(shop.marketplace, failing=frozenset({P1}))
    a_product("RUG", on_hand=9)
    call = a_field_call(shop, "RUG", 2).on_the_bench()
    for code in ("RUG", NEXT, "RUG", FINISH):
        shop.scans(code)
    shop.makes_labels_until_settled(call.number)
    shop.labels = FakeLabelDesk(shop.marketplace)
    labels.want_label_again(call.number)
    shop.makes_labels_until_settled(call.number)
    prints = PrintJob.objects.order_by("id").values_list("label__parcel__package_id", flat=True)
    assert list(prints) == [P1, P2]


# --- refused ---


def test_only_a_declined_call_can_be_opened_again(shop: Shop):
    a_product("RUG", on_hand=9)
    waiting, fresh, done = a_field_call(shop).packed(), a_field_call(shop), a_field_call(shop).labelled()
    for call, refusal in ((waiting, LabelAwaited), (fresh, StepNotAllowed), (done, StepNotAllowed)):
        before = call.row.state
        with pytest.raises(refusal):
            open_again(call.number, station="Bench 9", user_id=None, now=shop.clock.now())
        assert call.row.state == before
    with pytest.raises(NotFound):
        open_again("FC-404", station="Bench 9", user_id=None, now=shop.clock.now())


def test_a_bench_with_another_call_in_hand_takes_none_up(shop: Shop):
    call = a_declined_call(shop)
    other = a_field_call(shop).on_the_bench()
    with pytest.raises(BenchInUse, match=other.number):
        open_again(call.number, station="Bench 1", user_id=None, now=shop.clock.now())
    assert shop.scans(call.number).outcome is Outcome.OTHER_FIELD_CALL


def test_what_amazon_shows_as_shipped_stays_closed(shop: Shop):
    call = a_declined_call(shop)
    shop.clock.advance(60)
    shop.marketplace.move(call.shipment_id, "SHIPPED")
    shop.reads("SHIPPED")
    with pytest.raises(PackagesUnclear, match="SHIPPED"):
        open_again(call.number, station="Bench 1", user_id=None, now=shop.clock.now())
    shop.scans(call.number)
    answer = shop.scans(call.number)
    assert (answer.outcome, answer.headline) == (Outcome.DECLINED, f"{call.number} stays closed")
    assert call.row.state == "packed"


def test_cancelled_while_open_again_the_bench_says_so(shop: Shop):
    call = opened(shop, a_declined_call(shop)).cancelled()
    assert shop.scans("W 2").outcome is Outcome.CANCELLED
    assert (call.row.state, promised("RUG"), tasks()) == ("cancelled", {}, [])


# --- another box without the bench ---


def test_the_office_changes_the_box_of_a_declined_call_and_the_label_comes(shop: Shop):
    call = a_declined_call(shop)
    change_box(call.number, package_id="pkg-1", change=Change(size="60x40x40", weight="2.4"))
    assert tasks() == [("label_declined", call.number)]
    shop.makes_labels_until_settled(call.number)
    assert (told(shop, call), tasks()) == ({"PKG-1": Box(600, 400, 400, 2400)}, [])


def test_after_the_label_another_box_voids_it_and_asks_for_a_new_one(shop: Shop, tmp_path):
    add_printer(NewPrinter(name="Bench 1", kind="folder", address=str(tmp_path)))
    a_product("RUG", on_hand=9)
    call = a_field_call(shop, "RUG", 2).on_the_bench()
    for code in ("RUG", NEXT, "RUG", FINISH):
        shop.scans(code)
    shop.makes_labels_until_settled(call.number)
    assert PrintJob.objects.count() == 2
    change_box(call.number, package_id="PKG-2", change=Change(weight="3"))
    assert call.row.label_wanted == "remake"
    shop.makes_labels_until_settled(call.number)
    assert told(shop, call)["PKG-2"].weight_g == 3000
    assert list(Label.objects.order_by("id").values_list("parcel__package_id", "is_void")) == [
        ("PKG-1", False),
        ("PKG-2", True),
        ("PKG-2", False),
    ]
    assert (call.row.state, call.row.label_wanted, PrintJob.objects.count()) == ("labelled", "", 3)
    assert promised("RUG") == {"labelled": 2}


@pytest.mark.parametrize(
    ("package", "change", "refusal"),
    [
        ("PKG-1", Change(), WrongInput),
        ("PKG-1", Change(weight="850"), WrongInput),
        ("PKG-1", Change(size="40x30"), WrongInput),
        ("PKG-1", Change(box="XXL"), NotFound),
        ("PKG-9", Change(weight="3"), NotFound),
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(
    shop: Shop, package: str, change: Change, refusal: type[Exception]
):
    call = a_declined_call(shop)
    with pytest.raises(refusal):
        change_box(call.number, package_id=package, change=change)
    parcel = Parcel.objects.get()
    assert (parcel.length_mm, parcel.is_size_given, parcel.is_weight_given) == (400, False, False)
    assert call.row.label_wanted == ""


# --- one field call in hand per bench ---


def test_a_bench_could_get_a_second_call_in_hand_from_the_office(shop: Shop):
    """Whatever a service overlooks, the database itself says no."""
    a_product("RUG", on_hand=9)
    first, second = a_field_call(shop).on_the_bench(), a_field_call(shop)
    with pytest.raises(IntegrityError, match="field_call_one_in_hand"), transaction.atomic():
        FieldCall.objects.filter(pk=second.row.pk).update(state="packing", station="Bench 1")
    assert (first.row.state, second.row.state) == ("packing", "to_pack")


def test_a_station_with_too_long_a_name_is_refused_in_words(shop: Shop):
    call = a_declined_call(shop)
    for act in (
        lambda: open_again(call.number, station="B" * 41, user_id=None, now=shop.clock.now()),
        lambda: shop.scans(call.number, station="B" * 41),
        lambda: labels.reprint(call.number, station="B" * 41),
    ):
        with pytest.raises(WrongInput, match="longer than 40 letters"):
            act()
    assert call.row.state == "packed"
