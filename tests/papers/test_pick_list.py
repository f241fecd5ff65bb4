"""The pick list, read back: what a picker sees and what the bench's scanner finds."""

from datetime import datetime
from zoneinfo import ZoneInfo

from loadbay.papers.pick_list import Goods, PickCall, PickList, pick_list
from tests.papers.reading import barcodes, page_texts

LONDON = ZoneInfo("Europe/London")
PRINTED = datetime(2026, 7, 6, 8, 5, tzinfo=LONDON)
LORRY = datetime(2026, 7, 6, 16, 30, tzinfo=LONDON)
RUG = Goods("MAIN", "A-01", "RUG-01", "Läufer “Łódź”, weiß, d’été", "4006381333931", 2)
LAMP = Goods("MAIN", "B-07", "LAMP-02", "Lamp", "5012345678900", 1)
SHELF = Goods("ANNEX", "", "SHELF-03", "Shelf", "96385074", 10)


def call(number: str, *goods: Goods) -> PickCall:
    return PickCall(number, "Amazon SmartConnect", "LBAY", LORRY, goods or (RUG,))


def paper(*calls: PickCall, left_out: tuple[str, ...] = ()) -> bytes:
    return pick_list(PickList("Amazon SmartConnect · today", PRINTED, calls, left_out))


def test_each_field_call_can_be_scanned_from_the_paper():
    assert barcodes(paper(call("FC-000001"), call("FC-000002"), call("FC-123456789012345678"))) == [
        "FC-000001",
        "FC-000002",
        "FC-123456789012345678",
    ]


def test_the_codes_of_the_goods_are_words_and_not_barcodes():
    drawn = paper(call("FC-000001", LAMP))
    assert "5012345678900" in page_texts(drawn)[0]
    assert barcodes(drawn) == ["FC-000001"]


def test_goods_stand_by_room_and_bin_with_units():
    text = page_texts(paper(call("FC-000001", LAMP, RUG, SHELF)))[0]
    lines = [line for line in text.splitlines() if line.startswith(("ANNEX", "MAIN"))]
    assert [line.split()[0:2] for line in lines] == [["ANNEX", "–"], ["MAIN", "A-01"], ["MAIN", "B-07"]]
    assert lines[0].endswith("96385074 10")
    assert "1 field call, 13 units" in text


def test_accents_and_quotes_are_kept():
    assert "Läufer “Łódź”, weiß, d’été" in page_texts(paper(call("FC-000001")))[0]


def test_the_lorry_is_told_in_the_time_of_the_place():
    text = page_texts(paper(call("FC-000001")))[0]
    assert "Lorry 16:30, Mon 06 Jul 2026" in text
    assert "Amazon SmartConnect · LBAY" in text


def test_a_long_name_wraps_and_loses_nothing():
    name = " ".join(f"word{number}" for number in range(40)) + " " + "x" * 150
    text = page_texts(paper(call("FC-000001", Goods("MAIN", "A-01", "RUG-01", name, "1", 1))))[0]
    assert [word for word in name.split() if word.startswith("word") and word not in text] == []
    assert "".join(text.split()).count("x" * 150) == 1


def test_a_field_call_longer_than_a_page_goes_on_under_its_number():
    goods = tuple(
        Goods("MAIN", f"A-{number:03d}", f"SKU-{number:03d}", "Thing", "1", 1) for number in range(120)
    )
    texts = page_texts(paper(call("FC-000001", *goods)))
    assert len(texts) > 1
    assert all("FC-000001, continued" in text for text in texts[1:])
    assert sum(text.count("SKU-") for text in texts) == 120


def test_pages_are_numbered_and_heads_repeat():
    texts = page_texts(paper(*(call(f"FC-{number:06d}", RUG, LAMP) for number in range(1, 31))))
    assert len(texts) > 2
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert "Room Bin SKU Goods Barcode Units" in text


def test_a_field_call_is_not_torn_apart_by_the_end_of_a_page():
    texts = page_texts(paper(*(call(f"FC-{number:06d}", RUG, LAMP) for number in range(1, 31))))
    assert all(text.count("RUG-01") == text.count("LAMP-02") > 0 for text in texts)


def test_held_field_calls_are_named_but_cannot_be_scanned():
    drawn = paper(call("FC-000001"), left_out=("FC-000007", "FC-000008"))
    assert "because they are held: FC-000007, FC-000008" in page_texts(drawn)[0]
    assert barcodes(drawn) == ["FC-000001"]


def test_five_hundred_field_calls_all_come_out():
    drawn = paper(*(call(f"FC-{number:06d}", RUG, LAMP) for number in range(1, 501)))
    texts = page_texts(drawn)
    assert [n for n in range(1, 501) if not any(f"FC-{n:06d}" in text for text in texts)] == []
    assert barcodes(drawn, page=len(texts) - 1)[-1] == "FC-000500"


def test_the_same_list_gives_the_same_bytes():
    assert paper(call("FC-000001", RUG, LAMP)) == paper(call("FC-000001", RUG, LAMP))
