"""Ship these, rest later (MFN): what is packed goes ahead, the rest waits as a field call of its own."""

from __future__ import annotations

import click
import pytest

from loadbay.channels.models import SalesChannel
from loadbay.cli import pack as terminal
from loadbay.core.ids import AmazonOrderId, Sku
from loadbay.dispatch.bench_rules import Outcome
from loadbay.dispatch.models import FieldCall, Parcel
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.services import amending
from loadbay.orders.services.amending import NothingLeft
from loadbay.stock import services as stock
from tests.builders import FINISH, LEAVE, NEXT, Shop, a_field_call, a_merchant_order, picks, tasks
from tests.services.goods import a_bundle, a_merchant_channel, a_product, on_hand, promised

RUG, LAMP = Sku("RUG"), Sku("LAMP")
PART = "LB-PART"


@pytest.fixture
def mfn(shop: Shop) -> SalesChannel:
    return a_merchant_channel(beside=shop.channel)


def scans(shop: Shop, *codes: str) -> list[Outcome]:
    return [shop.scans(code).outcome for code in codes]


def parted(shop: Shop, number: str, *skus: str, tracking: str = "JD0001") -> str:
    """These go ahead with that number; the number of the rest's field call."""
    scans(shop, number, *skus, PART, PART)
    assert shop.scans(tracking).outcome is Outcome.TRACKED
    return FieldCall.objects.get(sale=FieldCall.objects.get(number=number).sale, part=0).number


def told(shop: Shop, order: AmazonOrderId) -> list[tuple[str, tuple[tuple[str, int], ...]]]:
    """Tracking number and (line, units) of every parcel that Amazon was told of."""
    return [
        (parcel.tracking_id, tuple(parcel.lines))
        for (mine, _), parcel in shop.confirmations.told.items()
        if mine == order
    ]


def states() -> dict[str, tuple[int, str]]:
    return {row.number: (row.part, row.state) for row in FieldCall.objects.order_by("id")}


def test_scanned_once_it_says_what_goes_and_what_waits_and_changes_nothing(shop: Shop, mfn: SalesChannel):
    _, number = a_merchant_order(shop, RUG=3, LAMP=1)
    scans(shop, number, "RUG")
    answer = shop.scans(PART)
    assert (answer.outcome, answer.headline) == (Outcome.PART_ASKED, "Ship 1 × RUG now?")
    assert answer.sentence.startswith("2 × RUG, 1 × LAMP would wait as a field call of its own.")
    assert states() == {number: (0, "packing")}
    assert scans(shop, "RUG", PART) == [Outcome.COUNTED, Outcome.PART_ASKED]


def test_scanned_twice_the_part_goes_and_the_rest_is_a_field_call_of_its_own(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=3, LAMP=1)
    rest = parted(shop, number, "RUG")
    assert states() == {number: (1, "labelled"), rest: (0, "to_pack")}
    assert picks(number) == {(f"{order}-1", "RUG", "SHOP"): 1}
    assert picks(rest) == {(f"{order}-1", "RUG", "SHOP"): 2, (f"{order}-2", "LAMP", "SHOP"): 1}
    assert (promised("RUG"), promised("LAMP")) == ({"open": 2, "labelled": 1}, {"open": 1})
    assert Sale.objects.get().order_status == "Released"


def packs_at_the_terminal(number: str, *codes: str, finish: bool = False) -> list[str]:
    """Outcomes of `loadbay pack NUMBER --scan … --part`."""
    command = terminal.pack.callback
    assert command is not None
    answer = command(number=number, codes=codes, finish=finish, part=True, station="terminal")
    return [entry["outcome"] for entry in answer.data["answers"]]


def test_the_terminal_ships_a_part_with_one_command(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=3)
    assert packs_at_the_terminal(number, "RUG")[-2:] == ["part_asked", "tracking_wanted"]
    rest = FieldCall.objects.get(part=0).number
    assert (picks(number), picks(rest)) == (
        {(f"{order}-1", "RUG", "SHOP"): 1},
        {(f"{order}-1", "RUG", "SHOP"): 2},
    )


def test_the_terminal_says_why_no_part_goes(shop: Shop, mfn: SalesChannel):
    _, number = a_merchant_order(shop, RUG=3)
    with pytest.raises(terminal.BenchStops, match=r"Nothing is packed: Scan what goes now"):
        packs_at_the_terminal(number)
    with pytest.raises(click.UsageError, match=r"--finish or --part"):
        packs_at_the_terminal(number, "RUG", finish=True)
    assert states() == {number: (0, "packing")}


