"""What a setting of a sales channel may be, and how it is told in words. Pure.

Who stores them: `services/changing.py`; what follows from a change: `jobs/channel_changes.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from string import Formatter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loadbay.core.errors import WrongInput

WORDS: Mapping[str, str] = {
    "description": "Description",
    "time_zone": "Time zone",
    "dimension_1": "Dimension 1",
    "dimension_2": "Dimension 2",
    "is_watching": "Watch mode",
    "rooms": "Stock rooms that feed it",
    "pickups": "Carrier pickup times",
    "collection_weekdays": "Collection days",
    "holidays": "Days without a lorry",
    "order_start_at": "Orders from",
    "confirms_by_itself": "Confirm shipments",
    "finishes_with_last_scan": "Packing Finished",
    "external_document_template": "External document number",
    "sale_prefix": "Sale number series",
    "erp": "ERP",
    "allows_multi_currency": "Allow Multi-Currency",
    "payment_behaviour": "Payment Method Behaviour",
    "shipping_agent": "Shipping agent",
    "placeholder_customer": "Placeholder customer",
    "buyer_details_days": "Days to wait for buyer details",
    "onsite_wait_hours": "Hours to wait for the On Site FBA shipment",
    "price_category": "Price category",
    "send_mode": "Send mode",
    "reservation_ends": "Amazon's reservation ends",
}
"""Every setting that can be changed, as screens, commands and the timeline call it."""

CHOICES: Mapping[str, Mapping[object, str]] = {
    "is_watching": {True: "on", False: "off"},
    "confirms_by_itself": {True: "by itself", False: "by a person"},
    "finishes_with_last_scan": {True: "with the last scan", False: "by the packer"},
    "erp": {"ledger": "the built-in ledger"},
    "allows_multi_currency": {True: "on", False: "off"},
    "payment_behaviour": {"channel": "Channel", "mapped": "Mapped"},
    "send_mode": {"at_once": "at once", "on_schedule": "on schedule"},
    "reservation_ends": {"label": "when the label is made", "shipped": "when the parcel is shipped"},
}

DOCUMENT_FIELDS: Mapping[str, str] = {
    "order_id": "Amazon's order number",
    "shipment_id": "Amazon's shipment",
    "sale": "the number of our sale",
    "channel": "the sales channel",
}
"""What an external document number may be made of."""
DEFAULT_TEMPLATE = "{order_id}-{shipment_id}"
LONGEST_DOCUMENT = 80
MOST_WAIT_HOURS = 240
MOST_BUYER_DAYS = 30
"""Buyer data is erased thirty days after shipping, so nobody may wait longer for it."""
_UNIQUE = ("shipment_id", "sale")
_LONG = {"order_id": "0" * 19, "shipment_id": "0" * 32, "sale": "0" * 20, "channel": "0" * 20}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class SettingNotUsable(WrongInput):
    """A setting of a sales channel cannot have this value; the sentence names both."""

    code = "setting_not_usable"

    def __init__(self, setting: str, sentence: str, *, part: str = "") -> None:
        super().__init__(sentence)
        self.setting = setting
        self.part = part
        """Which stock room or location of it, where it has several."""


class RoomInUse(SettingNotUsable):
    """A stock room or location that is still needed was to be taken from a sales channel."""

    code = "room_in_use"


@dataclass(frozen=True)
class Difference:
    """One setting that changed, with what it was and is, in words."""

    setting: str
    name: str
    before: str
    after: str


def check_document_template(template: str) -> str:
    """The template as it is kept. Raises `SettingNotUsable` for one that would fail at the next sale."""
    text = template.strip()
    fields = _fields_of(text)
    known = ", ".join(f"{{{name}}}" for name in DOCUMENT_FIELDS)
    for field in fields:
        if field not in DOCUMENT_FIELDS:
            raise _no_template(f"names {{{field}}}, which no order has. Use {known}.")
    if not any(field in _UNIQUE for field in fields):
        raise _no_template(
            "gives two shipments of one order the same number. Name {shipment_id} or {sale} in it."
        )
    if len(text.format(**_LONG)) > LONGEST_DOCUMENT:
        raise _no_template(f"gives numbers longer than {LONGEST_DOCUMENT} characters. Shorten it.")
    return text


def _fields_of(template: str) -> list[str]:
    if not template or not template.isprintable() or len(template) > LONGEST_DOCUMENT:
        raise _no_template(f"has to be 1 to {LONGEST_DOCUMENT} printable characters.")
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        raise _no_template("has a brace without its other half. Write fields like {order_id}.") from None
    named = [(name, bool(spec or conversion)) for _, name, spec, conversion in parts if name is not None]
    for name, is_dressed in named:
        if is_dressed:
            raise _no_template(f"says more about {{{name}}} than its name. Write just {{{name}}}.")
    return [name for name, _ in named]


def _no_template(why: str) -> SettingNotUsable:
    return SettingNotUsable("external_document_template", f"The external document number {why}")


_PREFIX = re.compile(r"[A-Z0-9._-]{0,9}[A-Z._-]")
_TAKEN_PREFIXES = frozenset({"FC-", "CN-", "PL-", "LB-"})
"""Field calls, consignments, pick lists and the bench's commands: a scan must mean one thing."""


