"""Changing the settings of a sales channel: all that is wanted or nothing, each with before and after.

What follows from it (figures, field calls, answers) is no matter of this area: the event says what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from loadbay.catalogue.queries import categories
from loadbay.channels import setting_rules as rules
from loadbay.channels.events import ChannelChanged
from loadbay.channels.models import SalesChannel
from loadbay.channels.queries import channel_among
from loadbay.channels.services import sites
from loadbay.channels.services.currencies import know_own_currency
from loadbay.channels.services.unmapped import wait_for_readers
from loadbay.channels.setting_rules import Difference, SettingNotUsable
from loadbay.core.events import record
from loadbay.journal.services import note_each
from loadbay.parties.queries import agents, placeholders

LONGEST_DESCRIPTION, LONGEST_DIMENSION = 100, 20
Values = dict[str, Any]


@dataclass(frozen=True)
class WantedSettings:
    """What a person wants of a channel; None keeps what is.

    `rooms` (stock room code → location) and `holidays` replace all there are, `pickups` those of the
    locations it names.
    """

    description: str | None = None
    time_zone: str | None = None
    dimension_1: str | None = None
    dimension_2: str | None = None
    is_watching: bool | None = None
    rooms: Mapping[str, str] | None = None
    pickups: Mapping[str, tuple[str, ...]] | None = None
    collection_weekdays: str | None = None
    holidays: tuple[date, ...] | None = None
    order_start_at: datetime | None = None
    confirms_by_itself: bool | None = None
    finishes_with_last_scan: bool | None = None
    external_document_template: str | None = None
    sale_prefix: str | None = None
    erp: str | None = None
    allows_multi_currency: bool | None = None
    payment_behaviour: str | None = None
    shipping_agent: str | None = None
    placeholder_customer: str | None = None
    buyer_details_days: int | None = None
    onsite_wait_hours: int | None = None
    price_category: str | None = None
    send_mode: str | None = None
    reservation_ends: str | None = None


@transaction.atomic
def change_channel(code: str, wanted: WantedSettings, *, now: datetime) -> tuple[Difference, ...]:
    """Set what is wanted and hand back what that changed. Raises `SettingNotUsable`, `NotFound` or another
    refusal of what would be left behind; then nothing is changed."""
    channel = _locked(code)
    today = now.astimezone(ZoneInfo(channel.time_zone)).date()
    before = _values(channel, today=today)
    after = before | _checked(wanted, channel=channel, before=before, today=today)
    changed = rules.differences(before, after)
    left, left_rooms = rules.left_behind(before["rooms"], after["rooms"])
    if left_rooms:
        sites.wait_for_promises(channel.connection_id)
    if changed:
        _prepare_definitions(channel, after, {difference.setting for difference in changed})
        _save(channel, after, {difference.setting for difference in changed})
        note_each(
            [(f"channel:{channel.code}", f"{one.name}: {one.before} → {one.after}.") for one in changed],
            what="setting",
        )
        record(
            ChannelChanged(
                channel_id=channel.pk,
                connection_id=channel.connection_id,
                changed=[difference.setting for difference in changed],
                left=left,
                left_rooms=left_rooms,
            )
        )
    return changed


def try_change(code: str, wanted: WantedSettings, *, now: datetime) -> tuple[Difference, ...]:
    """What `change_channel` would do or refuse; nothing of it stays."""
    with transaction.atomic():
        changed = change_channel(code, wanted, now=now)
        transaction.set_rollback(True)
    return changed


def check_setting(name: str, value: Any) -> None:
    """Whether a setting may have this value, before it is set with others. Raises `SettingNotUsable`."""
    if name == "external_document_template":
        rules.check_document_template(value)
    elif name in _CHECKS:
        _CHECKS[name](value)


def _locked(code: str) -> SalesChannel:
    # Its key does not change: new field calls and shipments, which point at it, need not wait for us.
    rows = SalesChannel.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("placeholder_customer", "shipping_agent")
    return channel_among(rows, code)


def _values(channel: SalesChannel, *, today: date) -> Values:
    """Every setting as a plain value; holidays that are over do not count."""
    values = {name: getattr(channel, name) for name in rules.WORDS}
    return values | {
        "placeholder_customer": channel.placeholder_customer.code,
        "shipping_agent": channel.shipping_agent.code,
        "rooms": tuple(channel.rooms.values_list("room__code", "location")),
        "pickups": tuple(channel.pickups.values_list("location", "at")),
        "holidays": tuple(channel.holidays.filter(day__gte=today).values_list("day", flat=True)),
    }


def _checked(wanted: WantedSettings, *, channel: SalesChannel, before: Values, today: date) -> Values:
    """The wanted values that pass their checks, without those that are to stay."""
    given = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    given = {name: value for name, value in given.items() if value is not None}
    checked = {name: _CHECKS[name](value) for name, value in given.items() if name in _CHECKS}
    checked |= {name: value for name, value in given.items() if isinstance(value, bool)}
    if "external_document_template" in given:
        checked |= _template(given["external_document_template"], before=before)
    if wanted.holidays is not None:
        checked["holidays"] = sites.checked_holidays(wanted.holidays, today=today)
    if wanted.rooms is not None:
        checked["rooms"] = _rooms(channel, wanted.rooms)
    if wanted.rooms is not None or wanted.pickups is not None:
        rooms_after = checked.get("rooms", before["rooms"])
        checked["pickups"] = _pickups(wanted.pickups or {}, rooms=rooms_after, before=before)
    return checked


def _rooms(channel: SalesChannel, wanted: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    if channel.programme == SalesChannel.Programme.FBA:
        if wanted:
            raise SettingNotUsable("rooms", f"{channel.code} sells what lies with Amazon; no room feeds it.")
        return ()
    rooms = sites.checked_rooms(wanted, channel="the channel", programme=channel.programme)
    return tuple((room.code, location) for room, location in rooms)


def _template(template: str, *, before: Values) -> Values:
    """One that is kept as it is needs no check: it may be older than the check."""
    if template.strip() == before["external_document_template"]:
        return {}
    return {"external_document_template": rules.check_document_template(template)}


def _pickups(
    wanted: Mapping[str, tuple[str, ...]], *, rooms: tuple[tuple[str, str], ...], before: Values
) -> tuple[sites.Pickup, ...]:
    """The pickup times of every location; a new one without any has those of the first location."""
    locations = dict.fromkeys(location for _, location in rooms)
    for location in wanted:
        if location not in locations:
            raise SettingNotUsable(
                "pickups",
                f"{location} is no location of this channel. It has: {', '.join(locations) or 'none'}.",
                part=location,
            )
    known: dict[str, list[Any]] = {}
    for location, at in before["pickups"]:
        known.setdefault(location, []).append(at)
    had = {location for _, location in before["rooms"]}
    first = known.get(before["rooms"][0][1], []) if before["rooms"] else []
    kept = [
        (location, at)
        for location in locations
        if location not in wanted
        for at in (known.get(location, []) if location in had else first)
    ]
    return tuple(sorted((*kept, *sites.checked_pickups(wanted))))


def _agent(code: str) -> str:
    return _one_of("shipping_agent", code.strip().upper(), known=agents())


def _placeholder(code: str) -> str:
    return _one_of("placeholder_customer", code.strip().upper(), known=placeholders())


def _category(name: str) -> str:
    return _one_of("price_category", name.strip(), known=[(known, known) for known in categories()])


def _one_of(setting: str, value: str, *, known: list[tuple[str, str]]) -> str:
    if value not in [code for code, _ in known]:
        names = ", ".join(code for code, _ in known) or "none yet"
        raise SettingNotUsable(
            setting, f"{rules.WORDS[setting]} {value[:40]!r} is not known. Known: {names}."
        )
    return value


def _moment(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise SettingNotUsable("order_start_at", f"{value} names no time zone. Give the moment in UTC.")
    return value


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "description": lambda value: rules.check_text("description", value, longest=LONGEST_DESCRIPTION),
    "dimension_1": lambda value: rules.check_text("dimension_1", value, longest=LONGEST_DIMENSION),
    "dimension_2": lambda value: rules.check_text("dimension_2", value, longest=LONGEST_DIMENSION),
    "time_zone": rules.check_time_zone,
    "collection_weekdays": rules.read_weekdays,
    "order_start_at": _moment,
    "shipping_agent": _agent,
    "placeholder_customer": _placeholder,
    "buyer_details_days": rules.check_buyer_days,
    "onsite_wait_hours": rules.check_wait_hours,
    "price_category": _category,
    "sale_prefix": rules.check_sale_prefix,
    "erp": lambda value: rules.check_choice("erp", value),
    "payment_behaviour": lambda value: rules.check_choice("payment_behaviour", value),
    "send_mode": lambda value: rules.check_choice("send_mode", value),
    "reservation_ends": lambda value: rules.check_choice("reservation_ends", value),
}


def _prepare_definitions(channel: SalesChannel, values: Values, changed: set[str]) -> None:
    """What orders wait for by the old settings can be seen; the marketplace's own currency is found ahead."""
    if changed & {"allows_multi_currency", "payment_behaviour"}:
        wait_for_readers(channel.connection_id)
    if "allows_multi_currency" in changed and values["allows_multi_currency"]:
        know_own_currency(channel)


def _save(channel: SalesChannel, values: Values, changed: set[str]) -> None:
    for name in changed & {"placeholder_customer", "shipping_agent"}:
        model = SalesChannel._meta.get_field(name).related_model
        setattr(channel, name, model.objects.get(code=values[name]))
    columns = changed - {"rooms", "pickups", "holidays"}
    for name in columns - {"placeholder_customer", "shipping_agent"}:
        setattr(channel, name, values[name])
    if columns:
        channel.save(update_fields=sorted(columns))
    if "rooms" in changed:
        rooms = dict(values["rooms"])
        checked = sites.checked_rooms(rooms, channel=channel.code, programme=channel.programme)
        sites.save_rooms(channel, checked)
    if "pickups" in changed:
        sites.save_pickups(channel, values["pickups"])
    if "holidays" in changed:
        sites.save_holidays(channel, values["holidays"])
