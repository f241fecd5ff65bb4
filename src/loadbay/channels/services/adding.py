"""A new sales channel with what comes with it: customer, agent, rooms, pickup times, matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from loadbay.channels import rules
from loadbay.channels.events import ChannelAdded
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import Connection, MatrixLine, SalesChannel
from loadbay.channels.services import sites
from loadbay.channels.services.connections import AlreadyThere, get_connection
from loadbay.channels.services.currencies import know_own_currency
from loadbay.channels.setting_rules import DEFAULT_TEMPLATE, SettingNotUsable, check_time_zone
from loadbay.core.errors import WrongInput
from loadbay.core.events import record
from loadbay.parties.services import ensure_agent, ensure_customer
from loadbay.stock.models import StockRoom

PLACEHOLDER_CODE, PLACEHOLDER_NAME = "AMAZON-SELLERFLEX", "Amazon Sellerflex"
PROGRAMMES = SalesChannel.Programme
_PLACEHOLDERS = {
    PROGRAMMES.MFN: ("AMAZON-MFN", "Amazon MFN"),
    PROGRAMMES.FBA: ("AMAZON-FBA", "Amazon FBA"),
}
_AGENTS = {
    PROGRAMMES.SMARTCONNECT: ("AMZSMART", "Amazon SmartConnect"),
    PROGRAMMES.MFN: ("CARRIER", "Own carrier"),
    PROGRAMMES.FBA: ("AMAZON", "Amazon"),
}
_WORDS = {
    PROGRAMMES.SMARTCONNECT: "SmartConnect",
    PROGRAMMES.MFN: "merchant fulfilled",
    PROGRAMMES.FBA: "FBA",
}
DEFAULT_PICKUPS = ("16:00",)


@dataclass(frozen=True)
class NewChannel:
    """What a person gives for a sales channel. `rooms`: stock room code → Amazon location id.

    The rooms of an MFN channel have no location id (an empty text); an FBA channel has no rooms.
    """

    code: str
    connection: str
    marketplace: str
    programme: str
    rooms: Mapping[str, str]
    description: str = ""
    time_zone: str = "Europe/London"
    pickups: tuple[str, ...] = DEFAULT_PICKUPS
    order_start_at: datetime | None = None


@transaction.atomic
def add_channel(new: NewChannel) -> SalesChannel:
    """A channel with its placeholder customer, agent, rooms, pickup times and default matrix.

    Raises `WrongInput`, `NotFound` or `AlreadyThere`.
    """
    connection = get_connection(new.connection)
    _check_channel(new, connection)
    rooms = _rooms(new)
    pickups = sites.checked_pickups({location: new.pickups for _, location in rooms})
    programme = SalesChannel.Programme(new.programme)
    channel = SalesChannel(
        code=new.code.strip().upper(),
        description=new.description.strip()[:100] or _description(new),
        connection=connection,
        marketplace=new.marketplace,
        programme=new.programme,
        external_document_template=_template(programme),
        time_zone=new.time_zone,
        placeholder_customer_id=ensure_customer(
            *_PLACEHOLDERS.get(programme, (PLACEHOLDER_CODE, PLACEHOLDER_NAME))
        ),
        shipping_agent_id=ensure_agent(*_AGENTS[programme]),
    )
    if new.order_start_at is not None:
        channel.order_start_at = new.order_start_at
    channel.save()
    sites.save_rooms(channel, rooms)
    sites.save_pickups(channel, pickups)
    _save_matrix(channel, rules.default_matrix(new.programme))
    know_own_currency(channel)
    record(ChannelAdded(channel_id=channel.pk, connection_id=connection.pk))
    return channel


def matrices_of(channel_ids: Iterable[int]) -> dict[int, tuple[rules.Line, ...]]:
    """The matrices of channels as the rules want them, by channel id."""
    found: dict[int, list[rules.Line]] = {channel_id: [] for channel_id in channel_ids}
    rows = MatrixLine.objects.filter(channel_id__in=list(found)).order_by("id")
    columns = ("channel_status", "order_status", "balanced", "existing_orders", "implied_status")
    for channel_id, status, order, balanced, existing, implied in rows.values_list("channel_id", *columns):
        line = rules.Line(status or None, order or None, balanced, existing, rules.Implied(implied))
        found[channel_id].append(line)
    return {channel_id: tuple(lines) for channel_id, lines in found.items()}


def _rooms(new: NewChannel) -> list[tuple[StockRoom, str]]:
    """The rooms that feed it: none where Amazon keeps the goods."""
    if new.programme != SalesChannel.Programme.FBA:
        return sites.checked_rooms(new.rooms, channel=new.code, programme=new.programme)
    if new.rooms:
        raise SettingNotUsable(
            "rooms", f"Channel {new.code} sells what lies with Amazon. Leave its stock rooms out."
        )
    return []


def _template(programme: SalesChannel.Programme) -> str:
    """A shipment of the Orders API is the order, so its number alone says which sale."""
    return DEFAULT_TEMPLATE if programme == PROGRAMMES.SMARTCONNECT else "{shipment_id}"


def _description(new: NewChannel) -> str:
    return f"{MARKETPLACES[new.marketplace].name} {_WORDS[SalesChannel.Programme(new.programme)]}"


def _check_channel(new: NewChannel, connection: Connection) -> None:
    code = new.code.strip().upper()
    if not code or len(code) > 20 or not code.replace("-", "").replace("_", "").isalnum():
        raise WrongInput(f"Channel code {new.code!r} cannot be used. Use up to 20 letters, digits, - and _.")
    store = MARKETPLACES.get(new.marketplace)
    if store is None:
        raise WrongInput(f"Marketplace {new.marketplace!r} is not known. Give its country code, such as GB.")
    if store.region != connection.region:
        raise WrongInput(
            f"{store.name} is in region {store.region}, {connection.name} is for {connection.region}. "
            "Use a connection of the same region."
        )
    if new.programme not in SalesChannel.Programme.values:
        known = ", ".join(SalesChannel.Programme.values)
        raise WrongInput(f"Programme {new.programme!r} is not known. Known: {known}.")
    check_time_zone(new.time_zone)
    if SalesChannel.objects.filter(code=code).exists():
        raise AlreadyThere(f"A sales channel {code} exists. Choose another code.")
    if SalesChannel.objects.filter(
        connection=connection, marketplace=new.marketplace, programme=new.programme
    ).exists():
        raise AlreadyThere(f"{connection.name} has a {new.programme} channel for {store.name} already.")


def _save_matrix(channel: SalesChannel, lines: tuple[rules.Line, ...]) -> None:
    rules.check_matrix(lines)
    MatrixLine.objects.bulk_create(MatrixLine(channel=channel, **matrix_columns(line)) for line in lines)


def matrix_columns(line: rules.Line) -> dict[str, str | bool | None]:
    """The columns of a line; empty means any."""
    return {
        "channel_status": line.channel_status or "",
        "order_status": line.order_status or "",
        "balanced": line.balanced,
        "existing_orders": line.existing_orders,
        "implied_status": line.implied.value,
    }