def test_what_a_part_has_in_its_boxes_does_not_cover_the_rest(shop: Shop, mfn: SalesChannel):
    _, number = a_merchant_order(shop, RUG=3)
    scans(shop, number, "RUG", "RUG", PART, PART)
    assert (promised("RUG"), Shipment.objects.get().is_short) == ({"open": 3}, False)
    stock.dispose(sku="RUG", room="SHOP", units=7, reason="broken")
    assert Shipment.objects.get().is_short
    rest = FieldCall.objects.get(part=0).number
    assert scans(shop, "JD0001", rest) == [Outcome.TRACKED, Outcome.HELD]


def test_a_part_laid_aside_for_its_tracking_number_is_not_held_when_the_rest_is_short(
    shop: Shop, mfn: SalesChannel
):
    _, number = a_merchant_order(shop, RUG=3)
    scans(shop, number, "RUG", "RUG", PART, PART, LEAVE)
    stock.dispose(sku="RUG", room="SHOP", units=7, reason="broken")
    assert Shipment.objects.get().is_short
    assert shop.scans(number).outcome is Outcome.TRACKING_LATER


def test_amazon_is_told_exactly_what_went_and_the_sale_is_posted_with_the_last(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=3, LAMP=1)
    rest = parted(shop, number, "RUG")
    shop.completes(number)
    shop.confirms_shipped()
    assert told(shop, order) == [("JD0001", ((f"{order}-1", 1),))]
    assert (Shipment.objects.get().status, Sale.objects.get().order_status) == (
        "PARTIALLY_SHIPPED",
        "Released",
    )
    assert (on_hand("RUG"), promised("RUG")) == (8, {"open": 2})
    shop.imports_orders()
    assert (tasks(), states()) == ([], {number: (1, "completed"), rest: (0, "to_pack")})
    scans(shop, rest, "RUG", "RUG", "LAMP", FINISH, "JD0002")
    shop.completes(rest)
    shop.confirms_shipped()
    assert told(shop, order)[1] == ("JD0002", ((f"{order}-1", 2), (f"{order}-2", 1)))
    assert (Shipment.objects.get().status, Sale.objects.get().order_status) == ("SHIPPED", "Posted")
    assert (on_hand("RUG"), on_hand("LAMP"), promised("RUG")) == (6, 8, {})
    shop.imports_orders()
    assert tasks() == []


def test_the_rest_may_leave_before_the_part_does(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=2)
    rest = parted(shop, number, "RUG")
    scans(shop, rest, "RUG", FINISH, "JD0002")
    shop.completes(rest)
    shop.confirms_shipped()
    assert (Shipment.objects.get().status, Sale.objects.get().order_status) == (
        "PARTIALLY_SHIPPED",
        "Released",
    )
    shop.completes(number)
    shop.confirms_shipped()
    assert (Shipment.objects.get().status, Sale.objects.get().order_status) == ("SHIPPED", "Posted")
    assert sorted(told(shop, order)) == [
        ("JD0001", ((f"{order}-1", 1),)),
        ("JD0002", ((f"{order}-1", 1),)),
    ]


def test_three_parts_each_with_a_parcel_of_its_own(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=4)
    scans(shop, number, "RUG", NEXT, "RUG", PART, PART, "JD0001", "JD0002")
    second = FieldCall.objects.get(part=0).number
    third = parted(shop, second, "RUG", tracking="JD0003")
    scans(shop, third, "RUG", FINISH, "JD0004")
    assert states() == {number: (1, "labelled"), second: (2, "labelled"), third: (0, "labelled")}
    for one in (number, second, third):
        shop.completes(one)
    shop.confirms_shipped()
    assert [name for name, _ in told(shop, order)] == ["JD0001", "JD0002", "JD0003", "JD0004"]
    assert len(set(shop.confirmations.told)) == 4
    assert (Sale.objects.get().order_status, on_hand("RUG"), promised("RUG")) == ("Posted", 5, {})


def test_its_number_may_come_later(shop: Shop, mfn: SalesChannel):
    _, number = a_merchant_order(shop, RUG=2)
    assert scans(shop, number, "RUG", PART, PART)[-1] is Outcome.TRACKING_WANTED
    assert shop.scans(LEAVE).outcome is Outcome.TRACKING_LATER
    rest = FieldCall.objects.get(part=0).number
    assert states() == {number: (1, "packed"), rest: (0, "to_pack")}
    assert Parcel.objects.count() == 1


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        ((), Outcome.EMPTY_PARCEL),
        (("RUG", "RUG"), Outcome.ALL_PACKED),
    ],
)
def test_nothing_or_everything_is_no_part(shop: Shop, mfn: SalesChannel, codes, outcome):
    _, number = a_merchant_order(shop, RUG=2)
    scans(shop, number, *codes)
    assert (shop.scans(PART).outcome, FieldCall.objects.count()) == (outcome, 1)


