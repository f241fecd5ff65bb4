"""The forms of the sales channel's card, one per part, and what each of them wants of the service.

Rule: shape only; what a setting may be is decided by `channels.setting_rules` and `channels.services`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from loadbay.catalogue.queries import categories
from loadbay.channels.queries import ChannelCard
from loadbay.channels.services import WantedSettings
from loadbay.channels.setting_rules import DOCUMENT_FIELDS, MOST_BUYER_DAYS, MOST_WAIT_HOURS
from loadbay.parties.queries import agents, placeholders
from loadbay.stock.queries import rooms as stock_rooms
from loadbay.web.forms import offer

_QUIET = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
_YES, _NO = "yes", "no"
WEEKDAYS = (("1", "Mon"), ("2", "Tue"), ("3", "Wed"), ("4", "Thu"), ("5", "Fri"), ("6", "Sat"), ("7", "Sun"))


class SettingsForm(forms.Form):
    """A part of the card. Fields are called like the settings; only what was changed is wanted."""

    @classmethod
    def start(cls, card: ChannelCard) -> dict[str, Any]:
        """What the fields show as it is now."""
        return _of(card, *cls.base_fields)

    def wanted(self) -> WantedSettings:
        return WantedSettings(**{name: self.cleaned_data[name] for name in self.changed_data})

    def begin_at_the_first_fault(self) -> None:
        """The page opens with the cursor where something is to be mended."""
        wrong = next((name for name in self.fields if name in self.errors), None)
        if wrong is not None:
            self.fields[wrong].widget.attrs["autofocus"] = True

    def field_of(self, setting: str, part: str) -> str | None:
        """The field beside which a refusal of a setting belongs."""
        return next((name for name in (f"{setting}-{part}", setting) if name in self.fields), None)


class GeneralForm(SettingsForm):
    description = forms.CharField(max_length=100, required=False)
    time_zone = forms.CharField(max_length=60, help_text="Of the site, such as Europe/London.")
    dimension_1 = forms.CharField(label="Accounting dimension 1", max_length=20, required=False)
    dimension_2 = forms.CharField(label="Accounting dimension 2", max_length=20, required=False)

    @classmethod
    def start(cls, card: ChannelCard) -> dict[str, Any]:
        return _of(card, "description", "time_zone", "dimension_1", "dimension_2")


class RoomsForm(SettingsForm):
    """A location and a place in the order for every stock room of the shop; no location: it does not feed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start = kwargs.get("initial") or {}
        named = {code: name for code, name in stock_rooms()}
        feeding = [code for code in named if f"order-{code}" in start]
        feeding.sort(key=lambda code: start[f"order-{code}"])
        self.codes = [*feeding, *(code for code in named if code not in feeding)]
        self.names = named
        for code in self.codes:
            self.fields[f"location-{code}"] = forms.CharField(
                label=f"Amazon location of {code}",
                max_length=36,
                required=False,
                widget=forms.TextInput(attrs={**_QUIET, "aria-label": f"Amazon location of {code}"}),
            )
            self.fields[f"order-{code}"] = forms.IntegerField(
                min_value=1,
                max_value=999,
                required=False,
                widget=forms.NumberInput(attrs={"aria-label": f"Place of {code} in the order"}),
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "code": code,
                "name": "" if self.names[code] == code else self.names[code],
                "location": self[f"location-{code}"],
                "order": self[f"order-{code}"],
            }
            for code in self.codes
        ]

    @classmethod
    def start(cls, card: ChannelCard) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for place, room in enumerate(card.rooms, start=1):
            found |= {f"location-{room.room}": room.location, f"order-{room.room}": place}
        return found

    def wanted(self) -> WantedSettings:
        if not self.changed_data:
            return WantedSettings()
        given = self.cleaned_data
        fed = [code for code in self.codes if given[f"location-{code}"].strip()]
        fed.sort(key=lambda code: given[f"order-{code}"] or 1000)
        return WantedSettings(rooms={code: given[f"location-{code}"].strip() for code in fed})

    def field_of(self, setting: str, part: str) -> str | None:
        """Beside the room, or beside the first one that fed the location."""
        if f"location-{part}" in self.fields:
            return f"location-{part}"
        start = self.initial or {}
        return next((name for name, value in start.items() if value == part and name in self.fields), None)