def check_sale_prefix(text: str) -> str:
    """What the numbers of a channel's sales begin with; it ends in no digit, so that no two series meet."""
    prefix = text.strip().upper()
    if not _PREFIX.fullmatch(prefix):
        raise SettingNotUsable(
            "sale_prefix",
            f"Sale number series {text[:40]!r} cannot be used. Take up to 10 letters, digits, '.', '_', "
            "'-', the last of them no digit, such as UK-.",
        )
    if prefix in _TAKEN_PREFIXES:
        raise SettingNotUsable(
            "sale_prefix",
            f"{prefix} begins other numbers of Loadbay. Take another one, such as S-.",
        )
    return prefix


def check_time_zone(name: str) -> str:
    zone = name.strip()
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones, as in Europe, is an OSError
        raise SettingNotUsable(
            "time_zone", f"Time zone {zone[:80]!r} is not known. Write it like Europe/London."
        ) from None
    return zone


def read_weekdays(text: str) -> str:
    """ISO weekdays from `1-6`, `1,2,5` or `12345`, as they are kept: each digit once, in order."""
    plain = text.replace(" ", "")
    if not re.fullmatch(r"[1-7](-[1-7])?(,?[1-7](-[1-7])?)*", plain):
        raise SettingNotUsable(
            "collection_weekdays",
            f"{text[:40]!r} names no collection days. Monday is 1: write 1-6 or 1,3,5.",
        )
    days: set[int] = set()
    for first, last in re.findall(r"([1-7])(?:-([1-7]))?", plain):
        days.update(range(int(first), int(last or first) + 1))
    if not days:
        raise SettingNotUsable(
            "collection_weekdays", f"{text!r} runs backwards. Write Saturday to Monday as 6,7,1."
        )
    return "".join(str(day) for day in sorted(days))


def read_pickup(text: str, *, location: str = "") -> time:
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007  a time of day at the site
    except ValueError:
        raise SettingNotUsable(
            "pickups", f"Pickup time {text[:40]!r} is no time of day. Write it like 16:00.", part=location
        ) from None


def check_buyer_days(days: int) -> int:
    if not 1 <= days <= MOST_BUYER_DAYS:
        raise SettingNotUsable(
            "buyer_details_days",
            f"{days} days to wait for buyer details cannot be kept. Give 1 to {MOST_BUYER_DAYS}: "
            "after that buyer data has to be erased.",
        )
    return days


def check_wait_hours(hours: int) -> int:
    if not 0 <= hours <= MOST_WAIT_HOURS:
        raise SettingNotUsable(
            "onsite_wait_hours",
            f"{hours} hours to wait for an On Site FBA shipment cannot be kept. Give 0 to {MOST_WAIT_HOURS}.",
        )
    return hours


def check_choice(setting: str, value: str) -> str:
    """One of the setting's values, also as commands write them (`on-schedule`)."""
    kept = value.strip().lower().replace("-", "_")
    if kept not in CHOICES[setting]:
        known = ", ".join(str(choice) for choice in CHOICES[setting])
        raise SettingNotUsable(setting, f"{WORDS[setting]} cannot be {value[:40]!r}. Use one of: {known}.")
    return kept


def check_text(setting: str, value: str, *, longest: int) -> str:
    text = value.strip()
    if len(text) > longest or not (text == "" or text.isprintable()):
        raise SettingNotUsable(
            setting,
            f"{WORDS[setting]} {text[:40]!r} cannot be kept. Use up to {longest} printable characters.",
        )
    return text


def weekdays_in_words(weekdays: str) -> str:
    """`123456` → Mon–Sat; days that do not follow one another are listed."""
    days = [int(day) for day in weekdays]
    if len(days) == len(_DAYS):
        return "every day"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{_DAYS[days[0] - 1]}–{_DAYS[days[-1] - 1]}"
    return ", ".join(_DAYS[day - 1] for day in days)


def in_words(setting: str, value: object) -> str:
    """A value of a setting as people read it."""
    if setting in CHOICES:
        return CHOICES[setting][value]
    if setting == "collection_weekdays":
        return weekdays_in_words(str(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, tuple):
        return ", ".join(_part(entry) for entry in value) or "none"
    return str(value) or "none"


def _part(entry: object) -> str:
    if isinstance(entry, date):
        return entry.isoformat()
    if isinstance(entry, tuple):
        first, second = entry
        if isinstance(second, time):
            return f"{first} {second:%H:%M}".strip()
        return f"{first}={second}" if second else str(first)
    return str(entry)


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Difference, ...]:
    """What changes from one set of values to another, in the order of `WORDS`."""
    return tuple(
        Difference(setting, name, in_words(setting, before[setting]), in_words(setting, after[setting]))
        for setting, name in WORDS.items()
        if before[setting] != after[setting]
    )


def left_behind(
    before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]
) -> tuple[list[str], list[str]]:
    """(locations that nothing feeds any more, rooms that feed their location no more) of (room, location)."""
    locations = {location for _, location in after}
    return (
        sorted({location for _, location in before} - locations),
        sorted(room for room, location in before if (room, location) not in set(after)),
    )
