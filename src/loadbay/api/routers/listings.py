"""Listings: Product Info > Web > Web/Multi Channel settings > Amazon, and the global stock cap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from loadbay import wiring
from loadbay.api.access import known_of
from loadbay.api.calls import Call, Page, call, number_key, page
from loadbay.api.fields import (
    After,
    Body,
    ChannelCode,
    DryRun,
    Figure,
    Flag,
    InPath,
    Limit,
    Search,
    Sku,
    Text,
)
from loadbay.api.shapes import page_of, parts_of
from loadbay.channels.queries import channel as channel_card
from loadbay.channels.queries import channel_row
from loadbay.core.clock import SystemClock
from loadbay.listings import queries, readers, services
from loadbay.listings.figures import Cap, global_cap, stock_caps
from loadbay.listings.queries import BoardRow, WhyThisNumber
from loadbay.listings.services import AsinCheck
from loadbay.listings.shown import ListingShown, listing_shown

router = Router(tags=["Listings"])
cap_router = Router(tags=["Listings"])
_Caps = parts_of("StockCaps", is_dry_run=bool, in_force=int | None, caps=list[Cap])


class AsinToCheck(Body):
    """An ASIN, and the condition in which it is to be sold."""

    channel: ChannelCode
    asin: Text = Field(..., examples=["B000TEST01"])
    condition: Text = "new"


class ListingFields(Body):
    """What is to change of a listing; what is left out stays, null ends a rule."""

    country_of_origin: Text | None = Field(None, description="As Amazon holds it.", examples=["GB"])
    shipping_template: Text | None = Field(None, description="One of your shipping templates.")
    handling_days: Figure | None = None
    offset: Figure | None = Field(None, description="Stock offset: added to what is free.")
    cap: Figure | None = Field(None, description="The most that is ever shown.")
    fixed: Figure | None = Field(None, description="Shown instead of what is free.")
    percentage: Figure | None = Field(None, description="Share of what is free that is shown.")
    minimum: Figure | None = Field(None, description="Fewer than these are shown as none.")
    check: Flag = Field(True, description="Ask Amazon about the ASIN first.")


class NewListing(ListingFields):
    """A product on a sales channel, as a Draft."""

    sku: Sku
    channel: ChannelCode
    asin: Text = Field(..., examples=["B000TEST01"])
    type: Text = Field("onsite_fba", description="Listing type.")
    condition: Text = "new"


class NewCap(Body):
    """No buyer on any Amazon listing type is shown more."""

    units: Figure
    valid_from: date | None = Field(None, description="First day, in UTC; today when left out.")
    valid_until: date | None = Field(None, description="Last day; open when left out.")


class CapEnd(Body):
    """The first day without a cap."""

    valid_from: date | None = Field(None, description="In UTC; today when left out.")


@call(router, "post", "/check", declared=Call("listings:write", AsinCheck))
def check(request: HttpRequest, given: AsinToCheck) -> AsinCheck:
    """Check ASIN: what Amazon's catalogue holds, restrictions, and the templates to choose from"""
    return _checked(given.channel, asin=given.asin, condition=given.condition)


@call(router, "get", "", declared=Call("listings:read", page_of("listings", BoardRow)))
def board(
    request: HttpRequest, channel: Search = "", state: Search = "", after: After = "", limit: Limit = 100
) -> Page:
    """The conversion board: every listing with its state, age and next step"""
    after_id = number_key(after) or 0
    rows = queries.board(channel=channel, state=state, after_id=after_id, limit=limit + 1)
    return page("listings", rows, limit=limit, key="id")


@call(router, "post", "", declared=Call("listings:write", ListingShown, 201, adds=True, asks_first=True))
def add(request: HttpRequest, given: NewListing) -> Any:
    """Add a product to a channel as a Draft, after checking its ASIN with Amazon"""
    checked = _checked(given.channel, asin=given.asin, condition=given.condition) if given.check else None
    values = {name: value for name, value in given.model_dump().items() if value is not None}
    del values["check"]

    def act() -> ListingShown:
        services.add_listing(services.WantedListing(**values, checked=checked))
        return listing_shown(given.sku, given.channel)

    return act