class MerchantRoomsForm(RoomsForm):
    """As `RoomsForm` of a channel without locations: a room feeds it or not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in self.codes:
            self.fields[f"location-{code}"] = forms.BooleanField(
                label=f"{code} feeds it",
                required=False,
                widget=forms.CheckboxInput(attrs={"aria-label": f"{code} feeds it"}),
            )

    @classmethod
    def start(cls, card: ChannelCard) -> dict[str, Any]:
        fed = {f"location-{room.room}": True for room in card.rooms}
        return super().start(card) | fed

    def wanted(self) -> WantedSettings:
        if not self.changed_data:
            return WantedSettings()
        given = self.cleaned_data
        fed = [code for code in self.codes if given[f"location-{code}"]]
        fed.sort(key=lambda code: given[f"order-{code}"] or 1000)
        return WantedSettings(rooms=dict.fromkeys(fed, ""))


class CollectionForm(SettingsForm):
    """Pickup times per location, collection days, days without a lorry."""

    collection_weekdays = forms.MultipleChoiceField(
        label="Collection days",
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one day on which the lorry comes."},
    )
    holidays = forms.CharField(
        label="Days without a lorry",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, **_QUIET}),
        help_text="One date per line, such as 2026-12-25. Days that are over are forgotten.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locations = [name.partition("-")[2] for name in kwargs["initial"] if name.startswith("pickups-")]
        times = {
            f"pickups-{location}": forms.CharField(
                label=f"Carrier pickup times at {location}" if location else "Carrier pickup times",
                max_length=200,
                required=False,
                widget=forms.TextInput(attrs=_QUIET),
                help_text="Local time, separated by commas: 11:00, 16:00. Empty: the end of the day.",
            )
            for location in self.locations
        }
        self.fields = {**times, **self.fields}

    @property
    def times(self) -> list[forms.BoundField]:
        return [self[f"pickups-{location}"] for location in self.locations]

    @classmethod
    def start(cls, card: ChannelCard) -> dict[str, Any]:
        times = {
            f"pickups-{place}": ", ".join(f"{at:%H:%M}" for at in card.pickups_at(place))
            for place in card.locations
        }
        return times | {
            "collection_weekdays": list(card.collection_weekdays),
            "holidays": "\n".join(day.isoformat() for day in card.holidays),
        }

    def clean_holidays(self) -> tuple[date, ...]:
        return tuple(_day(line) for line in self.cleaned_data["holidays"].split() if line)

    def wanted(self) -> WantedSettings:
        given, changed = self.cleaned_data, self.changed_data
        pickups = {
            location: tuple(part.strip() for part in given[f"pickups-{location}"].split(",") if part.strip())
            for location in self.locations
            if f"pickups-{location}" in changed
        }
        weekdays = "".join(given["collection_weekdays"]) if "collection_weekdays" in changed else None
        holidays = given["holidays"] if "holidays" in changed else None
        return WantedSettings(pickups=pickups or None, collection_weekdays=weekdays, holidays=holidays)


class OrdersForm(SettingsForm):
    order_start_at = forms.DateTimeField(
        label="Orders from",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text="What was shipped or cancelled before is left out.",
    )
    confirms_by_itself = forms.ChoiceField(
        label="Confirm shipments",
        choices=(
            (_YES, "By itself, once the sale is built and its stock reserved in full"),
            (_NO, "By a person, on the sale"),
        ),
        widget=forms.RadioSelect,
    )
    finishes_with_last_scan = forms.ChoiceField(
        label="Packing Finished",
        choices=((_NO, "By the packer"), (_YES, "With the last scan")),
        widget=forms.RadioSelect,
    )
    external_document_template = forms.CharField(
        label="External document number",
        max_length=80,
        widget=forms.TextInput(attrs=_QUIET),
        help_text="Made of "
        + ", ".join(f"{{{name}}} ({words})" for name, words in DOCUMENT_FIELDS.items())
        + ". Every shipment must have its own.",
    )
    shipping_agent = forms.ChoiceField(
        label="Shipping agent", help_text="Carries every order whose shipping method names no other agent."
    )
    sale_prefix = forms.CharField(
        label="Sale number series",
        max_length=10,
        widget=forms.TextInput(attrs=_QUIET),
        help_text="What the numbers of its sales begin with. Channels that begin alike share one series.",
    )
    erp = forms.ChoiceField(
        label="ERP",
        choices=(("ledger", "The built-in ledger"),),
        help_text="The books that get a sales order of every sale.",
    )
    allows_multi_currency = forms.ChoiceField(
        label="Allow Multi-Currency",
        choices=(
            (_NO, "No; an order in another currency than the marketplace's waits with a task"),
            (_YES, "Yes; each currency is mapped in Related > Setup > Currencies"),
        ),
        widget=forms.RadioSelect,
    )
    payment_behaviour = forms.ChoiceField(
        label="Payment Method Behaviour",
        choices=(
            ("channel", "Channel: as Amazon names it, no table needed"),
            ("mapped", "Mapped: by Related > Setup > Payment Methods"),
        ),
        widget=forms.RadioSelect,
    )
    onsite_wait_hours = forms.IntegerField(
        label="Hours to wait for the On Site FBA shipment",
        min_value=0,
        max_value=MOST_WAIT_HOURS,
        help_text="After SHIPPED; then the line counts as plain FBA.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "shipping_agent", _named(agents()))
        if "onsite_wait_hours" not in (kwargs.get("initial") or {}):
            del self.fields["onsite_wait_hours"]

    @classmethod
    def start(cls, card: ChannelCard) -> dict[str, Any]:
        own: tuple[str, ...] = ("external_document_template", "sale_prefix", "erp", "payment_behaviour")
        own = (*own, "onsite_wait_hours") if card.programme == "fba" else own
        return _of(card, *own) | {
            "order_start_at": card.order_start_at.replace(second=0, microsecond=0),
            "confirms_by_itself": _YES if card.confirms_by_itself else _NO,
            "finishes_with_last_scan": _YES if card.finishes_with_last_scan else _NO,
            "shipping_agent": card.shipping_agent_code,
            "allows_multi_currency": _YES if card.allows_multi_currency else _NO,
        }

    def clean_allows_multi_currency(self) -> bool:
        return self.cleaned_data["allows_multi_currency"] == _YES

    def clean_confirms_by_itself(self) -> bool:
        return self.cleaned_data["confirms_by_itself"] == _YES

    def clean_finishes_with_last_scan(self) -> bool:
        return self.cleaned_data["finishes_with_last_scan"] == _YES


class CustomersForm(SettingsForm):
    placeholder_customer = forms.ChoiceField(
        label="Placeholder customer", help_text="Stands on new sales until Amazon shows the genuine one."
    )
    buyer_details_days = forms.IntegerField(
        label="Days to wait for buyer details",
        min_value=1,
        max_value=MOST_BUYER_DAYS,
        help_text="After shipping; then Amazon shows no more and the matter is closed.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "placeholder_customer", _named(placeholders()))

    @classmethod
    def start(cls, card: ChannelCard) -> dict[str, Any]:
        return _of(card, "buyer_details_days") | {"placeholder_customer": card.placeholder_customer_code}


class ListingsForm(SettingsForm):
    price_category = forms.ChoiceField(
        label="Price category", help_text="The customer category whose retail prices Amazon is told."
    )
    send_mode = forms.ChoiceField(
        label="Send mode",
        choices=(("at_once", "At once"), ("on_schedule", "On schedule, every ten minutes")),
        widget=forms.RadioSelect,
        help_text="Zero and lowered stock goes at once in either mode: waiting could oversell.",
    )
    reservation_ends = forms.ChoiceField(
        label="Amazon's reservation ends",
        choices=(("label", "When the label is made"), ("shipped", "When the parcel is shipped")),
        widget=forms.RadioSelect,
        help_text="Until then Amazon deducts a sold unit itself, so it is told with the stock.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "price_category", [(name, name) for name in categories()])

    @classmethod
    def start(cls, card: ChannelCard) -> dict[str, Any]:
        return _of(card, "price_category", "send_mode", "reservation_ends")


PARTS: Mapping[str, type[SettingsForm]] = {
    "general": GeneralForm,
    "rooms": RoomsForm,
    "collection": CollectionForm,
    "orders": OrdersForm,
    "customers": CustomersForm,
    "listings": ListingsForm,
}
TAB_OF = {
    "general": "general",
    "rooms": "general",
    "collection": "general",
    "orders": "order-management",
    "customers": "customers",
    "listings": "listings",
}


def form_of(part: str, card: ChannelCard, data: Any = None) -> SettingsForm:
    kind = PARTS[part]
    if part == "rooms" and card.programme == "mfn":
        kind = MerchantRoomsForm
    return kind(data, initial=kind.start(card), auto_id=f"{part}_%s")


def _of(card: ChannelCard, *names: str) -> dict[str, Any]:
    return {name: getattr(card, name) for name in names}


def _named(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(code, f"{name} ({code})") for code, name in pairs]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise forms.ValidationError(
            f"{text[:40]!r} is no date. Write one per line, like 2026-12-25."
        ) from None
