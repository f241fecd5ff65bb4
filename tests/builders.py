"""Builders that say the state, not the columns: a shipment as Amazon shows it, a shop, a field call underway.

Rule: a `Shop` walks its field calls there by the services themselves, so no test starts from a state that
the program could not reach. Goods, rooms and channels come from `services/goods.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from loadbay.channels.models import SalesChannel
from loadbay.core.errors import Retryable, Trouble
from loadbay.core.ids import AmazonOrderId, LocationId, MarketplaceId, ShipmentId, Sku
from loadbay.core.money import Money
from loadbay.dispatch import confirming
from loadbay.dispatch import senders as dispatch
from loadbay.dispatch.bench_rules import COMMAND_FINISH, COMMAND_NEXT, BenchAnswer
from loadbay.dispatch.models import FieldCall, FieldCallLine, Label, Parcel
from loadbay.dispatch.senders import LabelDeps
from loadbay.dispatch.services import bench, completing, labels
from loadbay.dispatch.services.bench import Bench
from loadbay.inbox.models import Task
from loadbay.listings import senders as listings
from loadbay.orders import order_readers, readers, senders
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.ports import ChargeKind, Requirement, SeenCharge, SeenLine, SeenShipment
from loadbay.orders.services import building, covering, onsite
from loadbay.testing.fakes import (
    FakeClock,
    FakeConfirmationDesk,
    FakeLabelDesk,
    FakeMarketplace,
    FakeOrderSource,
    FakeShipmentDesk,
    FakeShipmentSource,
    FakeStockDesk,
    Moment,
    OrdinaryOrders,
)
from tests.services.goods import HERE, Amazon, a_channel
from tests.services.goods import a_product as a_product

NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
"""A Monday."""
FINISH, NEXT, LEAVE = "LB-FINISH", "LB-NEXT", "LB-LEAVE"


def pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


def charge(net: str, tax: str = "0", *, kind: ChargeKind = ChargeKind.PRODUCT) -> SeenCharge:
    return SeenCharge(kind, pounds(net), pounds(tax), pounds("0"))


@dataclass(frozen=True)
class ShipmentBuilder:
    """A shipment as Amazon shows it; each word gives another one."""

    seen: SeenShipment

    def with_lines(self, count: int, *, sku: str = "RUG") -> ShipmentBuilder:
        return self.of(*((sku, 1) for _ in range(count)))

    def of(self, *goods: tuple[str, int], each: str = "10.00") -> ShipmentBuilder:
        """Lines of (SKU, units), at a net price each and a fifth of it as tax."""
        lines = tuple(
            SeenLine(
                str(position),
                Sku(sku),
                units,
                (charge(str(Decimal(each) * units), str(Decimal(each) * units / 5)),),
            )
            for position, (sku, units) in enumerate(goods, start=1)
        )
        return ShipmentBuilder(replace(self.seen, lines=lines, units=sum(line.units for line in lines)))

    def but(self, **fields: object) -> ShipmentBuilder:
        return ShipmentBuilder(replace(self.seen, **fields))  # type: ignore[arg-type]

    def cancelled(self, *, at: datetime) -> ShipmentBuilder:
        return self.but(status="CANCELLED", updated_at=at)

    def unbalanced(self) -> ShipmentBuilder:
        return self.but(total=charge("999.00"))


def a_shipment(number: str = "1", *, at: datetime = NOON) -> ShipmentBuilder:
    """Accepted at noon at our location: one RUG."""
    seen = SeenShipment(
        shipment_id=ShipmentId(f"SHP-{number}"),
        order_id=AmazonOrderId(f"026-{number}"),
        location_id=LocationId(HERE),
        marketplace_id=MarketplaceId("A1F83G8C2ARO7P"),
        channel_name="FBA",
        shipping_type="MARKETPLACE",
        kind="NEW",
        status="ACCEPTED",
        created_at=at,
        updated_at=at,
        placed_at=at,
        expected_ship_at=at + timedelta(hours=6),
        earliest_pack_at=None,
        lines=(),
        charges=(),
        currency="GBP",
        units=0,
        postal_code="DE4 3NS",
        raw=b'{"postalCode": "DE4 3NS"}',
    )
    return ShipmentBuilder(seen).of(("RUG", 1))


class Shop(Amazon):
    """A shop with one SmartConnect channel, and Amazon beside it as a fake: steps in the shop's words."""

    def __init__(self, *, rooms: tuple[str, ...] = ("SHOP",), clock: FakeClock | None = None) -> None:
        super().__init__()
        self.clock = clock or FakeClock()
        self.marketplace = FakeMarketplace(self.clock, location=LocationId(HERE))
        self.stock = FakeStockDesk(self.marketplace)
        self.source = FakeShipmentSource(self.marketplace)
        self.answers = FakeShipmentDesk(self.marketplace)
        self.labels = FakeLabelDesk(self.marketplace)
        self.orders = FakeOrderSource(self.marketplace)
        self.confirmations = FakeConfirmationDesk(self.marketplace)
        self.channel = a_channel(rooms=rooms)
        self.set_channel(order_start_at=self.clock.now() - timedelta(days=1))
        self.connection = self.channel.connection_id

    def set_channel(self, **fields: object) -> None:
        SalesChannel.objects.filter(pk=self.channel.pk).update(**fields)
        self.channel.refresh_from_db()

    # --- at Amazon ---

    def buys(self, sku: str = "RUG", units: int = 1, **more: int) -> ShipmentId:
        """A customer buys; Amazon makes a shipment."""
        return self.marketplace.place_order({Sku(sku): units} | {Sku(name): n for name, n in more.items()})

    def requires(self, shipment_id: ShipmentId, **requirements: Requirement) -> None:
        """Amazon wants something of every line of a shipment."""
        seen = self.marketplace.shipments[shipment_id]
        lines = tuple(replace(line, **requirements) for line in seen.lines)  # type: ignore[arg-type]
        self.marketplace.shipments[shipment_id] = replace(seen, lines=lines)

    def fails(self, operation: str, trouble: Trouble, *, moment: Moment = Moment.BEFORE) -> None:
        self.marketplace.troubles.next(operation, trouble, moment=moment)

    def asked(self, operation: str) -> int:
        """How often Amazon was asked this."""
        return self.marketplace.troubles.asked.count(operation)

    def status(self, shipment_id: str) -> str:
        return self.marketplace.shipments[ShipmentId(shipment_id)].status

    # --- what the jobs do ---

    def reads(self, *statuses: str) -> None:
        for status in statuses or (*readers.NEW_STATUSES, *readers.OTHER_STATUSES):
            readers.read_shipments(self.connection, status=status, source=self.source, clock=self.clock)

    def builds(self) -> None:
        now = self.clock.now()
        onsite.go_on(self.connection, now=now)
        while building.build_staged(self.connection, now=now):
            pass

    @property
    def ordinary(self) -> OrdinaryOrders:
        """Orders that no location of External Fulfillment ships."""
        return OrdinaryOrders(self.marketplace)

    def reads_orders(self) -> readers.Read:
        return order_readers.read_orders(self.connection, source=self.orders, clock=self.clock)

    def imports_orders(self) -> None:
        """Everything from the Orders API's list to the sale."""
        self.reads_orders()
        self.builds()

    def covers(self) -> int:
        """Look whether goods came for what is short."""
        return covering.cover_short(self.connection)

    def confirms(self) -> senders.Answered:
        return senders.answer_shipments(
            self.connection, desk=self.answers, source=self.source, clock=self.clock
        )

    def imports(self) -> None:
        """Everything from Amazon's list to the confirmed shipment."""
        self.reads("ACCEPTED")
        self.builds()
        self.confirms()

    def confirms_shipped(self) -> list[datetime]:
        """Tell of every parcel of our own carrier that is due; the moments of what was put off."""
        due = completing.due_to_tell(self.connection, now=self.clock.now())
        deps = confirming.ConfirmDeps(desk=self.confirmations, clock=self.clock)
        later = [confirming.confirm_shipped(pk, deps) for pk in due]
        return [moment for moment in later if moment is not None]

    @property
    def deps(self) -> LabelDeps:
        return LabelDeps(desk=self.labels, know_cancellations=self.know_cancellations, clock=self.clock)

    def know_cancellations(self) -> None:
        readers.fresh_cancellations(self.connection, source=self.source, clock=self.clock)

    def makes_labels(self, number: str) -> datetime | None:
        return dispatch.make_labels(call_of(number).pk, self.deps)

    def makes_labels_until_settled(self, number: str) -> None:
        """As the queue would: again at each due moment, until nothing is put off."""
        for _ in range(20):
            due = self.makes_labels(number)
            if due is None:
                return
            self.clock.moment = max(due, self.clock.moment)
        raise AssertionError(f"{number} is still not settled: {call_of(number).problem}")

    def makes_everything_but_the_last_step(self, number: str) -> None:
        """The label's bytes are here; the call is not labelled yet."""
        self.fails("fetch_label", Retryable("not yet"))
        self.makes_labels(number)
        for label in Label.objects.filter(parcel__field_call__number=number, is_void=False):
            labels.store_file(label.pk, self.labels.fetch_label(label.link), now=self.clock.now())

    def completes_everything(self) -> None:
        """Every lorry that has labelled parcels leaves."""
        for number in set(
            Parcel.objects.filter(field_call__state="labelled").values_list("consignment__number", flat=True)
        ):
            self.completes_all(number)

    def tells_shipped(self) -> list[datetime]:
        """Tell of everything that is due; the moments of what was put off."""
        due = completing.due_to_tell(self.connection, now=self.clock.now())
        later = [dispatch.tell_shipped(pk, self.deps) for pk in due]
        return [moment for moment in later if moment is not None]

    def tells_shipped_until_settled(self) -> None:
        for _ in range(20):
            later = self.tells_shipped()
            if not later:
                return
            self.clock.moment = max(*later, self.clock.moment)
        raise AssertionError("Amazon is still not told")

    def sends_stock(self) -> None:
        self.clock.advance(1)
        listings.send_stock(self.channel.pk, desk=self.stock, clock=self.clock)

    def sellable(self, sku: str = "RUG") -> int:
        """What Amazon's buyers can buy."""
        (verdict,) = self.stock.fetch([(LocationId(HERE), Sku(sku))])
        return verdict.sellable or 0

    def finds_buyers(self) -> int:
        return readers.read_buyers(self.connection, source=self.orders, clock=self.clock)

    # --- at the bench ---

    def call(self, shipment_id: ShipmentId) -> CallBuilder:
        """The field call of a shipment that was imported."""
        return CallBuilder(self, shipment_id, call_for(shipment_id).number)

    def bench(self, station: str = "Bench 1") -> Bench:
        return Bench(station=station, user_id=None, now=self.clock.now())

    def scans(
        self, code: str, *, station: str = "Bench 1", key: UUID | None = None, seen: str | None = None
    ) -> BenchAnswer:
        self.clock.advance(0.5)
        return bench.scan(key=key or uuid4(), code=code, bench=replace(self.bench(station), seen=seen))

    def packs(self, number: str, *, station: str = "Bench 1") -> BenchAnswer:
        """Scan a field call and every unit of it, one parcel, without finishing."""
        answer = self.scans(number, station=station)
        for line in FieldCallLine.objects.filter(field_call__number=number).select_related("product"):
            for _ in range(line.units):
                answer = self.scans(line.product.sku, station=station)
        return answer

    def completes(self, number: str) -> completing.Completed:
        return completing.complete(number, now=self.clock.now())

    def completes_all(self, consignment: str, *, counted: int | None = None) -> completing.Completed:
        return completing.complete_all(consignment, parcels_counted=counted, now=self.clock.now())


