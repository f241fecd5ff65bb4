"""Order rules, gap proofs and long works from the terminal: what they answer and refuse."""

from __future__ import annotations

from tests.cli.test_channel_settings import channel as channel
from tests.cli.test_channel_settings import said as said

BIG = ("--when", "total", "at-least", "500", "--when", "currency", "is", "GBP")


def test_a_rule_is_tried_added_listed_and_removed(said, channel):
    assert said("order-rule", "try", channel, *BIG)[1]["looked_at"] == 0
    code, row = said("order-rule", "add", channel, "Big", *BIG, "--action", "hold", "--reason", "Call first")
    assert (code, row["words"]) == (0, "Total is at least 500 and Currency is GBP")
    code, answer = said("order-rule", "list")
    assert [entry["name"] for entry in answer["rules"]] == ["Big"]
    assert [entry["name"] for entry in answer["built_in"]] == ["Unbalanced totals", "Insufficient stock"]
    assert said("order-rule", "show", channel, "Big")[1]["held"] == []
    code, row = said("order-rule", "change", channel, "Big", "--action", "flag", "--rename", "Large")
    assert (code, row["name"], row["action"], row["reason"]) == (0, "Large", "flag", "Call first")
    changed = said("order-rule", "change", channel, "Large", "--action", "hold", "--rename", "Big")[1]
    assert changed["words"] == row["words"]
    code, answer = said("order-rule", "release", channel, "Big", "--all")
    assert (code, answer["refused"]["code"]) == (1, "nothing_held")
    assert said("order-rule", "remove", channel, "Big")[1] == {"removed": "Big", "released": 0}
    code, answer = said("order-rule", "remove", channel, "Big")
    assert (code, answer["refused"]["sentence"]) == (1, f"{channel} has no order rule Big. Known: none yet.")


def test_what_is_no_rule_is_refused_in_words(said, channel):
    code, answer = said("order-rule", "try", channel, "--when", "total", "contains", "5")
    assert (code, answer["refused"]["code"]) == (1, "wrong_rule")
    assert answer["refused"]["sentence"].startswith("Total cannot be asked with contains; use is, is-not")


def test_days_that_are_no_period_are_refused(said, channel):
    code, answer = said("gap-proof", "--from", "2026-03-02", "--to", "2026-03-01")
    assert (code, answer["refused"]["code"]) == (1, "wrong_period")
    assert said("gap-proof")[1] == {"proofs": []}
    assert said("gap-proof", "--show", "7")[1]["refused"]["code"] == "not_found"


def test_works_that_are_not_there_are_refused(said, channel):
    assert said("work", "list")[1] == {"works": []}
    for word in ("show", "watch", "cancel"):
        assert said("work", word, "3")[1]["refused"]["code"] == "not_found"


def test_actions_on_orders_name_what_is_wrong(said, channel):
    code, answer = said("sale", "archive", "--channel", channel)
    assert (code, answer["refused"]["code"]) == (1, "nothing_selected")
    code, answer = said("sale", "ignore", "SHP-1", "--reason", "A test", "--dry-run")
    assert (code, answer["refused"]["code"]) == (1, "nothing_selected")
    assert said("sale", "build-again", "--waiting", channel)[1]["refused"]["code"] == "nothing_selected"
    for wrong in (("archive",), ("archive", "SHP-1", "--all"), ("update-status",), ("import-again",)):
        code, words = said("sale", *wrong)
        assert (code, "Usage" in words) == (2, True)
    assert said("sale", "timeline", "SHP-1")[1]["refused"]["code"] == "not_found"
