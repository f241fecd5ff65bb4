"""The packing bench: every outcome in words, no scan lost or counted twice, a wrong scan changes nothing."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.services import create_product
from loadbay.dispatch.bench_rules import LONGEST_CODE, Outcome, Tone
from loadbay.dispatch.models import BenchScan, Parcel, ParcelLine
from loadbay.dispatch.services.bench import Bench, scan
from loadbay.orders.ports import Requirement
from loadbay.people.models import User
from loadbay.people.services import add_person
from loadbay.stock import services as stock
from tests.builders import FINISH, LEAVE, NEXT, Shop, a_field_call
from tests.services.goods import a_bundle, a_product, events


def packed_units(number: str) -> dict[str, int]:
    """package id → units in it."""
    found: dict[str, int] = {}
    for name, units in ParcelLine.objects.filter(parcel__field_call__number=number).values_list(
        "parcel__package_id", "units"
    ):
        found[name] = found.get(name, 0) + units
    return found


def test_a_packer_with_a_scanner_alone_packs_two_parcels(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop, "RUG", 2)
    outcomes = [shop.scans(code).outcome for code in (call.number, "RUG", NEXT, "RUG", FINISH)]
    assert outcomes == [
        Outcome.STARTED,
        Outcome.COUNTED,
        Outcome.NEXT_PARCEL,
        Outcome.ALL_PACKED,
        Outcome.FINISHED,
    ]
    assert packed_units(call.number) == {"PKG-1": 1, "PKG-2": 1}
    assert (call.row.state, call.row.label_wanted, call.row.station) == ("packed", "make", "Bench 1")
    assert events("dispatch.labels_wanted") == [{"field_call_id": call.row.pk}]


def test_answers_say_what_happened_to_which_thing_and_what_to_do(shop: Shop):
    a_product("RUG", on_hand=5)
    a_product("LAMP", on_hand=5)
    call = a_field_call(shop, "RUG", 2).on_the_bench()
    assert shop.scans("LAMP").sentence == (
        f"LAMP does not belong in {call.number}. Put it back and take the right one."
    )
    assert shop.scans("RUG").headline == "RUG: 1 of 2"
    assert shop.scans(FINISH).sentence == (
        f"{call.number} still needs 1 × RUG. A shipment ships whole or not at all."
    )


def test_our_own_codes_are_read_in_lower_case_and_with_blanks(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop)
    assert shop.scans(f"  {call.number.lower()}\r\n").outcome is Outcome.STARTED
    assert shop.scans(" RUG ").outcome is Outcome.ALL_PACKED
    assert shop.scans("lb-finish").outcome is Outcome.FINISHED


def test_a_barcode_counts_like_the_stock_number(shop: Shop):
    create_product(ProductFields(sku="MUG", name="Mug", barcodes=("4006381333931",)))
    stock.goods_in(sku="MUG", room="SHOP", units=3)
    call = a_field_call(shop, "MUG", 2).on_the_bench()
    assert shop.scans("4006381333931").outcome is Outcome.COUNTED
    assert shop.scans("MUG").outcome is Outcome.ALL_PACKED
    assert packed_units(call.number) == {"PKG-1": 2}


@pytest.mark.parametrize("code", ["RUG", FINISH, NEXT, LEAVE])
def test_without_a_field_call_nothing_can_be_done(shop: Shop, code: str):
    a_product("RUG", on_hand=5)
    answer = shop.scans(code)
    assert (answer.outcome, answer.tone) == (Outcome.NO_FIELD_CALL, Tone.STOP)


def test_a_field_call_nobody_knows(shop: Shop):
    assert shop.scans("FC-000404").outcome is Outcome.UNKNOWN_FIELD_CALL


def test_scanning_the_same_field_call_again_only_says_so(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).on_the_bench()
    answer = shop.scans(call.number)
    assert (answer.outcome, answer.tone) == (Outcome.ALREADY_HERE, Tone.NOTE)


def test_another_field_call_must_wait_until_this_one_is_finished_or_put_back(shop: Shop):
    a_product("RUG", on_hand=5)
    first, second = a_field_call(shop).on_the_bench(), a_field_call(shop)
    answer = shop.scans(second.number)
    assert (answer.outcome, answer.field_call) == (Outcome.OTHER_FIELD_CALL, first.number)
    assert second.row.state == "to_pack"
    assert shop.scans(LEAVE).outcome is Outcome.LEFT
    assert shop.scans(second.number).outcome is Outcome.STARTED


def test_a_field_call_that_was_put_back_starts_empty(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop, "RUG", 2).on_the_bench()
    shop.scans("RUG")
    shop.scans(LEAVE)
    assert (call.row.state, call.row.station, Parcel.objects.count()) == ("to_pack", "", 0)
    assert shop.scans(call.number, station="Bench 2").sentence == "Scan 2 items."


def test_a_field_call_on_another_bench_is_refused_and_says_who_has_it(shop: Shop):
    a_product("RUG", on_hand=5)
    add_person("mary", role="packer", password="a long enough password")
    mary = User.objects.get(username="mary").pk
    call = a_field_call(shop)
    scan(key=uuid4(), code=call.number, bench=Bench("Bench 1", mary, shop.clock.now()))
    answer = shop.scans(call.number, station="Bench 2")
    assert (answer.outcome, answer.tone) == (Outcome.ELSEWHERE, Tone.STOP)
    assert answer.sentence == "mary packs it at Bench 1. Take another field call."
    assert call.row.station == "Bench 1"


def test_too_many_wrong_and_unknown_are_hard_stops_that_count_nothing(shop: Shop):
    a_product("RUG", on_hand=5)
    a_product("LAMP", on_hand=5)
    call = a_field_call(shop).on_the_bench()
    assert shop.scans("RUG").outcome is Outcome.ALL_PACKED
    for code, outcome in (
        ("RUG", Outcome.TOO_MANY),
        ("LAMP", Outcome.WRONG_ITEM),
        ("NOBODY-KNOWS", Outcome.UNKNOWN_CODE),
        ("X001ABCDEF", Outcome.UNKNOWN_CODE),
        ("TBA305512345678", Outcome.UNKNOWN_CODE),
    ):
        answer = shop.scans(code)
        assert (answer.outcome, answer.tone) == (outcome, Tone.STOP)
    assert packed_units(call.number) == {"PKG-1": 1}


NONSENSE = {
    "empty": "",
    "blanks": "   ",
    "ten thousand": "A" * 10_000,
    "one too long": "A" * (LONGEST_CODE + 1),
    "nul": "RUG\x00",
    "escape": "RUG\x1b[2J",
    "line": "RU\nG",
    "surrogate": "\ud800",
    "group separator": "RUG\x1d01040063",
}


@pytest.mark.parametrize("code", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_unreadable_and_kept_as_far_as_it_can_be(shop: Shop, code: str):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).on_the_bench()
    answer = shop.scans(code)
    assert (answer.outcome, answer.tone, answer.field_call) == (Outcome.UNREADABLE, Tone.STOP, call.number)
    assert packed_units(call.number) == {}
    kept = BenchScan.objects.get(outcome="unreadable").code
    assert len(kept) <= LONGEST_CODE
    assert kept.isprintable()


@pytest.mark.parametrize(
    "code", ["<script>alert(1)</script>", "'; DROP TABLE dispatch_benchscan; --", "%s", "日本語"]
)
def test_hostile_texts_are_unknown_codes(shop: Shop, code: str):
    a_product("RUG", on_hand=5)
    a_field_call(shop).on_the_bench()
    assert shop.scans(code).outcome is Outcome.UNKNOWN_CODE


def test_the_same_scan_sent_twice_counts_once_and_gets_the_same_answer(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop, "RUG", 2).on_the_bench()
    key = uuid4()
    assert shop.scans("RUG", key=key) == shop.scans("RUG", key=key)
    assert packed_units(call.number) == {"PKG-1": 1}
    assert BenchScan.objects.filter(key=key).count() == 1


def test_a_finish_sent_twice_asks_for_one_label(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop)
    shop.packs(call.number)
    key = uuid4()
    first = shop.scans(FINISH, key=key)
    shop.makes_labels_until_settled(call.number)
    assert shop.scans(FINISH, key=key) == first
    assert len(events("dispatch.labels_wanted")) == 1


def test_a_serial_number_is_asked_for_where_amazon_requires_it(shop: Shop):
    a_product("SAW", on_hand=5)
    shipment = shop.buys("SAW", 2)
    shop.requires(shipment, serials=Requirement.REQUIRED)
    shop.imports()
    call = shop.call(shipment).on_the_bench()
    outcomes = [shop.scans(code).outcome for code in ("SAW", "SN-1", "SAW", "SN-1", "SN-2", FINISH)]
    assert outcomes == [
        Outcome.SERIAL_WANTED,
        Outcome.COUNTED,
        Outcome.SERIAL_WANTED,
        Outcome.SERIAL_TWICE,
        Outcome.ALL_PACKED,
        Outcome.FINISHED,
    ]
    assert ParcelLine.objects.get(parcel__field_call=call.row).serials == ["SN-1", "SN-2"]


def test_the_products_own_code_is_not_taken_for_a_serial_number(shop: Shop):
    a_product("SAW", on_hand=5)
    shipment = shop.buys("SAW")
    shop.requires(shipment, serials=Requirement.REQUIRED)
    shop.imports()
    call = shop.call(shipment).on_the_bench()
    shop.scans("SAW")
    again = shop.scans("SAW")
    assert (again.outcome, again.tone) == (Outcome.SERIAL_WANTED, Tone.STOP)
    assert packed_units(call.number) == {}
    assert shop.scans("SN-1").outcome is Outcome.ALL_PACKED


def test_while_a_serial_number_is_awaited_the_call_can_be_put_back(shop: Shop):
    a_product("SAW", on_hand=5)
    shipment = shop.buys("SAW")
    shop.requires(shipment, serials=Requirement.REQUIRED)
    shop.imports()
    call = shop.call(shipment).on_the_bench()
    shop.scans("SAW")
    assert shop.scans(FINISH).outcome is Outcome.NOT_ALL_PACKED
    assert shop.scans(LEAVE).outcome is Outcome.LEFT
    assert call.row.serial_for_id is None


@pytest.mark.parametrize("wanted", [Requirement.DISALLOWED, Requirement.OPTIONAL])
def test_where_amazon_does_not_require_it_no_serial_number_is_asked_for(shop: Shop, wanted: Requirement):
    a_product("SAW", on_hand=5)
    shipment = shop.buys("SAW")
    shop.requires(shipment, serials=wanted)
    shop.imports()
    shop.call(shipment).on_the_bench()
    assert shop.scans("SAW").outcome is Outcome.ALL_PACKED


def test_an_empty_parcel_cannot_be_closed_and_a_full_shipment_needs_no_further_one(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).on_the_bench()
    assert shop.scans(NEXT).outcome is Outcome.EMPTY_PARCEL
    shop.scans("RUG")
    assert shop.scans(NEXT).outcome is Outcome.ALL_PACKED
    assert Parcel.objects.filter(field_call=call.row).count() == 1


def test_a_parcel_with_only_part_of_a_set_cannot_be_closed(shop: Shop):
    """Amazon counts sold units: a box without a whole one could not be declared."""
    a_product("LEG", on_hand=8)
    a_product("TOP", on_hand=2)
    a_bundle("TABLE", contents={"LEG": 4, "TOP": 1})
    call = a_field_call(shop, "TABLE", 2).on_the_bench()
    shop.scans("LEG")
    answer = shop.scans(NEXT)
    assert (answer.outcome, answer.tone) == (Outcome.PART_OF_SET, Tone.STOP)
    for code in ("LEG", "LEG", "LEG", "TOP"):
        shop.scans(code)
    assert shop.scans(NEXT).outcome is Outcome.NEXT_PARCEL
    assert packed_units(call.number) == {"PKG-1": 5}


def test_the_next_call_may_be_packed_but_not_finished_before_the_last_label_came(shop: Shop):
    a_product("RUG", on_hand=5)
    first, second = a_field_call(shop), a_field_call(shop)
    shop.packs(first.number)
    assert shop.scans(FINISH).headline == f"Label for {first.number}"
    shop.packs(second.number)
    answer = shop.scans(FINISH)
    assert (answer.outcome, answer.headline) == (Outcome.WAIT_FOR_LABEL, f"Label for {first.number} first")
    assert second.row.state == "packing"
    shop.makes_labels_until_settled(first.number)
    assert shop.scans(FINISH).outcome is Outcome.FINISHED


def test_after_ten_seconds_the_box_goes_to_the_shelf_and_the_next_one_is_finished(shop: Shop):
    a_product("RUG", on_hand=5)
    first, second = a_field_call(shop).packed(), a_field_call(shop)
    shop.packs(second.number)
    shop.clock.advance(10)
    assert shop.scans(FINISH).outcome is Outcome.FINISHED
    assert (first.row.state, second.row.state) == ("packed", "packed")


def test_another_benchs_label_is_not_waited_for(shop: Shop):
    a_product("RUG", on_hand=5)
    a_field_call(shop).packed(station="Bench 1")
    second = a_field_call(shop)
    shop.packs(second.number, station="Bench 2")
    assert shop.scans(FINISH, station="Bench 2").outcome is Outcome.FINISHED


def test_what_waits_for_its_label_is_left_on_the_shelf(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).packed()
    answer = shop.scans(call.number, station="Bench 2")
    assert (answer.outcome, answer.tone) == (Outcome.LABEL_COMING, Tone.STOP)
    assert call.row.state == "packed"


@pytest.mark.parametrize("state", ["labelled", "completed"])
def test_what_is_packed_cannot_be_packed_again(shop: Shop, state: str):
    a_product("RUG", on_hand=5)
    call = getattr(a_field_call(shop), state)()
    before = call.row.state
    assert shop.scans(call.number, station="Bench 2").outcome is Outcome.ALREADY_PACKED
    assert call.row.state == before


def test_a_cancelled_field_call_is_a_hard_stop(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).cancelled()
    answer = shop.scans(call.number)
    assert (answer.outcome, answer.tone) == (Outcome.CANCELLED, Tone.STOP)
    assert call.row.state == "cancelled"


@pytest.mark.parametrize("code", ["RUG", FINISH, "another field call"])
def test_cancelled_while_on_the_bench_the_very_next_scan_says_so(shop: Shop, code: str):
    a_product("RUG", on_hand=5)
    call, other = a_field_call(shop, "RUG", 2).on_the_bench(), a_field_call(shop)
    shop.scans("RUG")
    call.cancelled()
    code = other.number if code == "another field call" else code
    answer = shop.scans(code)
    assert (answer.outcome, answer.field_call) == (Outcome.CANCELLED, call.number)
    assert other.row.state == "to_pack"
    assert shop.scans(other.number).outcome is Outcome.STARTED


def test_the_bench_does_not_swallow_the_first_scan_after_it_showed_a_cancellation_by_itself(shop: Shop):
    a_product("RUG", on_hand=5)
    call, other = a_field_call(shop).on_the_bench(), a_field_call(shop)
    call.cancelled()
    assert shop.scans(other.number, seen=call.number).outcome is Outcome.STARTED
    assert shop.scans("RUG", seen=call.number).outcome is Outcome.ALL_PACKED


def test_every_scan_made_before_the_packer_saw_the_cancellation_is_stopped(shop: Shop):
    """Scans typed fast wait in line: the first answer comes too late to have been read for the others."""
    a_product("RUG", on_hand=5)
    call, other = a_field_call(shop, "RUG", 2).on_the_bench(), a_field_call(shop)
    call.cancelled()
    answers = [shop.scans(code, seen="") for code in ("RUG", "RUG", FINISH, other.number, "RUG")]
    assert [(one.outcome, one.field_call) for one in answers] == [(Outcome.CANCELLED, call.number)] * 5
    assert (other.row.state, Parcel.objects.count()) == ("to_pack", 0)
    assert shop.scans(other.number, seen=call.number).outcome is Outcome.STARTED


def test_having_seen_one_cancellation_is_not_having_seen_the_next(shop: Shop):
    a_product("RUG", on_hand=5)
    first, second = a_field_call(shop).on_the_bench(), a_field_call(shop)
    first.cancelled()
    assert shop.scans(second.number, seen=first.number).outcome is Outcome.STARTED
    second.cancelled()
    answer = shop.scans("RUG", seen=first.number)
    assert (answer.outcome, answer.field_call) == (Outcome.CANCELLED, second.number)


@pytest.mark.parametrize("again", [False, True])
def test_a_cancellation_of_what_was_finished_here_swallows_no_scan(shop: Shop, again: bool):
    a_product("RUG", on_hand=5)
    call, other = a_field_call(shop).labelled(), a_field_call(shop)
    if again:
        assert shop.scans(call.number).outcome is Outcome.ALREADY_PACKED
    call.cancelled()
    assert shop.scans(other.number).outcome is Outcome.STARTED
    assert shop.scans("RUG").outcome is Outcome.ALL_PACKED


def test_a_watching_channel_packs_nothing(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop)
    shop.set_channel(is_watching=True)
    assert shop.scans(call.number).outcome is Outcome.WATCHING
    assert call.row.state == "to_pack"


def test_a_short_field_call_is_held_and_says_why(shop: Shop):
    a_product("RUG", on_hand=1)
    call = a_field_call(shop, "RUG", 2)
    answer = shop.scans(call.number)
    assert (answer.outcome, answer.tone) == (Outcome.HELD, Tone.STOP)
    assert answer.sentence.startswith("The stock rooms do not hold everything it needs.")
    assert call.row.state == "to_pack"


def test_the_last_scan_may_finish_by_itself(shop: Shop):
    shop.set_channel(finishes_with_last_scan=True)
    a_product("RUG", on_hand=5)
    call = a_field_call(shop, "RUG", 2).on_the_bench()
    assert shop.scans("RUG").outcome is Outcome.COUNTED
    assert shop.scans("RUG").outcome is Outcome.FINISHED
    assert call.row.state == "packed"


def test_every_outcome_is_reached_by_the_tests_of_the_bench():
    """Each outcome of the bench has its test: this one fails when an outcome is added without one."""
    files = sorted(Path(__file__).parent.glob("test_bench*.py"))
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [outcome.name for outcome in Outcome if f"Outcome.{outcome.name}" not in text] == []
