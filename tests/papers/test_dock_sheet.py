"""The hand-over sheet and the command card, read back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from loadbay.papers.command_sheet import Command, command_sheet
from loadbay.papers.dock_sheet import DockParcel, DockSheet, dock_sheet
from tests.papers.reading import barcodes, page_texts

COLLECTION = datetime(2026, 7, 6, 15, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/London"))
PARCEL = DockParcel("FC-000001", "P1", "QA1234567890", "ATS", 1250)


def paper(*parcels: DockParcel) -> bytes:
    return dock_sheet(
        DockSheet("CN-000017", "Amazon SmartConnect", "LBAY", COLLECTION, COLLECTION, parcels or (PARCEL,))
    )


def test_the_consignment_is_the_only_barcode():
    assert barcodes(paper()) == ["CN-000017"]


def test_it_says_who_takes_what_from_where_and_when():
    text = page_texts(paper())[0]
    for words in ("Amazon SmartConnect", "LBAY", "Mon 06 Jul 2026, 16:30 BST", "Parcels 1", "1.25 kg"):
        assert words in text
    assert "FC-000001 P1 QA1234567890 ATS 1.25 kg" in text


def test_driver_and_packer_sign_with_time_and_count():
    text = page_texts(paper())[0]
    assert "Driver" in text
    assert "Packer" in text
    assert (text.count("Name"), text.count("Signature"), text.count("Date and time")) == (2, 2, 2)
    assert "Parcels loaded: ________ of 1" in text


def test_a_parcel_that_was_not_weighed_is_said_to_be():
    text = page_texts(paper(PARCEL, DockParcel("FC-000002", "P1", "QA2", "ATS", None)))[0]
    assert "1.25 kg and 1 not weighed" in text


def test_three_hundred_parcels_are_numbered_through_and_signed_once():
    parcels = (DockParcel(f"FC-{n:06d}", "P1", f"QA{n:010d}", "ATS", 500) for n in range(1, 301))
    texts = page_texts(paper(*parcels))
    assert sum(text.count("QA0") for text in texts) == 300
    assert all("No. Field call" in text for text in texts if "QA0" in text)
    assert ["Driver" in text for text in texts] == [False] * (len(texts) - 1) + [True]
    assert "150.00 kg" in texts[0]


def test_the_command_card_can_be_scanned():
    drawn = command_sheet(
        (
            Command("LB-FINISH", "Packing Finished", "Closes the field call."),
            Command("LB-NEXT", "Next parcel", "Closes this box."),
            Command("LB-LEAVE", "Put back", "Leaves the field call."),
        )
    )
    assert barcodes(drawn) == ["LB-FINISH", "LB-NEXT", "LB-LEAVE"]
    assert "Packing Finished" in page_texts(drawn)[0]