def test_a_shipment_of_amazons_lorry_ships_whole_or_not_at_all(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop, "RUG", 2)
    scans(shop, call.number, "RUG")
    assert scans(shop, PART, PART) == [Outcome.WHOLE_ONLY, Outcome.WHOLE_ONLY]


def test_a_set_goes_whole(shop: Shop, mfn: SalesChannel):
    a_product("LEG", on_hand=8)
    a_product("TOP", on_hand=2)
    a_bundle("TABLE", contents={"LEG": 4, "TOP": 1})
    order, number = a_merchant_order(shop, TABLE=2)
    scans(shop, number, "TOP", "LEG")
    assert shop.scans(PART).outcome is Outcome.PART_OF_SET
    scans(shop, "LEG", "LEG", "LEG", PART, PART, "JD0001")
    shop.completes(number)
    shop.confirms_shipped()
    assert told(shop, order) == [("JD0001", ((f"{order}-1", 1),))]
    assert (promised("LEG"), promised("TOP")) == ({"open": 4}, {"open": 1})
    assert (on_hand("LEG"), on_hand("TOP")) == (4, 1)


def test_cancelled_after_a_part_left_the_rest_stops_and_a_person_is_told(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=2)
    rest = parted(shop, number, "RUG")
    shop.completes(number)
    shop.ordinary.move(order, "CANCELLED")
    shop.imports_orders()
    assert states() == {number: (1, "completed"), rest: (0, "cancelled")}
    assert (tasks(), promised("RUG")) == ([("cancelled_on_lorry", number)], {})


def test_the_rest_that_amazon_takes_back_closes_and_the_sale_is_posted(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=2)
    rest = parted(shop, number, "RUG")
    shop.completes(number)
    shop.confirms_shipped()
    shop.ordinary.resize(order, {RUG: 1})
    shop.imports_orders()
    assert states() == {number: (1, "completed"), rest: (0, "cancelled")}
    assert (Sale.objects.get().order_status, promised("RUG"), on_hand("RUG")) == ("Posted", {}, 8)


def test_the_rest_that_is_short_goes_on_by_itself_and_needs_no_more_than_its_own(
    shop: Shop, mfn: SalesChannel
):
    order, number = a_merchant_order(shop, RUG=3)
    rest = parted(shop, number, "RUG")
    shop.completes(number)
    stock.dispose(sku="RUG", room="SHOP", units=7, reason="broken")
    assert [kind for kind, _ in tasks()] == ["short_stock"]
    assert shop.scans(rest).outcome is Outcome.HELD
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    assert (shop.covers(), tasks(), promised("RUG")) == (1, [], {"open": 2})
    assert picks(rest) == {(f"{order}-1", "RUG", "SHOP"): 2}


# --- a part that left outside of Loadbay ---


def test_ship_anyway_picks_only_what_was_not_shipped(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=3, LAMP=1)
    shop.ordinary.ship_part(order, {RUG: 1})
    shop.imports_orders()
    amending.ship_anyway(order)
    assert (tasks(), picks(number)) == (
        [],
        {(f"{order}-1", "RUG", "SHOP"): 2, (f"{order}-2", "LAMP", "SHOP"): 1},
    )
    assert promised("RUG") == {"open": 2}
    scans(shop, number, "RUG", "RUG", "LAMP", FINISH, "JD0001")
    shop.completes(number)
    shop.confirms_shipped()
    assert told(shop, order) == [("JD0001", ((f"{order}-1", 2), (f"{order}-2", 1)))]


def test_ship_anyway_of_what_is_packed_has_it_packed_anew(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=2)
    shop.packs(number)
    scans(shop, FINISH, "JD0001")
    shop.ordinary.ship_part(order, {RUG: 1})
    shop.imports_orders()
    amending.ship_anyway(order)
    assert (states(), tasks()) == ({number: (0, "to_pack")}, [("pack_anew", number)])
    assert (Parcel.objects.count(), promised("RUG")) == (0, {"open": 1})
    scans(shop, number, "RUG", FINISH, "JD0001")
    assert states() == {number: (0, "labelled")}


def test_ship_anyway_with_nothing_left_is_refused(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=1)
    Shipment.objects.get().lines.update(shipped_units=1)
    shop.ordinary.ask_to_cancel(order)
    shop.imports_orders()
    Shipment.objects.get().lines.update(shipped_units=1)
    with pytest.raises(NothingLeft):
        amending.ship_anyway(order)
    assert states() == {number: (0, "to_pack")}
