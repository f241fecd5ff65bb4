"""Reading connections and channels, for screens, commands and the areas above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import ChannelRoom, Connection, MatrixLine, PickupTime, SalesChannel
from loadbay.channels.rules import AMAZONS_OWN
from loadbay.channels.setting_rules import in_words
from loadbay.core.errors import NotFound

MFN, FBA = SalesChannel.Programme.MFN, SalesChannel.Programme.FBA


@dataclass(frozen=True)
class ConnectionCard:
    """A connection as people see it: never a secret."""

    id: int
    name: str
    region: str
    seller_id: str
    client_id: str
    endpoint: str
    is_working: bool
    stopped_because: str
    stopped_at: datetime | None
    secret_set_at: datetime
    channels: tuple[str, ...]


@dataclass(frozen=True)
class RoomOfChannel:
    room_id: int
    room: str
    location: str


@dataclass(frozen=True)
class ChannelCard:
    """A sales channel with its rooms, pickup times and settings."""

    id: int
    code: str
    description: str
    connection: str
    connection_id: int
    marketplace: str
    programme: str
    time_zone: str
    placeholder_customer: str
    shipping_agent: str
    price_category: str
    external_document_template: str
    order_start_at: datetime
    send_mode: str
    confirms_by_itself: bool
    is_watching: bool
    reservation_ends: str
    rooms: tuple[RoomOfChannel, ...]
    pickups: tuple[tuple[str, time], ...]
    collection_weekdays: str
    """ISO weekdays on which the lorry comes, such as 123456."""
    holidays: tuple[date, ...]
    finishes_with_last_scan: bool
    buyer_details_days: int
    onsite_wait_hours: int
    dimension_1: str
    dimension_2: str
    placeholder_customer_code: str
    shipping_agent_code: str
    sale_prefix: str
    erp: str
    allows_multi_currency: bool
    payment_behaviour: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def locations(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(room.location for room in self.rooms))

    def pickups_at(self, location: str) -> tuple[time, ...]:
        return tuple(at for place, at in self.pickups if place == location)


def setting_words(card: ChannelCard, setting: str) -> str:
    """What a setting is, as people read it."""
    if setting == "rooms":
        return in_words(setting, tuple((room.room, room.location) for room in card.rooms))
    return in_words(setting, getattr(card, setting))


def connections() -> tuple[ConnectionCard, ...]:
    rows = (
        Connection.objects.defer("client_secret", "refresh_token")
        .prefetch_related("channels")
        .order_by("name")
    )
    return tuple(_connection_card(row) for row in rows)


def connection(name: str) -> ConnectionCard:
    for card in connections():
        if card.name == name:
            return card
    raise NotFound(f"There is no connection called {name}.")


def channels(*, connection_id: int | None = None) -> tuple[ChannelCard, ...]:
    rows = _card_rows()
    if connection_id is not None:
        rows = rows.filter(connection_id=connection_id)
    return tuple(_channel_card(row) for row in rows)


def listing_channels() -> tuple[ChannelCard, ...]:
    """Sales channels that are told of listings; those of other programmes find products by SKU."""
    rows = _card_rows().filter(programme=SalesChannel.Programme.SMARTCONNECT)
    return tuple(_channel_card(row) for row in rows)


def channel_codes() -> list[str]:
    """The code of every channel, for those who choose one."""
    return list(SalesChannel.objects.order_by("code").values_list("code", flat=True))


def _card_rows() -> QuerySet[SalesChannel]:
    rows = SalesChannel.objects.select_related("connection", "placeholder_customer", "shipping_agent")
    return rows.prefetch_related("rooms__room", "pickups", "holidays").order_by("code")


def channel(code: str) -> ChannelCard:
    return _channel_card(channel_among(_card_rows(), code))


def channel_among(rows: QuerySet[SalesChannel], code: str) -> SalesChannel:
    """The channel of that code, locked and joined as `rows` say. Raises `NotFound`."""
    found = rows.filter(code=code.strip().upper()).first()
    if found is None:
        known = ", ".join(channel_codes()) or "none yet"
        raise NotFound(f"There is no sales channel {code}. Known: {known}.")
    return found


def channel_id(code: str) -> int:
    """The channel's id, for one who needs no more of it. Raises `NotFound`."""
    return channel_among(SalesChannel.objects.only("pk"), code).pk


