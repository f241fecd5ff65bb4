"""Box and weight of a parcel: found by itself, scanned or typed at the bench, told to Amazon."""

from __future__ import annotations

import pytest

from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.services import create_product
from loadbay.core.errors import NotFound, WrongInput
from loadbay.dispatch.bench_queries import bench
from loadbay.dispatch.bench_rules import Outcome, Tone
from loadbay.dispatch.box_queries import house_boxes
from loadbay.dispatch.models import HouseBox, Parcel
from loadbay.dispatch.services.boxes import BoxInUse, NewBox, add_box, make_house_box, remove_box
from loadbay.orders.models import Shipment
from loadbay.orders.ports import Box
from loadbay.stock import services as stock
from tests.builders import FINISH, NEXT, CallBuilder, Shop, a_field_call
from tests.services.goods import a_product


def a_mug(*, on_hand: int = 9) -> None:
    fields = {"weight_g": 350, "length_mm": 120, "width_mm": 120, "height_mm": 110}
    create_product(ProductFields(sku="MUG", name="Mug", **fields))
    stock.goods_in(sku="MUG", room="SHOP", units=on_hand)


def told(shop: Shop, call: CallBuilder) -> list[Box]:
    """The boxes Amazon holds of a call, parcel by parcel."""
    names = Parcel.objects.filter(field_call=call.row).order_by("id").values_list("package_id", flat=True)
    return [shop.marketplace.boxes_told[call.shipment_id, name] for name in names]


def test_a_scanned_box_and_a_typed_weight_are_what_amazon_is_told(shop: Shop):
    a_mug()
    add_box(NewBox("S", size="30x20x10", weight="80 g"))
    add_box(NewBox("L", size="60x40x40", weight="0.45"))
    call = a_field_call(shop, "MUG", 2).on_the_bench()
    answer = shop.scans("lb-box-l")
    assert (answer.outcome, answer.tone) == (Outcome.BOX_SET, Tone.OK)
    assert answer.headline == "Box L"
    assert answer.sentence == "60 × 40 × 40 cm, 1.15 kg: that is told of parcel 1."
    for code in ("MUG", "MUG"):
        shop.scans(code)
    weighed = shop.scans("W 1,2")
    assert weighed.headline == "1.2 kg"
    assert weighed.sentence.startswith("60 × 40 × 40 cm, 1.2 kg: ")
    assert shop.scans(FINISH).outcome is Outcome.FINISHED
    shop.makes_labels_until_settled(call.number)
    assert told(shop, call) == [Box(600, 400, 400, 1200)]


def test_each_parcel_has_its_own_box_and_what_nobody_said_is_found_when_packing_finishes(shop: Shop):
    a_mug()
    add_box(NewBox("S", size="30x20x10", weight="80 g"))
    call = a_field_call(shop, "MUG", 4).on_the_bench()
    for code in ("MUG", "MUG", "B 50x40.5x30", NEXT, "MUG", "MUG", FINISH):
        shop.scans(code)
    shop.makes_labels_until_settled(call.number)
    assert told(shop, call) == [Box(500, 405, 300, 800), Box(300, 200, 100, 780)]


def test_amazons_recommended_box_is_taken_until_a_person_says_another(shop: Shop):
    a_mug()
    call = a_field_call(shop, "MUG", 2)
    boxes = [{"length_mm": 310, "width_mm": 210, "height_mm": 110, "weight_g": 900, "line_ids": ["1"]}]
    Shipment.objects.filter(pk=call.shipment.pk).update(boxes=boxes)
    call.on_the_bench()
    assert shop.scans("W 950 g").sentence.startswith("31 × 21 × 11 cm, 950 g: ")
    for code in ("MUG", "MUG", FINISH):
        shop.scans(code)
    shop.makes_labels_until_settled(call.number)
    assert told(shop, call) == [Box(310, 210, 110, 950)]


def test_amazons_box_for_everything_is_not_told_of_a_part_of_it(shop: Shop):
    a_mug()
    call = a_field_call(shop, "MUG", 2)
    boxes = [{"length_mm": 310, "width_mm": 210, "height_mm": 110, "weight_g": 900, "line_ids": ["1"]}]
    Shipment.objects.filter(pk=call.shipment.pk).update(boxes=boxes)
    call.on_the_bench()
    assert (bench("Bench 1").box.size, bench("Bench 1").box.weight) == ("31 × 21 × 11 cm", "900 g")
    shop.scans("MUG")
    assert bench("Bench 1").box.size_from == "Amazon's box"
    for code in (NEXT, "MUG"):
        shop.scans(code)
    assert shop.scans(FINISH).headline == f"2 labels for {call.number}"
    shop.makes_labels_until_settled(call.number)
    assert told(shop, call) == [Box(120, 120, 110, 450), Box(120, 120, 110, 450)]


