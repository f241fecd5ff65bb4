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
from loadbay.channels.setting_rules import check_time_zone
from loadbay.core.errors import WrongInput
from loadbay.core.events import record
from loadbay.parties.services import ensure_agent, ensure_customer

PLACEHOLDER_CODE, PLACEHOLDER_NAME = "AMAZON-SELLERFLEX", "Amazon Sellerflex"
AGENT_CODE, AGENT_NAME = "AMZSMART", "Amazon SmartConnect"
DEFAULT_PICKUPS = ("16:00",)


@dataclass(frozen=True)
class NewChannel:
    """What a person gives for a sales channel. `rooms`: stock room code → Amazon location id."""

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
    rooms = sites.checked_rooms(new.rooms, channel=new.code)
    _check_channel(new, connection)
    pickups = sites.checked_pickups({location: new.pickups for _, location in rooms})
    channel = SalesChannel(
        code=new.code.strip().upper(),
        description=new.description.strip()[:100] or f"{MARKETPLACES[new.marketplace].name} SmartConnect",
        connection=connection,
        marketplace=new.marketplace,
        programme=new.programme,
        time_zone=new.time_zone,
        placeholder_customer_id=ensure_customer(PLACEHOLDER_CODE, PLACEHOLDER_NAME),
        shipping_agent_id=ensure_agent(AGENT_CODE, AGENT_NAME),
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
    MatrixLine.objects.bulk_create(
        MatrixLine(
            channel=channel,
            channel_status=line.channel_status or "",
            order_status=line.order_status or "",
            balanced=line.balanced,
            existing_orders=line.existing_orders,
            implied_status=line.implied.value,
        )
        for line in lines
    )