def working_connection_ids() -> list[int]:
    rows = Connection.objects.filter(state=Connection.State.WORKING, channels__isnull=False)
    return list(rows.distinct().order_by("id").values_list("id", flat=True))


def channel_ids(connection_ids: Iterable[int] | None = None) -> list[int]:
    rows = SalesChannel.objects.filter(connection__state=Connection.State.WORKING).order_by("id")
    if connection_ids is not None:
        rows = rows.filter(connection_id__in=list(connection_ids))
    return list(rows.values_list("id", flat=True))


def channels_by_place(connection_id: int) -> dict[tuple[str, str], int]:
    """(Amazon's marketplace id, location id) → id of the channel there, for one connection.

    One location may serve several marketplaces, each with a channel of its own. The merchant's own orders
    have no location; what lies with Amazon is at `AMAZONS_OWN`.
    """
    rows = ChannelRoom.objects.filter(channel__connection_id=connection_id).order_by("channel_id")
    places = list(rows.values_list("channel__marketplace", "location", "channel_id"))
    at_amazon = SalesChannel.objects.filter(connection_id=connection_id, programme=FBA).order_by("id")
    places += [(country, AMAZONS_OWN, pk) for country, pk in at_amazon.values_list("marketplace", "pk")]
    return {
        (MARKETPLACES[country].marketplace_id, location): channel_id
        for country, location, channel_id in places
    }


def order_programmes(connection_id: int) -> dict[str, tuple[str, ...]]:
    """Programme → Amazon's marketplace ids, of the channels whose orders the Orders API brings."""
    rows = SalesChannel.objects.filter(connection_id=connection_id, programme__in=[MFN, FBA])
    found: dict[str, tuple[str, ...]] = {}
    for programme, country in rows.order_by("id").values_list("programme", "marketplace"):
        found[programme] = (*found.get(programme, ()), MARKETPLACES[country].marketplace_id)
    return found


def marketplaces_of(connection_id: int) -> frozenset[str]:
    """Amazon's ids of the marketplaces that the connection's channels sell on."""
    countries = SalesChannel.objects.filter(connection_id=connection_id).values_list("marketplace", flat=True)
    return frozenset(MARKETPLACES[country].marketplace_id for country in countries)


def has_shipments(connection_id: int) -> bool:
    """Whether a channel of the connection has External Fulfillment shipments to ask for."""
    rows = SalesChannel.objects.filter(connection_id=connection_id)
    return rows.exclude(programme__in=[MFN, FBA]).exists()


def pickups(channel_id: int, location: str) -> tuple[time, ...]:
    rows = PickupTime.objects.filter(channel_id=channel_id, location=location)
    return tuple(rows.order_by("at").values_list("at", flat=True))


def matrix_rows(code: str) -> list[dict[str, object]]:
    """The order status matrix of a channel, line by line, for its table."""
    fields = ("channel_status", "order_status", "balanced", "existing_orders", "implied_status")
    return list(MatrixLine.objects.filter(channel_id=channel_id(code)).order_by("id").values(*fields))


def first_time_zone() -> str:
    """The zone of the first channel, in which a shop's people read times; UTC while there is none."""
    return SalesChannel.objects.order_by("id").values_list("time_zone", flat=True).first() or "UTC"


def _connection_card(row: Connection) -> ConnectionCard:
    return ConnectionCard(
        id=row.pk,
        name=row.name,
        region=row.region,
        seller_id=row.seller_id,
        client_id=row.client_id,
        endpoint=row.endpoint,
        is_working=row.state == Connection.State.WORKING,
        stopped_because=row.stopped_because,
        stopped_at=row.stopped_at,
        secret_set_at=row.secret_set_at,
        channels=tuple(sorted(entry.code for entry in row.channels.all())),
    )


