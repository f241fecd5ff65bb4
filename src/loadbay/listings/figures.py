"""What every listing should show now, derived from our tables for any number of listings at once.

Reads only, with a fixed number of statements. The arithmetic is in `stock_rules.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from loadbay.catalogue.queries import bundle_contents, skus_of
from loadbay.channels.models import ChannelRoom, SalesChannel
from loadbay.listings.models import Listing, StockCap
from loadbay.listings.stock_rules import Part, ShopRules, Told, reckon
from loadbay.stock.queries import Position, positions, sold_units

Key = tuple[int, str]
"""(listing id, location)"""


@dataclass(frozen=True)
class PartStock:
    """One product behind a listing: what lies where, and how many units one sold unit takes."""

    sku: str
    units: int
    rooms: tuple[tuple[int, Position], ...]

    @property
    def free(self) -> int:
        return sum(position.free for _, position in self.rooms)


@dataclass(frozen=True)
class Derived:
    """The figure of one listing at one location, with everything it comes from."""

    parts: tuple[PartStock, ...]
    rules: ShopRules
    sum: Told


@dataclass(frozen=True)
class _Ground:
    """What was read for all keys together."""

    listings: Mapping[int, Mapping[str, Any]]
    rooms: Mapping[tuple[int, str], Sequence[int]]
    contents: Mapping[int, Sequence[tuple[int, int]]]
    skus: Mapping[int, str]
    lying: Mapping[tuple[int, int], Position]
    sold: Mapping[tuple[str, str], Mapping[str, int]]
    cap: int | None


_COLUMNS = (
    *("id", "sku", "channel_id", "product_id", "product__is_bundle", "channel__reservation_ends"),
    *("stock_offset", "stock_fixed", "stock_percentage", "stock_minimum", "stock_cap"),
)


def derive(keys: Iterable[Key], *, day: date) -> dict[Key, Derived]:
    """The present figure of each (listing, location)."""
    wanted = list(keys)
    ground = _read({listing_id for listing_id, _ in wanted}, locations=wanted, day=day)
    return {key: _derived(key, ground=ground) for key in wanted if key[0] in ground.listings}


@dataclass(frozen=True)
class Cap:
    """A global stock cap with its dates; the last day counts."""

    units: int
    valid_from: date
    valid_until: date | None


def stock_caps() -> tuple[Cap, ...]:
    """Every global stock cap by its first day; of those in force on a day the last one decides."""
    rows = StockCap.objects.order_by("valid_from").values_list("units", "valid_from", "valid_until")
    return tuple(Cap(*row) for row in rows)


def global_cap(day: date) -> int | None:
    """The shop's cap on that day; the one that began last decides."""
    caps = StockCap.objects.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)
    return caps.order_by("-valid_from").values_list("units", flat=True).first()


def _read(listing_ids: set[int], *, locations: Sequence[Key], day: date) -> _Ground:
    listings = {row["id"]: row for row in Listing.objects.filter(pk__in=listing_ids).values(*_COLUMNS)}
    rooms: dict[tuple[int, str], list[int]] = {}
    channels = {row["channel_id"] for row in listings.values()}
    for channel_id, location, room_id in ChannelRoom.objects.filter(channel_id__in=channels).values_list(
        "channel_id", "location", "room_id"
    ):
        rooms.setdefault((channel_id, location), []).append(room_id)
    contents = bundle_contents(row["product_id"] for row in listings.values() if row["product__is_bundle"])
    product_ids = {row["product_id"] for row in listings.values()}
    product_ids |= {product_id for parts in contents.values() for product_id, _ in parts}
    return _Ground(
        listings=listings,
        rooms=rooms,
        contents=contents,
        skus=skus_of(sorted(product_ids)),
        lying=positions(product_ids, room_ids={room for several in rooms.values() for room in several}),
        sold=sold_units([(listings[key]["sku"], place) for key, place in locations if key in listings]),
        cap=global_cap(day),
    )


def _derived(key: Key, *, ground: _Ground) -> Derived:
    listing = ground.listings[key[0]]
    rooms = sorted(ground.rooms.get((listing["channel_id"], key[1]), ()))
    parts = tuple(
        PartStock(
            sku=ground.skus[product_id],
            units=units,
            rooms=tuple((room, ground.lying.get((product_id, room), Position())) for room in rooms),
        )
        for product_id, units in _contents(listing, ground=ground)
    )
    rules = _rules(listing, cap=ground.cap)
    open_units = _open(listing, sold=ground.sold.get((listing["sku"], key[1]), {}))
    total = reckon(
        [Part(sku=part.sku, free=part.free, units=part.units) for part in parts],
        rules=rules,
        open_units=open_units,
    )
    return Derived(parts=parts, rules=rules, sum=total)


def _contents(listing: Mapping[str, Any], *, ground: _Ground) -> Sequence[tuple[int, int]]:
    if listing["product__is_bundle"]:
        return ground.contents.get(listing["product_id"], ())
    return ((listing["product_id"], 1),)


def _open(listing: Mapping[str, Any], *, sold: Mapping[str, int]) -> int:
    """Units that the marketplace deducts itself; until when, is a setting of the channel."""
    deducted = sold.get("open", 0)
    if listing["channel__reservation_ends"] == SalesChannel.ReservationEnds.SHIPPED:
        deducted += sold.get("labelled", 0)
    return deducted


def _rules(listing: Mapping[str, Any], *, cap: int | None) -> ShopRules:
    return ShopRules(
        offset=listing["stock_offset"],
        fixed=listing["stock_fixed"],
        percentage=listing["stock_percentage"],
        minimum=listing["stock_minimum"],
        listing_cap=listing["stock_cap"],
        global_cap=cap,
    )
