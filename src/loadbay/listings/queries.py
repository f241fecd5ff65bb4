"""Reading listings: the card, the conversion board, and why Amazon shows this number. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.db.models import Count

from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import ChannelRoom
from loadbay.core.bulk import these
from loadbay.core.clock import SystemClock
from loadbay.core.money import Money
from loadbay.listings.figures import Derived, derive
from loadbay.listings.models import Listing, StockFigure
from loadbay.listings.offer_rules import Difference
from loadbay.listings.rules import EDITABLE, WAITING, ListingAmbiguous, ListingUnknown, State, next_step
from loadbay.listings.services.changing import differences_of
from loadbay.listings.services.editing import price_of
from loadbay.listings.services.finding import called
from loadbay.listings.stock_rules import Applied
from loadbay.stock.models import StockRoom

GROUPS = {"waiting": tuple(state.value for state in WAITING)}
"""States that a person handles as one: those to be converted in Seller Central."""


@dataclass(frozen=True)
class ToldFigure:
    """What Amazon was told at one location, and what it answered."""

    location: str
    told: int | None
    told_at: datetime | None
    is_waiting: bool
    next_try_at: datetime | None
    amazon_sellable: int | None
    amazon_reserved: int | None
    refusal: str


@dataclass(frozen=True)
class ListingCard:
    id: int
    sku: str
    name: str
    channel: str
    asin: str
    type: str
    condition: str
    country_of_origin: str
    shipping_template: str
    handling_days: int | None
    stock_offset: int
    stock_cap: int | None
    stock_fixed: int | None
    stock_percentage: int | None
    stock_minimum: int | None
    state: str
    state_since: datetime
    next_step: str
    submission_wanted: bool
    submitted_at: datetime | None
    linked_because: str
    delisting_wanted: bool
    changes: tuple[Difference, ...]
    """What Amazon is still to be told beside price and stock."""
    offer_told_at: datetime | None
    offer_refusal: str
    offer_next_try_at: datetime | None
    missing_since: datetime | None
    issues: tuple[dict[str, Any], ...]
    catalogue: dict[str, Any]
    price: Money | None
    price_told: Money | None
    price_told_at: datetime | None
    price_refusal: str
    figures: tuple[ToldFigure, ...]


@dataclass(frozen=True)
class BoardRow:
    """A listing on the conversion board: how long it has been where it is, and what comes next."""

    id: int
    sku: str
    name: str
    channel: str
    asin: str
    state: str
    state_since: datetime
    age_seconds: int
    next_step: str
    seller_central: str


@dataclass(frozen=True)
class RoomShare:
    room: str
    on_hand: int
    open: int
    labelled: int
    put_back: int
    other: int
    free: int


@dataclass(frozen=True)
class PartShare:
    """One product behind the number; a listing of a bundle has several."""

    sku: str
    units: int
    free: int
    rooms: tuple[RoomShare, ...]


@dataclass(frozen=True)
class WhyThisNumber:
    """The whole sum of one listing at one location, and what Amazon makes of it."""

    sku: str
    channel: str
    location: str
    parts: tuple[PartShare, ...]
    limited_by: str
    free: int
    offset: int
    applied: tuple[Applied, ...]
    shown: int
    open: int
    to_tell: int
    told: int | None
    told_at: datetime | None
    is_waiting: bool
    refusal: str
    amazon_sellable: int | None
    amazon_reserved: int | None
    unexplained: int | None
    proposed_offset: int | None


def channel_of(sku: str, channel: str) -> str:
    """The channel meant: the one named, else that of the SKU's only listing.

    Raises `ListingUnknown` where it has none, `ListingAmbiguous` where it has several.
    """
    if channel:
        return channel
    rows = Listing.objects.filter(sku=sku.strip()).order_by("channel__code")
    codes = list(rows.values_list("channel__code", flat=True))
    if not codes:
        raise ListingUnknown(f"{sku} is not listed on any channel. Add it first.")
    if len(codes) > 1:
        raise ListingAmbiguous(f"{sku} is listed on {', '.join(codes)}. Name one of them: --channel CODE.")
    return codes[0]


def listing_card(sku: str, channel: str) -> ListingCard:
    """Everything on one listing. Raises `ListingUnknown`."""
    row = _listing(sku, channel)
    told = Money(row.price_amount, row.price_currency).rounded() if row.price_amount is not None else None
    own = {name: getattr(row, name) for name in _OWN}
    return ListingCard(
        **own,
        name=row.product.name,
        channel=row.channel.code,
        next_step=next_step(State(row.state), severities=_severities(row)),
        changes=differences_of(row) if State(row.state) not in EDITABLE else (),
        issues=tuple(row.issues),
        price=price_of(row, day=_today()),
        price_told=told,
        figures=tuple(_told(figure) for figure in row.figures.order_by("location")),
    )


_OWN = [
    *("id", "sku", "asin", "type", "condition", "country_of_origin", "shipping_template", "handling_days"),
    *(
        "stock_offset",
        "stock_cap",
        "stock_fixed",
        "stock_percentage",
        "stock_minimum",
        "state",
        "state_since",
    ),
    *("delisting_wanted", "offer_told_at", "offer_refusal", "offer_next_try_at", "missing_since"),
    *("submission_wanted", "submitted_at", "linked_because", "catalogue", "price_told_at", "price_refusal"),
]


def _severities(row: Listing) -> set[str]:
    return {str(issue["severity"]) for issue in row.issues}


def _told(figure: StockFigure) -> ToldFigure:
    return ToldFigure(
        location=figure.location,
        told=figure.acknowledged_quantity,
        told_at=figure.acknowledged_at,
        is_waiting=figure.is_dirty or figure.in_flight,
        next_try_at=figure.next_try_at,
        amazon_sellable=figure.amazon_sellable,
        amazon_reserved=figure.amazon_reserved,
        refusal=figure.refusal,
    )


def listings_of_product(sku: str) -> tuple[ListingCard, ...]:
    """Every listing of a product, for its Amazon screen."""
    rows = Listing.objects.filter(product__sku=sku).order_by("channel__code", "sku")
    return tuple(listing_card(own, channel) for own, channel in rows.values_list("sku", "channel__code"))


def board(
    *, channel: str = "", state: str = "", after_id: int = 0, now: datetime | None = None, limit: int = 100
) -> tuple[BoardRow, ...]:
    """Listings by state (or group of states) and age, with their next step; a page after the given id."""
    moment = now or SystemClock().now()
    rows = Listing.objects.select_related("product", "channel").filter(pk__gt=after_id)
    if channel:
        rows = rows.filter(channel__code=channel)
    if state:
        rows = rows.filter(state__in=GROUPS.get(state, (state,)))
    return tuple(_board_row(row, now=moment) for row in rows.order_by("pk")[:limit])


def _board_row(row: Listing, *, now: datetime) -> BoardRow:
    store = MARKETPLACES[row.channel.marketplace]
    return BoardRow(
        id=row.pk,
        sku=row.sku,
        name=row.product.name,
        channel=row.channel.code,
        asin=row.asin,
        state=row.state,
        state_since=row.state_since,
        age_seconds=max(0, int((now - row.state_since).total_seconds())),
        next_step=next_step(State(row.state), severities=_severities(row)),
        seller_central=f"https://{store.seller_central}/inventory?searchTerm={quote(row.sku, safe='')}",
    )


def state_counts(channel: str = "") -> dict[str, int]:
    """Listings per state."""
    rows = Listing.objects.filter(channel__code=channel) if channel else Listing.objects.all()
    return dict(rows.values_list("state").annotate(Count("id")).order_by("state"))


def why_this_number(sku: str, channel: str) -> tuple[WhyThisNumber, ...]:
    """Where the number of a listing comes from, for each of the channel's locations."""
    row = _listing(sku, channel)
    places = ChannelRoom.objects.filter(channel=row.channel).values_list("location", flat=True)
    keys = [(row.pk, location) for location in sorted(set(places))]
    figures = {figure.location: figure for figure in row.figures.all()}
    codes = dict(StockRoom.objects.values_list("pk", "code"))
    return tuple(
        _why(row, location=key[1], derived=derived, figure=figures.get(key[1]), rooms=codes)
        for key, derived in derive(keys, day=_today()).items()
    )