def _channel_card(row: SalesChannel) -> ChannelCard:
    return ChannelCard(
        id=row.pk,
        code=row.code,
        description=row.description,
        connection=row.connection.name,
        connection_id=row.connection_id,
        marketplace=row.marketplace,
        programme=row.programme,
        time_zone=row.time_zone,
        placeholder_customer=row.placeholder_customer.name,
        shipping_agent=row.shipping_agent.name,
        price_category=row.price_category,
        external_document_template=row.external_document_template,
        order_start_at=row.order_start_at,
        send_mode=row.send_mode,
        confirms_by_itself=row.confirms_by_itself,
        is_watching=row.is_watching,
        reservation_ends=row.reservation_ends,
        rooms=tuple(
            RoomOfChannel(entry.room_id, entry.room.code, entry.location) for entry in row.rooms.all()
        ),
        pickups=tuple((entry.location, entry.at) for entry in row.pickups.all()),
        collection_weekdays=row.collection_weekdays,
        holidays=tuple(entry.day for entry in row.holidays.all()),
        finishes_with_last_scan=row.finishes_with_last_scan,
        buyer_details_days=row.buyer_details_days,
        onsite_wait_hours=row.onsite_wait_hours,
        dimension_1=row.dimension_1,
        dimension_2=row.dimension_2,
        placeholder_customer_code=row.placeholder_customer.code,
        shipping_agent_code=row.shipping_agent.code,
        sale_prefix=row.sale_prefix,
        erp=row.erp,
        allows_multi_currency=row.allows_multi_currency,
        payment_behaviour=row.payment_behaviour,
    )


def names_of_connections_and_channels() -> dict[tuple[str, int], str]:
    """("connection_id" or "channel_id", key) → what people call it."""
    connections = Connection.objects.values_list("pk", "name")
    codes = SalesChannel.objects.values_list("pk", "code")
    return {("connection_id", pk): name for pk, name in connections} | {
        ("channel_id", pk): code for pk, code in codes
    }


def connection_row(connection_id: int) -> Connection:
    """The row itself, secrets included: for `wiring` alone."""
    return Connection.objects.get(pk=connection_id)


def channel_row(channel_id: int) -> SalesChannel:
    """The row itself with its connection, secrets included: for `wiring` alone."""
    return SalesChannel.objects.select_related("connection").get(pk=channel_id)


def connection_of_channel(channel_id: int) -> int:
    return int(SalesChannel.objects.values_list("connection_id", flat=True).get(pk=channel_id))


def channels_of_connection(connection_id: int) -> list[int]:
    rows = SalesChannel.objects.filter(connection_id=connection_id).order_by("id")
    return list(rows.values_list("id", flat=True))


def is_watching(channel_id: int) -> bool:
    return SalesChannel.objects.filter(pk=channel_id, is_watching=True).exists()


def sending_at_once(channel_ids: Iterable[int]) -> list[int]:
    """Those of the channels whose changes go out at once; the others wait for the schedule."""
    rows = SalesChannel.objects.filter(pk__in=list(channel_ids), send_mode=SalesChannel.SendMode.AT_ONCE)
    return list(rows.order_by("id").values_list("id", flat=True))


def sending_on_schedule() -> list[int]:
    """Channels of working connections whose changes wait for the schedule."""
    rows = SalesChannel.objects.filter(
        connection__state=Connection.State.WORKING, send_mode=SalesChannel.SendMode.ON_SCHEDULE
    )
    return list(rows.order_by("id").values_list("id", flat=True))


def is_working(connection_id: int) -> bool:
    return Connection.objects.filter(pk=connection_id, state=Connection.State.WORKING).exists()


def erps() -> list[str]:
    """The books that sales are handed over to, of every channel."""
    return sorted(set(SalesChannel.objects.values_list("erp", flat=True)))
