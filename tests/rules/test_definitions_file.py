"""A definitions file: readable, always in the same order, and everything that is wrong with one is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loadbay.channels.file_rules import (
    FORMAT,
    AllDefinitions,
    DefinitionsNotUsable,
    FileFault,
    differences,
    fingerprint,
    read_file,
    write_file,
)
from loadbay.channels.file_tables import TABLES

STANDARD = {"external_id": "STANDARD", "agent": "DPD", "behaviour": "skip"}


def a_file(**parts: Any) -> bytes:
    head = {"format": FORMAT, "version": 1, "programme": "mfn", "channel": "UK"}
    return json.dumps(head | parts).encode()


def faults(data: bytes) -> list[tuple[str, str, str]]:
    return [(one.table, one.row, one.field) for one in read_file(data).faults]


def sentence(data: bytes) -> str:
    (fault,) = read_file(data).faults
    return fault.sentence


def test_a_file_is_a_row_a_line_in_the_order_of_its_tables_and_rows():
    found = read_file(
        a_file(
            currencies=[{"external_id": "USD", "code": "USD"}, {"external_id": "eur", "code": "EUR"}],
            payment_methods=[{"external_id": "COD", "code": "cash"}],
        )
    )
    assert write_file(found) == (
        '{\n  "format": "loadbay-channel-definitions",\n  "version": 1,\n  "programme": "mfn",\n'
        '  "channel": "UK",\n  "payment_methods": [\n    {"external_id": "COD", '
        '"code": "CASH", "collected_by": "amazon"}\n  ],\n'
        '  "currencies": [\n    {"external_id": "EUR", "code": "EUR"},\n'
        '    {"external_id": "USD", "code": "USD"}\n  ]\n}\n'
    )
    assert read_file(write_file(found).encode()).tables == {
        name: tuple(sorted(rows, key=lambda row: str(row["external_id"])))
        for name, rows in found.tables.items()
    }


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is no JSON"),
        (b"{", "The file is no JSON"),
        (b"\xff\xfe", "no UTF-8 text"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "no definitions file"),
        (b'{"format": "something"}', "no definitions file"),
        (b'{"format": "a", "format": "b"}', "names 'format' twice"),
        (b'{"format": NaN}', "NaN, which is no number"),
        (b'{"format": ' + b"9" * 5000 + b"}", "a number of 5000 digits"),
        (a_file(version=2), "has version 2 and this Loadbay reads version 1"),
        (a_file(version=True), "has version True"),
        (a_file(version="\ud800" * 3), "has version '"),
        (b" " * (8 * 1024 * 1024 + 1), "larger than 8 MB"),
    ],
)
def test_a_file_that_says_nothing_is_refused_in_words(data: bytes, words: str):
    found = read_file(data)
    assert words in found.faults[0].sentence
    assert found.tables == {}
    found.faults[0].sentence.encode()


def test_everything_that_is_wrong_is_told_at_once_by_table_row_and_field():
    data = a_file(
        weather="fine",
        shipping_methods=[STANDARD | {"colour": "red"}, {"agent": "DPD"}, STANDARD | {"agent": 5}],
        currencies=[{"external_id": "XQX", "code": "XQX"}, {"external_id": "EUR"}],
        order_status_matrix=[{"channel_status": None, "implied_status": "Fine"}, {"balanced": "yes"}],
        customers=[{"buyer": "new", "behaviour": "manual", "tax_area": "a\x00b"}],
        items=[{"code_type": "charge", "external_id": "HANDLING"}],
        tax={"shown": "one_line"},
        settings={"payment_behaviour": "cash"},
    )
    assert faults(data) == [
        ("", "", "weather"),
        ("settings", "row 1", "payment_behaviour"),
        ("shipping_methods", "STANDARD", "colour"),
        ("shipping_methods", "row 2", "external_id"),
        ("shipping_methods", "STANDARD", "agent"),
        ("currencies", "XQX", "external_id"),
        ("order_status_matrix", "row 1", "implied_status"),
        ("order_status_matrix", "row 2", "balanced"),
        ("order_status_matrix", "row 2", "implied_status"),
        ("customers", "new", "tax_area"),
        ("items", "charge × HANDLING", "external_id"),
        ("tax", "row 1", "account"),
    ]


def test_spelling_variants_stand_there_twice():
    data = a_file(shipping_carriers=[{"external_id": "ROYAL_MAIL"}, {"external_id": "Royal Mail"}])
    assert sentence(data) == "Royal Mail stands there twice, in rows 1 and 2. Keep one."


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_each_table_has_to_be_of_its_form(table: str):
    for wrong in (5, "x", [1], None):
        assert (table, "", "") in faults(a_file(**{table: wrong}))


def test_a_table_that_is_left_out_is_not_spoken_of_and_an_empty_one_is():
    found = read_file(a_file(items=[]))
    assert (found.tables, found.faults) == ({"items": ()}, ())


def test_a_webhook_is_told_without_its_query_and_without_its_secret():
    row = {"implied_status": "Error", "kind": "webhook", "url": "https://erp.example/in?key=1"}
    found = read_file(a_file(status_actions=[row | {"secret": "0123456789abcdef"}]))
    assert found.faults == ()
    text = write_file(found)
    assert ("key=1" in text, "0123456789abcdef" in text, "0123456789abcdef" in repr(found)) == (False,) * 3
    assert '"url": "https://erp.example/in", "has_query": true' in text
    assert list(found.secrets.values()) == [("https://erp.example/in?key=1", "0123456789abcdef")]


def changes(before: bytes, after: bytes) -> list[tuple[str, str, str, list[str]]]:
    return [
        (table.table, row.act, row.row, [f"{one.field}: {one.before} → {one.after}" for one in row.fields])
        for table in differences(read_file(before), read_file(after))
        for row in table.rows
    ]


def test_differences_are_told_row_by_row_from_and_to():
    before = a_file(
        shipping_methods=[STANDARD, {"external_id": "Next Day", "agent": "UPS", "behaviour": "skip"}],
        currencies=[{"external_id": "EUR", "code": "EUR"}],
        tax={},
    )
    after = a_file(
        shipping_methods=[STANDARD | {"external_id": "standard", "agent": "UPS"}],
        currencies=[{"external_id": "EUR", "code": "EUR"}, {"external_id": "USD", "code": "USD"}],
        tax={"leaves_out_collected": True},
    )
    assert changes(before, after) == [
        ("shipping_methods", "changed", "STANDARD", ["agent: DPD → UPS"]),
        ("shipping_methods", "removed", "Next Day", ["agent: UPS → ", "behaviour: skip → "]),
        ("currencies", "added", "USD", ["code:  → USD"]),
        ("tax", "changed", "Tax", ["leaves_out_collected: no → yes"]),
    ]
    assert changes(before, before) == []
    assert changes(before, a_file()) == []


def test_the_fingerprint_is_that_of_what_is_and_of_what_is_wanted():
    one, other = read_file(a_file(items=[])), read_file(a_file(currencies=[]))
    assert fingerprint(one, other) == fingerprint(one, other)
    assert len({fingerprint(*pair) for pair in ((one, other), (other, one), (one, one))}) == 3


def test_many_faults_are_told_briefly_in_words():
    found = tuple(FileFault("items", str(number), "kind", "No.") for number in range(30))
    said = DefinitionsNotUsable(found).sentence
    assert said.startswith("30 things cannot be kept, so nothing was changed. [items 0 kind] No.")
    assert said.endswith("And 10 more: loadbay definitions diff shows them all.")
    assert DefinitionsNotUsable(found[:1]).sentence == (
        "One thing cannot be kept, so nothing was changed. [items 0 kind] No."
    )


def test_locations_stay_in_the_order_in_which_rooms_are_taken_from():
    rows = ({"stock_room": "SHOP", "location": "B"}, {"stock_room": "LOFT", "location": "A"})
    text = write_file(AllDefinitions("mfn", "UK", {"locations": rows}))
    assert text.index("SHOP") < text.index("LOFT")
