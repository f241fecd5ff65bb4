"""Builders of goods, rooms, prices and listings for tests: they say the state, not the columns."""

from __future__ import annotations

from decimal import Decimal

from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.models import Product
from loadbay.catalogue.services import create_bundle, create_product, set_price
from loadbay.channels import services as channels
from loadbay.channels.definition_rules import key_of
from loadbay.channels.models import SalesChannel, ShippingMethod
from loadbay.core.clock import SystemClock
from loadbay.core.ids import Asin, LocationId, Sku
from loadbay.core.models import EventRow
from loadbay.core.money import Money
from loadbay.listings import services as listings
from loadbay.listings.models import Listing, StockFigure
from loadbay.listings.ports import CatalogueItem, SeenListing
from loadbay.stock import services as stock
from loadbay.stock.models import Level, Movement, Reservation, SerialisedItem, StockRoom
from loadbay.stock.rules import ReserveRequest
from loadbay.testing.fakes import (
    FakeCatalogueDesk,
    FakeClock,
    FakeListingDesk,
    FakeMarketplace,
    FakeStockDesk,
)

HERE = "LBAY"
TEN = Money(Decimal("10.00"), "GBP")


def a_product(sku: str, *, on_hand: int = 0, room: str = "SHOP", price: str = "") -> int:
    """A product, with goods in a room (made if it is not there) and an Amazon price where one is given."""
    product_id = create_product(
        ProductFields(
            sku=sku, name=f"{sku} of wool", weight_g=900, length_mm=400, width_mm=300, height_mm=100
        )
    )
    a_room(room)
    if on_hand:
        stock.goods_in(sku=sku, room=room, units=on_hand)
    if price:
        set_price(sku=sku, category="Amazon", amount=price, currency="GBP")
    return product_id


def a_serialised(sku: str, *numbers: str, room: str = "SHOP") -> int:
    """A serialised product with items of these numbers in a room."""
    product_id = create_product(ProductFields(sku=sku, name=f"{sku} with a number", is_serialised=True))
    a_room(room)
    if numbers:
        stock.goods_in(sku=sku, room=room, units=len(numbers), numbers=numbers)
    return product_id


def a_bundle(sku: str, *, contents: dict[str, int]) -> int:
    return create_bundle(ProductFields(sku=sku, name=f"{sku} set"), contents=contents)


def a_room(code: str) -> int:
    if not StockRoom.objects.filter(code=code).exists():
        stock.add_room(code=code)
    return StockRoom.objects.get(code=code).pk


def a_channel(code: str = "UK", *, rooms: tuple[str, ...] = ("SHOP",)) -> SalesChannel:
    """A SmartConnect channel fed by these rooms."""
    for room in rooms:
        a_room(room)
    channels.add_connection(
        channels.NewConnection(
            name=f"{code}-seller",
            region="eu",
            seller_id="A2SELLER",
            client_id="client",
            client_secret="not a real one".replace(" ", "-"),
            refresh_token="Atzr|none",
        )
    )
    return channels.add_channel(
        channels.NewChannel(
            code=code,
            connection=f"{code}-seller",
            marketplace="GB",
            programme="smartconnect",
            rooms=dict.fromkeys(rooms, HERE),
        )
    )


def an_order_channel(
    programme: str, *, beside: SalesChannel, rooms: tuple[str, ...] = ("SHOP",), marketplace: str = "GB"
) -> SalesChannel:
    """A channel of the Orders API (mfn, fba) on the connection of another one; STANDARD goes by its agent."""
    for room in rooms:
        a_room(room)
    made = channels.add_channel(
        channels.NewChannel(
            code=f"{programme}-{marketplace}",
            connection=beside.connection.name,
            marketplace=marketplace,
            programme=programme,
            rooms=dict.fromkeys(rooms, "") if programme == "mfn" else {},
            order_start_at=beside.order_start_at,
        )
    )
    agent = made.shipping_agent_id
    ShippingMethod.objects.create(
        channel=made, key=key_of("STANDARD"), external_id="STANDARD", agent_id=agent
    )
    return made