@dataclass(frozen=True)
class CallBuilder:
    """A field call on its way; each step is the shop's own."""

    shop: Shop
    shipment_id: ShipmentId
    number: str

    @property
    def row(self) -> FieldCall:
        return call_of(self.number)

    @property
    def shipment(self) -> Shipment:
        return Shipment.objects.get(shipment_id=self.shipment_id)

    @property
    def sale(self) -> Sale:
        return Sale.objects.get(shipment__shipment_id=self.shipment_id)

    @property
    def consignment(self) -> str:
        return Parcel.objects.filter(field_call__number=self.number).values_list(
            "consignment__number", flat=True
        )[0]

    def on_the_bench(self, *, station: str = "Bench 1") -> CallBuilder:
        self.shop.scans(self.number, station=station)
        return self

    def packed(self, *, station: str = "Bench 1") -> CallBuilder:
        self.shop.clock.advance(bench.LABEL_PATIENCE.total_seconds())
        self.shop.packs(self.number, station=station)
        self.shop.scans(FINISH, station=station)
        return self

    def labelled(self) -> CallBuilder:
        self.packed()
        self.shop.makes_labels_until_settled(self.number)
        return self

    def labelled_in_two(self, sku: str = "RUG") -> CallBuilder:
        """Two units, each in a parcel of its own."""
        self.on_the_bench()
        for code in (sku, COMMAND_NEXT, sku, COMMAND_FINISH):
            self.shop.scans(code)
        self.shop.makes_labels_until_settled(self.number)
        return self

    def completed(self) -> CallBuilder:
        self.labelled()
        self.shop.completes(self.number)
        return self

    def shipped(self) -> CallBuilder:
        self.completed()
        self.shop.tells_shipped_until_settled()
        return self

    def cancelled(self) -> CallBuilder:
        """Amazon cancelled it and we know."""
        self.shop.marketplace.move(self.shipment_id, "CANCELLED")
        self.shop.reads("CANCELLED")
        return self


