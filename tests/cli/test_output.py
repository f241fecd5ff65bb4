"""What programs read: one JSON form for every value of ours."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum

import pytest

from loadbay.cli.output import as_text, table
from loadbay.core.money import Money
from loadbay.core.plain import plain


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Row:
    sku: str
    price: Money
    seen_at: datetime


def test_money_is_an_amount_as_text_and_a_currency():
    assert plain(Money(Decimal("12.90"), "GBP")) == {"amount": "12.90", "currency": "GBP"}


def test_moments_are_told_in_utc():
    summer = timezone(timedelta(hours=1))
    assert plain(datetime(2026, 7, 1, 9, 30, tzinfo=summer)) == "2026-07-01T08:30:00Z"
    assert plain(date(2026, 7, 1)) == "2026-07-01"


def test_times_of_day_are_hours_and_minutes():
    assert plain(time(16, 30)) == "16:30"


def test_dataclasses_lists_and_enums_are_taken_apart():
    row = Row("RUG-1", Money(Decimal("1.00"), "EUR"), datetime(2026, 1, 1, tzinfo=UTC))
    assert plain({"rows": [row], "colour": Colour.RED, "share": Decimal("0.5")}) == {
        "rows": [
            {
                "sku": "RUG-1",
                "price": {"amount": "1.00", "currency": "EUR"},
                "seen_at": "2026-01-01T00:00:00Z",
            }
        ],
        "colour": "red",
        "share": "0.5",
    }


def test_a_value_without_a_json_form_is_an_error_and_not_its_memory_address():
    with pytest.raises(TypeError, match="object has no JSON form"):
        as_text(object())


def test_tables_put_numbers_to_the_right():
    assert table(["sku", "on hand"], [["RUG-1", 7], ["LAMP-22", 110]]) == (
        "sku      on hand\n-------  -------\nRUG-1          7\nLAMP-22      110"
    )