@call(
    router,
    "get",
    "/{channel}/{path:sku}/why-this-number",
    declared=Call("listings:read", parts_of("WhyThisNumberAnswer", locations=list[WhyThisNumber])),
)
def why(request: HttpRequest, channel: InPath, sku: InPath) -> dict[str, Any]:
    """Why this number: the whole sum, and what Amazon makes of it"""
    return {"locations": queries.why_this_number(sku, channel)}


@call(router, "post", "/{channel}/{path:sku}/submit", declared=Call("listings:write", ListingShown))
def submit(request: HttpRequest, channel: InPath, sku: InPath) -> ListingShown:
    """Save: send the listing to Amazon, with its price and quantity 0"""
    services.want_submission(sku, channel)
    return listing_shown(sku, channel)


@call(router, "post", "/{channel}/{path:sku}/confirm-linked", declared=Call("listings:write", ListingShown))
def confirm_linked(request: HttpRequest, channel: InPath, sku: InPath) -> ListingShown:
    """Say that the listing was changed to Onsite FBA in Seller Central; stock and prices flow then"""
    services.confirm_linked(sku=sku, channel=channel, person=known_of(request).token.actor)
    return listing_shown(sku, channel)


@call(router, "post", "/{channel}/{path:sku}/delist", declared=Call("listings:write", ListingShown))
def delist(request: HttpRequest, channel: InPath, sku: InPath, dry_run: DryRun = False) -> ListingShown:
    """Take the listing off Amazon

    Listing it again starts from the beginning, with its conversion.
    """
    services.may_be_delisted(sku, channel)
    if not dry_run:
        services.want_delisting(sku, channel)
    return listing_shown(sku, channel)


@call(router, "get", "/{channel}/{path:sku}", declared=Call("listings:read", ListingShown))
def show(request: HttpRequest, channel: InPath, sku: InPath) -> ListingShown:
    """A listing: its state, what is missing, what Amazon was told and why that number"""
    return listing_shown(sku, channel)


@call(router, "patch", "/{channel}/{path:sku}", declared=Call("listings:write", ListingShown))
def change(request: HttpRequest, channel: InPath, sku: InPath, given: ListingFields) -> ListingShown:
    """Change fields of a listing; what Amazon holds of it is told there"""
    now = services.fields_of(sku, channel)
    values = given.model_dump(exclude_unset=True)
    asks = values.pop("check", True) and bool(values.keys() & {"country_of_origin", "shipping_template"})
    checked = _checked(channel, asin=now.asin, condition=now.condition) if asks else None
    texts = {"country_of_origin": "", "shipping_template": "", "offset": 0}
    values = {name: texts.get(name) if value is None else value for name, value in values.items()}
    services.update_listing(replace(now, checked=checked, **values))
    return listing_shown(sku, channel)


@call(cap_router, "get", "", declared=Call("listings:read", _Caps))
def cap(request: HttpRequest) -> dict[str, Any]:
    """The global stock cap of today, and those with their dates"""
    return _caps()


@call(cap_router, "post", "", declared=Call("listings:write", _Caps, adds=True))
def set_cap(request: HttpRequest, given: NewCap, dry_run: DryRun = False) -> dict[str, Any]:
    """Show no buyer more than so many of anything, from a day on"""
    act = services.try_stock_cap if dry_run else services.set_stock_cap
    act(given.units, valid_from=given.valid_from or _today(), valid_until=given.valid_until)
    return _caps(is_dry_run=dry_run)


@call(cap_router, "post", "/end", declared=Call("listings:write", _Caps))
def end_cap(request: HttpRequest, given: CapEnd, dry_run: DryRun = False) -> dict[str, Any]:
    """End the cap the day before a day, and drop those that would begin later"""
    act = services.try_stock_cap if dry_run else services.set_stock_cap
    act(None, valid_from=given.valid_from or _today())
    return _caps(is_dry_run=dry_run)


def _caps(*, is_dry_run: bool = False) -> dict[str, Any]:
    return {"is_dry_run": is_dry_run, "in_force": global_cap(_today()), "caps": stock_caps()}


def _today() -> date:
    return SystemClock().now().date()


def _checked(channel: str, *, asin: str, condition: str) -> AsinCheck:
    desk = wiring.catalogue_desk(channel_row(channel_card(channel).id))
    return readers.check_asin(asin, condition=condition, desk=desk, clock=SystemClock())