def _why(
    row: Listing, *, location: str, derived: Derived, figure: StockFigure | None, rooms: dict[int, str]
) -> WhyThisNumber:
    told = figure.acknowledged_quantity if figure else None
    sellable = figure.amazon_sellable if figure else None
    reserved = figure.amazon_reserved if figure else None
    rest = _unexplained(told=told, sellable=sellable, reserved=reserved)
    return WhyThisNumber(
        sku=row.sku,
        channel=row.channel.code,
        location=location,
        parts=_shares(derived, rooms=rooms),
        limited_by=derived.sum.limited_by,
        free=derived.sum.free,
        offset=row.stock_offset,
        applied=derived.sum.applied,
        shown=derived.sum.shown,
        open=derived.sum.open,
        to_tell=derived.sum.told,
        told=told,
        told_at=figure.acknowledged_at if figure else None,
        is_waiting=bool(figure and (figure.is_dirty or figure.in_flight)),
        refusal=figure.refusal if figure else "",
        amazon_sellable=sellable,
        amazon_reserved=reserved,
        unexplained=rest,
        proposed_offset=row.stock_offset + rest if rest else None,
    )


def _shares(derived: Derived, *, rooms: dict[int, str]) -> tuple[PartShare, ...]:
    return tuple(
        PartShare(
            sku=part.sku,
            units=part.units,
            free=part.free,
            rooms=tuple(
                RoomShare(
                    room=rooms[room],
                    on_hand=lies.on_hand,
                    open=lies.open,
                    labelled=lies.labelled,
                    put_back=lies.put_back,
                    other=lies.other,
                    free=lies.free,
                )
                for room, lies in part.rooms
            ),
        )
        for part in derived.parts
    )


def _unexplained(*, told: int | None, sellable: int | None, reserved: int | None) -> int | None:
    """How many units Amazon holds back beyond its own reservations (baskets, checks of its own)."""
    if told is None or sellable is None:
        return None
    return max(0, told - (reserved or 0)) - sellable


def products_of_listings(pairs: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Product behind each (channel id, SKU at Amazon); what is not listed is left out."""
    channels, skus = {channel for channel, _ in pairs}, {sku for _, sku in pairs}
    rows = Listing.objects.filter(channel_id__in=channels, sku__in=skus)
    return {
        (channel, sku): product
        for channel, sku, product in rows.values_list("channel_id", "sku", "product_id")
        if (channel, sku) in pairs
    }


def _listing(sku: str, channel: str) -> Listing:
    return called(Listing.objects.select_related("product", "channel"), sku=sku, channel=channel)


def _today() -> date:
    return SystemClock().now().date()


def onsite_skus(connection_id: int, skus: Iterable[str]) -> set[str]:
    """Those of the SKUs that are listed On Site FBA on a channel of the connection."""
    rows = Listing.objects.filter(
        channel__connection_id=connection_id, sku__among=these(skus), type=Listing.Type.ONSITE_FBA
    )
    return set(rows.exclude(state=Listing.State.DRAFT).values_list("sku", flat=True))
