"""Adding and changing connections and sales channels. One transaction each, no network.

Testing a connection talks to Amazon, so it lives in `checks.py`; this only stores what came out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from loadbay.channels import rules
from loadbay.channels.events import ChannelAdded, ConnectionResumed, ConnectionStopped
from loadbay.channels.marketplaces import MARKETPLACES, REGION_ENDPOINTS, TOKEN_ENDPOINT
from loadbay.channels.models import ChannelRoom, Connection, MatrixLine, PickupTime, SalesChannel
from loadbay.core.errors import NotFound, Refusal, WrongInput
from loadbay.core.events import record
from loadbay.parties.services import ensure_agent, ensure_customer
from loadbay.stock.models import StockRoom

PLACEHOLDER_CODE, PLACEHOLDER_NAME = "AMAZON-SELLERFLEX", "Amazon Sellerflex"
AGENT_CODE, AGENT_NAME = "AMZSMART", "Amazon SmartConnect"
DEFAULT_PICKUPS = ("16:00",)
LONGEST_SECRET, LONGEST_ADDRESS = 4000, 200


class AlreadyThere(Refusal):
    """A name or code that must be unique is taken."""

    code = "already_there"


@dataclass(frozen=True)
class NewConnection:
    """What a person gives for a connection. Empty endpoints mean Amazon's own for the region."""

    name: str
    region: str
    seller_id: str
    client_id: str
    client_secret: str
    refresh_token: str
    endpoint: str = ""
    token_endpoint: str = ""


@transaction.atomic
def add_connection(new: NewConnection) -> Connection:
    """Raises `WrongInput` naming the field, or `AlreadyThere`."""
    _check_connection(new)
    name = new.name.strip()
    if Connection.objects.filter(name=name).exists():
        raise AlreadyThere(f"A connection called {name} exists. Choose another name, or change that one.")
    return Connection.objects.create(
        name=name,
        region=new.region,
        seller_id=new.seller_id.strip(),
        client_id=new.client_id.strip(),
        client_secret=new.client_secret.strip(),
        refresh_token=new.refresh_token.strip(),
        endpoint=(new.endpoint or REGION_ENDPOINTS[new.region]).rstrip("/"),
        token_endpoint=new.token_endpoint or TOKEN_ENDPOINT,
    )


@transaction.atomic
def change_secrets(name: str, *, client_secret: str, refresh_token: str, now: datetime) -> Connection:
    """New secrets for a connection; a stopped one goes on. Empty values keep what is stored."""
    connection = get_connection(name, lock=True)
    if not client_secret.strip() and not refresh_token.strip():
        raise WrongInput(
            f"No new secret of {name} was given. Give the client secret, the refresh token, or both."
        )
    for field, value in (("client secret", client_secret), ("refresh token", refresh_token)):
        _check_words(field, value, connection=name)
    if client_secret.strip():
        connection.client_secret = client_secret.strip()
        connection.secret_set_at = now
    if refresh_token.strip():
        connection.refresh_token = refresh_token.strip()
    connection.save(update_fields=["client_secret", "refresh_token", "secret_set_at"])
    resume_connection(connection.pk)
    return connection


@transaction.atomic
def stop_connection(connection_id: int, *, sentence: str, now: datetime) -> None:
    """Stop a connection whose key or rights are wrong. Stopping a stopped one changes nothing."""
    stopped = Connection.objects.filter(pk=connection_id, state=Connection.State.WORKING).update(
        state=Connection.State.STOPPED, stopped_because=sentence, stopped_at=now
    )
    if stopped:
        record(ConnectionStopped(connection_id=connection_id, sentence=sentence))


@transaction.atomic
def resume_connection(connection_id: int) -> None:
    resumed = Connection.objects.filter(pk=connection_id, state=Connection.State.STOPPED).update(
        state=Connection.State.WORKING, stopped_because="", stopped_at=None
    )
    if resumed:
        record(ConnectionResumed(connection_id=connection_id))


def get_connection(name: str, *, lock: bool = False) -> Connection:
    rows = Connection.objects.select_for_update() if lock else Connection.objects
    found = rows.filter(name=name).first()
    if found is None:
        known = ", ".join(Connection.objects.order_by("name").values_list("name", flat=True)) or "none yet"
        raise NotFound(f"There is no connection called {name}. Known: {known}.")
    return found


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
    rooms = _checked_rooms(new)
    _check_channel(new, connection)
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
    _save_rooms(channel, rooms, new.pickups)
    _save_matrix(channel, rules.smartconnect_matrix())
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


