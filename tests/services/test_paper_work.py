"""Papers made from the shop's tables: what is on them, what is left out, what is refused."""

import json
from datetime import date, timedelta

import pytest

from loadbay.core.errors import NotFound, WrongInput
from loadbay.dispatch.models import FieldCall
from loadbay.dispatch.paper_work import command_sheet_pdf, dock_sheet_pdf, pick_list_pdf, trial_label
from loadbay.dispatch.ports import PaperFormat
from loadbay.dispatch.queries import FieldCallFilter
from loadbay.orders.models import BuyerDetails, ChannelOrder
from tests.papers.reading import barcodes, page_texts
from tests.services.printing_shop import LORRY, NOW, a_field_call, a_labelled_call, a_printer

pytestmark = pytest.mark.django_db
TODAY = FieldCallFilter(collection_date=date(2026, 7, 6))


def test_the_pick_list_holds_what_is_to_pack_in_the_order_of_the_lorries():
    a_field_call("FC-000001", at=LORRY + timedelta(hours=2))
    a_field_call("FC-000002")
    a_field_call("FC-000003", state="packed")
    a_field_call("FC-000004", state="cancelled")
    a_field_call("FC-000005", at=LORRY + timedelta(days=1))
    pdf = pick_list_pdf(TODAY, now=NOW)
    assert barcodes(pdf) == ["FC-000002", "FC-000001"]
    text = page_texts(pdf)[0]
    assert "every carrier · Monday 06 July 2026 · 2 field calls, 2 units" in text
    assert "Lorry 16:30, Mon 06 Jul 2026" in text


def test_the_pick_list_sends_people_to_room_and_bin():
    a_field_call("FC-000001", goods=[("RUG-01", 2, "SHOP", "B-02"), ("LAMP-01", 1, "ANNEX", "A-01")])
    lines = page_texts(pick_list_pdf(TODAY, now=NOW))[0].splitlines()
    picks = [line for line in lines if line.startswith(("SHOP", "ANNEX"))]
    assert picks == [
        "ANNEX A-01 LAMP-01 LAMP-01 of wool LAMP-01 1",
        "SHOP B-02 RUG-01 RUG-01 of wool RUG-01 2",
    ]


def test_a_held_field_call_is_named_but_not_picked():
    a_field_call("FC-000001")
    a_field_call("FC-000002", held="One unit is missing.")
    pdf = pick_list_pdf(TODAY, now=NOW)
    assert barcodes(pdf) == ["FC-000001"]
    assert "because they are held: FC-000002" in page_texts(pdf)[0]


def test_a_pick_list_with_nothing_on_it_is_refused():
    with pytest.raises(NotFound, match="no field call to pick on 06 July 2026"):
        pick_list_pdf(TODAY, now=NOW)
    a_field_call("FC-000002", held="One unit is missing.")
    with pytest.raises(NotFound, match="FC-000002 first"):
        pick_list_pdf(TODAY, now=NOW)


def test_a_pick_list_that_nobody_could_carry_is_refused():
    for number in range(3):
        a_field_call(f"FC-00000{number}")
    with pytest.raises(WrongInput, match="More than 2 field calls"):
        pick_list_pdf(TODAY, now=NOW, most=2)


def test_the_pick_list_takes_a_few_queries_however_long(django_assert_max_num_queries):
    for number in range(40):
        a_field_call(f"FC-{number:06d}")
    with django_assert_max_num_queries(8):
        pdf = pick_list_pdf(TODAY, now=NOW)
    assert "40 field calls" in page_texts(pdf)[0]


def test_the_dock_sheet_lists_the_parcels_of_its_consignment():
    a_labelled_call("FC-000001", consignment="CN-000001")
    a_labelled_call("FC-000002", consignment="CN-000001")
    a_labelled_call("FC-000003", consignment="CN-000002")
    pdf = dock_sheet_pdf("CN-000001", now=NOW)
    text = page_texts(pdf)[0]
    assert barcodes(pdf) == ["CN-000001"]
    assert "FC-000001 P1 QAFC-000001 ATS 1.25 kg" in text
    assert "FC-000002" in text
    assert "FC-000003" not in text
    assert "Mon 06 Jul 2026, 16:30 BST" in text


def test_any_code_of_a_parcel_leads_to_its_dock_sheet():
    a_labelled_call("FC-000001", consignment="CN-000001")
    assert dock_sheet_pdf("QAFC-000001", now=NOW) == dock_sheet_pdf("CN-000001", now=NOW)


def test_a_parcel_cancelled_meanwhile_is_not_on_the_dock_sheet():
    a_labelled_call("FC-000001", consignment="CN-000001")
    a_labelled_call("FC-000002", consignment="CN-000001")
    FieldCall.objects.filter(number="FC-000002").update(state="cancelled")
    assert "FC-000002" not in page_texts(dock_sheet_pdf("CN-000001", now=NOW))[0]
    FieldCall.objects.filter(number="FC-000001").update(state="cancelled")
    with pytest.raises(NotFound, match="nothing to load"):
        dock_sheet_pdf("CN-000001", now=NOW)


def test_a_code_of_no_consignment_is_refused():
    with pytest.raises(NotFound, match="leads to no consignment"):
        dock_sheet_pdf("nonsense", now=NOW)


def test_no_paper_names_the_buyer():
    a_labelled_call("FC-000001", consignment="CN-000001")
    a_field_call("FC-000002")
    for order in ChannelOrder.objects.all():
        BuyerDetails.objects.create(
            order=order, name="Ada Buyer", postal_code="AB1 2CD", address={"line": "Hidden Lane"}
        )
    said = json.dumps(
        page_texts(pick_list_pdf(TODAY, now=NOW)) + page_texts(dock_sheet_pdf("CN-000001", now=NOW))
    )
    assert [word for word in ("Ada", "AB1 2CD", "Hidden") if word in said] == []


def test_the_command_card_bears_the_commands_of_the_bench():
    assert barcodes(command_sheet_pdf()) == ["LB-FINISH", "LB-NEXT", "LB-PART", "LB-LEAVE"]


@pytest.mark.parametrize(
    ("formats", "chosen", "start"),
    [
        ("png,zpl", PaperFormat.ZPL, b"^XA"),
        ("png,pdf", PaperFormat.PNG, b"\x89PNG"),
        ("pdf", PaperFormat.PDF, b"%PDF"),
    ],
)
def test_a_trial_label_suits_the_printer(formats, chosen, start):
    label = trial_label(a_printer("Dock", "raw", address="p:9100", formats=formats), now=NOW)
    assert label.format is chosen
    assert label.content.startswith(start)