def a_merchant_channel(beside: SalesChannel) -> SalesChannel:
    """An MFN channel that sells nine rugs and nine lamps."""
    for sku in ("RUG", "LAMP"):
        a_product(sku, on_hand=9)
    return an_order_channel("mfn", beside=beside)


def wanted(sku: str, *, asin: str = "B0EXAMPLE1", channel: str = "UK") -> listings.WantedListing:
    return listings.WantedListing(
        sku=sku, channel=channel, asin=asin, country_of_origin="GB", shipping_template="Standard delivery"
    )


def a_linked_listing(sku: str, *, amazon: Amazon | None = None, channel: str = "UK") -> int:
    """A listing that a person submitted and that is linked; Amazon, where given, knows it as converted."""
    listing_id = listings.add_listing(wanted(sku, channel=channel))
    told = {"country_of_origin": "GB", "shipping_template": "Standard delivery"}
    rows = Listing.objects.filter(pk=listing_id)
    rows.update(state=Listing.State.AWAITING_CONVERSION, offer_told=told)
    listings.confirm_linked(sku=sku, channel=channel, person="mary")
    if amazon is not None:
        amazon.knows(sku)
    return listing_id


class Amazon:
    """The fake marketplace with its desks, as the listing senders use them."""

    def __init__(self) -> None:
        self.clock = FakeClock(SystemClock().now())
        self.marketplace = FakeMarketplace(self.clock, location=LocationId(HERE))
        self.catalogue = FakeCatalogueDesk(self.marketplace)
        self.listings = FakeListingDesk(self.marketplace)
        self.stock = FakeStockDesk(self.marketplace)

    def offers(self, asin: str = "B0EXAMPLE1", *, origin: str = "GB") -> None:
        """The ASIN is in the catalogue."""
        self.marketplace.catalogue[Asin(asin)] = CatalogueItem(
            Asin(asin), title="Wool rug", brand="Dale", product_type="RUG", country_of_origin=origin
        )

    def knows(self, sku: str, *, code: str = "AMAZON_EU") -> None:
        """The listing exists there with that channel code."""
        self.marketplace.listings[Sku(sku)] = SeenListing(
            sku=Sku(sku), asin=Asin("B0EXAMPLE1"), is_buyable=True, channel_codes=(code,)
        )

    def told(self, sku: str) -> list[int]:
        """Every quantity ever told for a SKU, in order."""
        return [f.quantity for batch in self.stock.batches for f in batch if f.sku == sku]


def a_sale(
    holder: str, sku: str, *, units: int = 1, room: str = "SHOP", stage: str = "open"
) -> ReserveRequest:
    """What a shipment of one SKU asks of the stock."""
    product_id = Product.objects.get(sku=sku).pk
    return ReserveRequest(
        holder=holder,
        sold_as=sku,
        sold_units=units,
        location=HERE,
        items=((product_id, units),),
        room_ids=(StockRoom.objects.get(code=room).pk,),
        stage=stage,
    )


def on_hand(sku: str, room: str = "SHOP") -> int:
    level = Level.objects.filter(product__sku=sku, room__code=room).first()
    return level.on_hand if level else 0


def promised(sku: str) -> dict[str, int]:
    """Units per stage."""
    found: dict[str, int] = {}
    for stage, units in Reservation.objects.filter(product__sku=sku).values_list("stage", "units"):
        found[stage] = found.get(stage, 0) + units
    return found


def items(sku: str) -> dict[str, tuple[str, str]]:
    """Number → (state, room) of every item of a product."""
    rows = SerialisedItem.objects.filter(product__sku=sku).order_by("number")
    return {
        number: (state, room or "")
        for number, state, room in rows.values_list("number", "state", "room__code")
    }


def movements(sku: str) -> list[tuple[str, str, int]]:
    rows = Movement.objects.filter(product__sku=sku).order_by("id")
    return list(rows.values_list("kind", "room__code", "units"))


def figure(sku: str) -> StockFigure:
    return StockFigure.objects.get(listing__sku=sku)


def events(name: str) -> list[dict[str, object]]:
    """What was recorded under a name, oldest first."""
    return list(EventRow.objects.filter(name=name).order_by("id").values_list("payload", flat=True))