def _check_connection(new: NewConnection) -> None:
    if not new.name.strip():
        raise WrongInput("The connection has no name. Give one, such as shop-uk.")
    if len(new.name.strip()) > 60 or "/" in new.name or not new.name.strip().isprintable():
        raise WrongInput(
            f"{new.name[:80]!r} cannot be the name of a connection. "
            "Use up to 60 letters, digits and signs other than '/'."
        )
    if new.region not in REGION_ENDPOINTS:
        raise WrongInput(
            f"Region {new.region!r} is not known. Use eu, na or fe (the United Kingdom is in eu)."
        )
    for field, value, longest in (
        ("seller id", new.seller_id, 40),
        ("client id", new.client_id, 200),
        ("client secret", new.client_secret, LONGEST_SECRET),
        ("refresh token", new.refresh_token, LONGEST_SECRET),
    ):
        if not value.strip():
            raise WrongInput(f"The {field} of connection {new.name} is empty. Copy it from Seller Central.")
        _check_words(field, value, connection=new.name, longest=longest)
    for field, address in (("endpoint", new.endpoint), ("token endpoint", new.token_endpoint)):
        if address:
            _check_address(field, address)


def _check_words(field: str, value: str, *, connection: str, longest: int = LONGEST_SECRET) -> None:
    """What is copied from Seller Central is one word; empty is for the caller to judge."""
    if len(value.split()) > 1 or not value.strip().isprintable():
        raise WrongInput(
            f"The {field} of connection {connection} holds blanks or line breaks. Copy it again."
        )
    if len(value.strip()) > longest:
        raise WrongInput(f"The {field} of connection {connection} is longer than {longest}. Copy it again.")


def _check_address(field: str, address: str) -> None:
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in {"https", "http"} and bool(parts.hostname) and not parts.username
        is_address = is_address and parts.port != 0 and not parts.query and not parts.fragment
    except ValueError:
        is_address = False
    if not is_address or len(address) > LONGEST_ADDRESS or not address.isprintable() or " " in address:
        raise WrongInput(f"The {field} {address[:200]!r} is no web address. Write it like https://host.")
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise WrongInput(f"The {field} {address!r} is not encrypted. Use https (http only on this machine).")


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
    try:
        ZoneInfo(new.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones, as in Europe, is an OSError
        raise WrongInput(f"Time zone {new.time_zone!r} is not known. Write it like Europe/London.") from None
    if SalesChannel.objects.filter(code=code).exists():
        raise AlreadyThere(f"A sales channel {code} exists. Choose another code.")
    if SalesChannel.objects.filter(
        connection=connection, marketplace=new.marketplace, programme=new.programme
    ).exists():
        raise AlreadyThere(f"{connection.name} has a {new.programme} channel for {store.name} already.")


def _checked_rooms(new: NewChannel) -> list[tuple[StockRoom, str]]:
    if not new.rooms:
        raise WrongInput(f"Channel {new.code} has no stock room. Give at least one as ROOM=LOCATION.")
    checked: list[tuple[StockRoom, str]] = []
    for code, location in new.rooms.items():
        room = StockRoom.objects.filter(code=code.strip().upper()).first()
        if room is None:
            raise NotFound(f"There is no stock room {code}. Add it first: loadbay stock-room add {code}.")
        if room in [known for known, _ in checked]:
            raise WrongInput(f"Stock room {room.code} is named twice. Give each once, with one location.")
        if not location or len(location) > 36:
            raise WrongInput(
                f"Stock room {code} has no usable Amazon location id. Write it like {code}=LBAY."
            )
        checked.append((room, location))
    return checked


def _save_rooms(channel: SalesChannel, rooms: list[tuple[StockRoom, str]], pickups: tuple[str, ...]) -> None:
    ChannelRoom.objects.bulk_create(
        ChannelRoom(channel=channel, room=room, location=location, position=position)
        for position, (room, location) in enumerate(rooms, start=1)
    )
    locations = dict.fromkeys(location for _, location in rooms)
    PickupTime.objects.bulk_create(
        PickupTime(channel=channel, location=location, at=_pickup(text))
        for location in locations
        for text in dict.fromkeys(text.strip() for text in pickups)
    )


def _pickup(text: str) -> object:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  a time of day in the channel's zone
    except ValueError:
        raise WrongInput(f"Pickup time {text!r} is no time of day. Write it like 16:00.") from None


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
