"""`loadbay connection`: add, new secrets, test. Secrets come from files, never from arguments."""

from __future__ import annotations

from pathlib import Path

import click

from loadbay import wiring
from loadbay.channels import checks, queries, services
from loadbay.channels.marketplaces import REGION_ENDPOINTS
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Refusal, Retryable, WrongInput

LONGEST_SECRET = 10_000


class ConnectionFails(Refusal):
    """A tested connection does not work; the sentence names everything that is wrong."""

    code = "connection_fails"


@click.group(cls=ShopGroup)
def connection() -> None:
    """Seller accounts: add, test, give new secrets."""


@connection.command("add")
@click.argument("name")
@click.option("--region", required=True, type=click.Choice(sorted(REGION_ENDPOINTS)))
@click.option("--seller-id", required=True, help="Merchant token, from Seller Central.")
@click.option("--client-id", required=True, help="LWA client id of the application.")
@click.option("--client-secret-file", required=True, type=click.Path(path_type=Path))
@click.option("--refresh-token-file", required=True, type=click.Path(path_type=Path))
@click.option("--endpoint", default="", help="Another address than Amazon's for the region.")
@click.option("--token-endpoint", default="", help="Another address than Amazon's for signing in.")
def add(
    name: str,
    region: str,
    seller_id: str,
    client_id: str,
    client_secret_file: Path,
    refresh_token_file: Path,
    endpoint: str,
    token_endpoint: str,
) -> Answer:
    """Add a connection. Its secrets are stored encrypted and never shown again."""
    services.add_connection(
        services.NewConnection(
            name=name,
            region=region,
            seller_id=seller_id,
            client_id=client_id,
            client_secret=read_secret(client_secret_file, what="client secret"),
            refresh_token=read_secret(refresh_token_file, what="refresh token"),
            endpoint=endpoint,
            token_endpoint=token_endpoint,
        )
    )
    words = f"Connection {name} is stored. Test it: loadbay connection test {name}"
    return Answer(queries.connection(name), words)


@connection.command("secrets")
@click.argument("name")
@click.option("--client-secret-file", type=click.Path(path_type=Path))
@click.option("--refresh-token-file", type=click.Path(path_type=Path))
def secrets(name: str, client_secret_file: Path | None, refresh_token_file: Path | None) -> Answer:
    """Give a connection a new client secret, refresh token, or both; a stopped one goes on."""
    services.change_secrets(
        name,
        client_secret=read_secret(client_secret_file, what="client secret") if client_secret_file else "",
        refresh_token=read_secret(refresh_token_file, what="refresh token") if refresh_token_file else "",
        now=SystemClock().now(),
    )
    return Answer(queries.connection(name), f"Connection {name} has its new secrets.")


@connection.command("list")
def list_() -> Answer:
    """Every connection and whether it works."""
    cards = queries.connections()
    rows = [[c.name, c.region, c.seller_id, "working" if c.is_working else c.stopped_because] for c in cards]
    empty = "No connection yet. Add one: loadbay connection add NAME …"
    return Answer(cards, table(["name", "region", "seller id", "state"], rows) if rows else empty)


@connection.command("test")
@click.argument("name")
@click.option("--marketplace", default="", help="Country code; that of its channels when left out.")
def test(name: str, marketplace: str) -> Answer:
    """Try every feature of a connection and name in words what does not work."""
    card = queries.connection(name)
    findings = checks.test_connection(
        wiring.account_desk(queries.connection_row(card.id)), target=checks.target_of(card, marketplace)
    )
    broken = [finding for finding in findings if not finding.works]
    if broken:
        words = " ".join(f"{finding.feature}: {finding.sentence}" for finding in broken)
        if all(finding.fault in checks.PASSING for finding in broken):
            raise Retryable(f"{name} could not be tested. {words}")
        raise ConnectionFails(f"{name} does not work. {words}")
    services.resume_connection(card.id)
    rows = [[finding.feature, finding.sentence] for finding in findings]
    return Answer(
        {"connection": name, "works": True, "findings": findings}, table(["feature", "result"], rows)
    )


def read_secret(path: Path, *, what: str) -> str:
    """A secret from its file. Raises `WrongInput` when it is missing, empty, too long or no text."""
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST_SECRET + 1)
        text = raw.decode().strip()
    except FileNotFoundError:
        raise WrongInput(f"The file {path} for the {what} does not exist.") from None
    except OSError as error:
        raise WrongInput(f"The file {path} for the {what} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise WrongInput(f"The file {path} for the {what} holds no text.") from None
    if not text:
        raise WrongInput(f"The file {path} is empty. Put the {what} into it, on one line.")
    if len(raw) > LONGEST_SECRET:
        raise WrongInput(f"The file {path} is too long to be a {what}.")
    return text
