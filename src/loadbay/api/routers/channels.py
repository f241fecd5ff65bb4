"""Sales channels: their card, settings, rooms, pickups and order status matrix."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router
from pydantic import AwareDatetime

from loadbay.api.calls import Call, Page, call
from loadbay.api.fields import Body, ChannelCode, DryRun, Figure, Flag, InPath, LongText, Text
from loadbay.api.shapes import page_of, parts_of
from loadbay.channels import queries, services
from loadbay.channels.queries import ChannelCard
from loadbay.channels.setting_rules import Difference
from loadbay.core.clock import SystemClock

router = Router(tags=["Sales channels"])
_Changed = parts_of(
    "ChannelChanged",
    channel=str,
    is_dry_run=bool,
    changed=list[Difference],
    settings=ChannelCard,
)


class NewChannel(Body):
    """A sales channel to be."""

    code: ChannelCode
    connection: Text = Field(..., examples=["UK-seller"])
    marketplace: Text = Field(..., description="Country code.", examples=["GB"])
    programme: Text = Field(..., examples=["smartconnect"])
    rooms: dict[Text, Text] = Field(
        ..., max_length=100, description="Stock room → Amazon location.", examples=[{"MAIN": "LBAY"}]
    )
    description: Text = ""
    time_zone: Text = "Europe/London"
    pickups: list[Text] = Field(
        list(services.DEFAULT_PICKUPS), max_length=50, description="Times of day of the lorry."
    )
    order_start_at: AwareDatetime | None = Field(None, description="Moment of the first order to import.")


class Settings(Body):
    """What is to change of a sales channel; what is left out stays."""

    description: LongText | None = None
    time_zone: Text | None = None
    dimension_1: Text | None = None
    dimension_2: Text | None = None
    is_watching: Flag | None = Field(None, description="Read Amazon, change nothing there.")
    rooms: dict[Text, Text] | None = Field(None, max_length=100, description="Stock room → location, all.")
    pickups: dict[Text, list[Text]] | None = Field(
        None, max_length=100, description="Location → times of day; replaces those of the location."
    )
    collection_weekdays: Text | None = Field(None, description="When the lorry comes, Monday is 1: 1-6.")
    holidays: list[date] | None = Field(None, max_length=400, description="All days without a lorry.")
    order_start_at: AwareDatetime | None = None
    confirms_by_itself: Flag | None = None
    finishes_with_last_scan: Flag | None = None
    external_document_template: Text | None = None
    shipping_agent: Text | None = None
    placeholder_customer: Text | None = None
    buyer_details_days: Figure | None = None
    onsite_wait_hours: Figure | None = Field(None, description="FBA: wait for an On Site FBA shipment.")
    sale_prefix: Text | None = Field(None, description="What the numbers of its sales begin with: UK-.")
    erp: Text | None = Field(None, description="The books its sales are handed over to: ledger.")
    allows_multi_currency: Flag | None = None
    payment_behaviour: Text | None = Field(None, description="channel or mapped.")
    price_category: Text | None = None
    send_mode: Text | None = Field(None, description="at-once or on-schedule.")
    reservation_ends: Text | None = Field(None, description="label or shipped.")


@call(router, "get", "", declared=Call("channels:read", page_of("channels", ChannelCard)))
def channels(request: HttpRequest) -> Page:
    """Every sales channel"""
    return Page("channels", queries.channels())


@call(router, "post", "", declared=Call("channels:write", ChannelCard, 201, adds=True))
def add(request: HttpRequest, given: NewChannel) -> ChannelCard:
    """Add a sales channel; its placeholder customer, agent and order status matrix come with it"""
    values: dict[str, Any] = given.model_dump()
    values |= {
        "marketplace": given.marketplace.upper(),
        "programme": given.programme.lower(),
        "pickups": tuple(given.pickups),
    }
    services.add_channel(services.NewChannel(**values))
    return queries.channel(given.code)


@call(router, "get", "/{code}", declared=Call("channels:read", ChannelCard))
def channel(request: HttpRequest, code: InPath) -> ChannelCard:
    """One sales channel with all its settings"""
    return queries.channel(code)


@call(router, "patch", "/{code}", declared=Call("channels:write", _Changed))
def change(
    request: HttpRequest,
    code: InPath,
    given: Settings,
    dry_run: DryRun = False,
) -> dict[str, Any]:
    """Change settings of a sales channel, all of them or none"""
    act = services.try_change if dry_run else services.change_channel
    changed = act(code, _wanted(given), now=SystemClock().now())
    card = queries.channel(code)
    return {"channel": card.code, "is_dry_run": dry_run, "changed": changed, "settings": card}


def _wanted(given: Settings) -> services.WantedSettings:
    values = given.model_dump(exclude_none=True)
    if "holidays" in values:
        values["holidays"] = tuple(sorted(set(values["holidays"])))
    if "pickups" in values:
        values["pickups"] = {location: tuple(times) for location, times in values["pickups"].items()}
    return services.WantedSettings(**values)
