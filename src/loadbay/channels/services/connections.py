"""Connections: adding one, new secrets, stopping and resuming. One transaction each, no network.

Testing a connection talks to Amazon, so it lives in `channels/checks.py`; this only stores what came out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from loadbay.channels.events import ConnectionResumed, ConnectionStopped
from loadbay.channels.marketplaces import REGION_ENDPOINTS, TOKEN_ENDPOINT
from loadbay.channels.models import Connection
from loadbay.core.errors import NotFound, Refusal, WrongInput
from loadbay.core.events import record

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
