"""What a setting of a sales channel may be, and how it is told in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from loadbay.channels.services import WantedSettings
from loadbay.channels.setting_rules import (
    DEFAULT_TEMPLATE,
    LONGEST_DOCUMENT,
    WORDS,
    SettingNotUsable,
    check_buyer_days,
    check_choice,
    check_document_template,
    differences,
    in_words,
    left_behind,
    read_weekdays,
)
from loadbay.jobs.channel_changes import CONSEQUENCES


@pytest.mark.parametrize(
    "template",
    [DEFAULT_TEMPLATE, "{sale}", " {order_id}/{shipment_id} ", "AMZ {channel} {shipment_id}", "{{{sale}}}"],
)
def test_a_template_that_tells_shipments_apart_is_kept(template: str):
    assert check_document_template(template) == template.strip()


@pytest.mark.parametrize(
    ("template", "named"),
    [
        ("", "1 to 80 printable"),
        ("{sale}\n", None),
        ("a\tb{sale}", "1 to 80 printable"),
        ("{order}", "names {order}, which no order has. Use {order_id}, {shipment_id}, {sale}, {channel}."),
        ("{}", "names {}, which no order has"),
        ("{0}", "names {0}, which no order has"),
        ("{shipment_id.__class__}", "names {shipment_id.__class__}, which no order has"),
        ("{shipment_id", "has a brace without its other half"),
        ("shipment_id}", "has a brace without its other half"),
        ("{shipment_id:>90}", "says more about {shipment_id} than its name"),
        ("{shipment_id!r}", "says more about {shipment_id} than its name"),
        ("{order_id}", "gives two shipments of one order the same number"),
        ("{channel}-{order_id}", "gives two shipments of one order the same number"),
        ("fixed", "gives two shipments of one order the same number"),
        ("{shipment_id}{shipment_id}{order_id}", "gives numbers longer than 80"),
        ("x" * 81, "1 to 80 printable"),
    ],
)
def test_a_template_that_would_fail_at_the_next_sale_is_refused(template: str, named: str | None):
    if named is None:
        assert check_document_template(template) == template.strip()
        return
    with pytest.raises(SettingNotUsable) as refusal:
        check_document_template(template)
    assert named in refusal.value.sentence
    assert refusal.value.setting == "external_document_template"


def test_a_number_by_the_default_template_is_short_enough_for_amazons_longest():
    assert len(DEFAULT_TEMPLATE.format(order_id="0" * 19, shipment_id="0" * 32)) <= LONGEST_DOCUMENT


@pytest.mark.parametrize(
    ("text", "kept", "words"),
    [
        ("1-6", "123456", "Mon–Sat"),
        ("1,3,5", "135", "Mon, Wed, Fri"),
        ("12345", "12345", "Mon–Fri"),
        ("6, 7, 1", "167", "Mon, Sat, Sun"),
        ("1-3,6", "1236", "Mon, Tue, Wed, Sat"),
        ("1-7", "1234567", "every day"),
        ("2", "2", "Tue"),
    ],
)
def test_collection_days_are_read_as_people_write_them(text: str, kept: str, words: str):
    assert read_weekdays(text) == kept
    assert in_words("collection_weekdays", kept) == words


@pytest.mark.parametrize("text", ["", "0", "8", "mon", "1-", "-6", "1--3", "5-2", "1;2"])
def test_collection_days_that_name_no_day_are_refused(text: str):
    with pytest.raises(SettingNotUsable) as refusal:
        read_weekdays(text)
    assert refusal.value.setting == "collection_weekdays"


@pytest.mark.parametrize("days", [-1, 0, 31, 365])
def test_nobody_waits_for_a_buyer_longer_than_buyer_data_is_kept(days: int):
    with pytest.raises(SettingNotUsable, match="Give 1 to 30"):
        check_buyer_days(days)
    assert (check_buyer_days(1), check_buyer_days(30)) == (1, 30)


def test_a_choice_is_read_as_commands_write_it():
    assert check_choice("send_mode", "on-schedule") == "on_schedule"
    with pytest.raises(SettingNotUsable, match=r"Send mode cannot be 'never'\. Use one of: at_once, on_sch"):
        check_choice("send_mode", "never")


def test_values_are_told_in_words():
    assert in_words("is_watching", True) == "on"
    assert in_words("rooms", (("SHOP", "LBAY"), ("LOFT", "LBAY"))) == "SHOP=LBAY, LOFT=LBAY"
    assert in_words("pickups", (("LBAY", time(16, 0)),)) == "LBAY 16:00"
    assert in_words("holidays", (date(2026, 12, 25),)) == "2026-12-25"
    assert in_words("holidays", ()) == "none"
    assert in_words("dimension_1", "") == "none"
    assert in_words("order_start_at", datetime(2026, 3, 2, 12, tzinfo=UTC)) == "2026-03-02 12:00 UTC"


def test_only_what_differs_is_told():
    before = dict.fromkeys(WORDS, "") | dict.fromkeys(
        ("is_watching", "confirms_by_itself", "finishes_with_last_scan"), False
    )
    before |= {"send_mode": "at_once", "reservation_ends": "label", "collection_weekdays": "1"}
    assert differences(before, before) == ()
    (one,) = differences(before, before | {"send_mode": "on_schedule"})
    assert (one.setting, one.name, one.before, one.after) == (
        "send_mode",
        "Send mode",
        "at once",
        "on schedule",
    )


def test_a_room_that_moves_leaves_its_location_and_the_last_one_takes_it_along():
    here = [("SHOP", "LBAY"), ("LOFT", "LBAY")]
    assert left_behind(here, here) == ([], [])
    assert left_behind(here, [("LOFT", "LBAY")]) == ([], ["SHOP"])
    assert left_behind(here, [("LOFT", "LBAY"), ("SHOP", "ELSE")]) == ([], ["SHOP"])
    assert left_behind(here, [("SHOP", "ELSE")]) == (["LBAY"], ["LOFT", "SHOP"])


def test_every_setting_has_its_words_and_says_what_follows_from_it():
    assert set(WantedSettings.__dataclass_fields__) == set(WORDS) == set(CONSEQUENCES)