def a_field_call(shop: Shop, sku: str = "RUG", units: int = 1, **more: int) -> CallBuilder:
    """A sale of these goods, imported, confirmed and ready to pack."""
    shipment_id = shop.buys(sku, units, **more)
    shop.imports()
    return shop.call(shipment_id)


def a_merchant_order(shop: Shop, **units: int) -> tuple[AmazonOrderId, str]:
    """Somebody bought that many of each SKU, sent by us: Amazon's number and the field call's."""
    number = shop.ordinary.place({Sku(sku): count for sku, count in units.items()})
    shop.imports_orders()
    return number, call_for(number).number


def call_for(shipment_id: str) -> FieldCall:
    return FieldCall.objects.get(sale__shipment__shipment_id=shipment_id)


def call_of(number: str) -> FieldCall:
    return FieldCall.objects.get(number=number)


def tasks(kind: str = "") -> list[tuple[str, str]]:
    """(kind, matter) of every open task, oldest first."""
    rows = Task.objects.filter(closed_at=None).order_by("id")
    return list((rows.filter(kind=kind) if kind else rows).values_list("kind", "matter"))


def unknown(shop: Shop, sku: str) -> tuple[str, str]:
    """The task on a SKU that nobody knows, as `tasks()` names it."""
    return "unmapped_item", f"{shop.channel.pk}:item:{sku}"


def valid_labels(number: str) -> list[tuple[str, bytes | None]]:
    """(package id, bytes) of the labels that count."""
    rows = Label.objects.filter(parcel__field_call__number=number, is_void=False).order_by("parcel_id")
    return [
        (row.parcel.package_id, row.content and bytes(row.content)) for row in rows.select_related("parcel")
    ]


def picks(number: str) -> Mapping[tuple[str, str, str], int]:
    """(line id, SKU, room) → units to pick."""
    rows = FieldCallLine.objects.filter(field_call__number=number).order_by("id")
    return {
        (line, sku, room): units
        for line, sku, room, units in rows.values_list(
            "shipment_line__line_id", "product__sku", "room__code", "units"
        )
    }