def test_an_unknown_box_and_a_measure_that_makes_no_sense_change_nothing(shop: Shop):
    a_mug()
    call = a_field_call(shop, "MUG").on_the_bench()
    unknown = shop.scans("LB-BOX-XXL")
    assert (unknown.outcome, unknown.tone) == (Outcome.UNKNOWN_BOX, Tone.STOP)
    assert unknown.sentence.startswith("The house has no box XXL.")
    for typed in ("W 850", "W 0", "B 40x30", "B 40x30x0"):
        refused = shop.scans(typed)
        assert (refused.outcome, refused.tone, refused.field_call) == (
            Outcome.NO_MEASURE,
            Tone.STOP,
            call.number,
        )
    assert not Parcel.objects.filter(is_size_given=True).exists()
    assert not Parcel.objects.filter(is_weight_given=True).exists()


@pytest.mark.parametrize("code", ["LB-BOX-S", "W 2.4", "B 40x30x20"])
def test_without_a_field_call_there_is_no_parcel_to_measure(shop: Shop, code: str):
    assert shop.scans(code).outcome is Outcome.NO_FIELD_CALL


def test_a_product_that_is_called_like_a_weight_is_packed(shop: Shop):
    a_product("W 2.4", on_hand=2)
    a_field_call(shop, "W 2.4").on_the_bench()
    assert shop.scans("W 2.4").outcome is Outcome.ALL_PACKED


# --- the boxes of the house ---


def test_the_first_box_is_the_house_box_until_another_one_is(shop: Shop):
    a_product("RUG", on_hand=5)
    assert add_box(NewBox("s", size="30x20x10", weight="80 g", name="Small")).is_house_box
    assert not add_box(NewBox("M", size="400x300x200 mm", weight="150g")).is_house_box
    add_box(NewBox("L", size="60x40x40", weight="0.45", is_house_box=True))
    assert [(row.barcode, row.is_house_box) for row in house_boxes()] == [
        ("LB-BOX-L", True),
        ("LB-BOX-M", False),
        ("LB-BOX-S", False),
    ]
    make_house_box("m")
    call = a_field_call(shop).packed()
    assert Parcel.objects.get(field_call=call.row).length_mm == 400
    assert HouseBox.objects.get(is_house_box=True).code == "M"


@pytest.mark.parametrize(
    ("box", "complaint"),
    [
        (NewBox("", "40x30x20", "100 g"), "Code '' is none for a barcode"),
        (NewBox("MÜ", "40x30x20", "100 g"), "is none for a barcode"),
        (NewBox("A" * 13, "40x30x20", "100 g"), "is none for a barcode"),
        (NewBox("S", "40x30x20", "100 g"), "Code S is taken"),
        (NewBox("M", "40x30", "100 g"), "Size: 40x30 is no size. .* like 40x30x20"),
        (NewBox("M", "400x300x200", "100 g"), "Size: Is 400x300x200 millimetres or centimetres"),
        (NewBox("M", "40x30x20", "heavy"), "Weight: heavy is no weight. .* like 2.4,"),
        (NewBox("M", "40x30x20", "100 g", name="x" * 41), "Name"),
    ],
)
def test_a_box_that_could_not_be_used_is_refused(shop: Shop, box: NewBox, complaint: str):
    add_box(NewBox("S", size="30x20x10", weight="80 g"))
    with pytest.raises(WrongInput, match=complaint):
        add_box(box)
    assert HouseBox.objects.count() == 1


def test_a_box_removed_while_it_was_being_packed_lost_its_own_weight(shop: Shop):
    """80 g of box were told as 100 g assumed. Now it stays until its parcels have left."""
    a_mug()
    add_box(NewBox("S", size="30x20x10", weight="80 g"))
    call = a_field_call(shop, "MUG").on_the_bench()
    for code in ("LB-BOX-S", "MUG"):
        shop.scans(code)
    for step in (lambda: None, lambda: shop.scans(FINISH), lambda: shop.makes_labels(call.number)):
        step()
        with pytest.raises(BoxInUse, match=f"Box S holds parcels of {call.number} that have not left") as no:
            remove_box("LB-BOX-S")
        assert (no.value.code, HouseBox.objects.count()) == ("box_in_use", 1)
    assert told(shop, call) == [Box(300, 200, 100, 430)]
    shop.completes(call.number)
    remove_box("LB-BOX-S")
    with pytest.raises(NotFound):
        remove_box("S")
    parcel = Parcel.objects.get()
    assert (parcel.house_box, parcel.length_mm, parcel.weight_g) == (None, 300, 430)


def test_a_box_of_a_cancelled_field_call_can_be_removed(shop: Shop):
    a_mug()
    add_box(NewBox("S", size="30x20x10", weight="80 g"))
    call = a_field_call(shop, "MUG").on_the_bench()
    shop.scans("LB-BOX-S")
    call.cancelled()
    remove_box("S")
    assert HouseBox.objects.count() == 0
