"""`loadbay token`: what programs sign in with at /api/v1: add, list, show, revoke."""

from __future__ import annotations

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.clock import SystemClock
from loadbay.people import token_queries as queries
from loadbay.people import tokens as services
from loadbay.people.token_rules import SCOPES


@click.group(cls=ShopGroup)
def token() -> None:
    """API tokens: add, list, show, revoke."""


@token.command("add", epilog=f"Scopes: {', '.join(SCOPES)}. Who may write an area may read it too.")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="Such as stock:read, several times.")
@click.option("--days", type=int, help="How long it works; until it is revoked when left out.")
def add(name: str, scopes: tuple[str, ...], days: int | None) -> Answer:
    """Make a token for a program. Its secret is shown this once and kept nowhere."""
    made = services.add_token(name, scopes=scopes, days=days, now=SystemClock().now())
    words = f"{made.token.name} may {', '.join(made.token.scopes)}. Copy its secret now:\n{made.secret}"
    return Answer(made, words)


@token.command("list")
@click.option("--search", default="", help="Beginning of a name or of a prefix.")
def list_(search: str) -> Answer:
    """Every token: what it may do, when it was used last."""
    rows = queries.tokens(search)
    cells = [
        [r.name, f"lb_{r.prefix}", ",".join(r.scopes), r.expires_at, r.last_used_at, r.revoked_at]
        for r in rows
    ]
    heads = ["name", "prefix", "scopes", "expires", "last used", "revoked"]
    empty = "No API token fits. Make one: loadbay token add NAME --scope stock:read"
    return Answer(rows, table(heads, cells) if rows else empty)


@token.command("show")
@click.argument("name")
def show(name: str) -> Answer:
    """One token, and what it was used for."""
    card, uses = queries.token(name), queries.uses(name)
    cells = [[use.day, f"{use.method} {use.route}", use.status, use.times, use.last_at] for use in uses]
    told = table(["day", "call", "answer", "times", "last"], cells) if uses else "  not used yet"
    return Answer({"token": card, "uses": uses}, f"{card.name}  {', '.join(card.scopes)}\n{told}")


@token.command("revoke")
@click.argument("name")
def revoke(name: str) -> Answer:
    """Let a token work no longer, from this moment on."""
    gone = services.revoke_token(name, now=SystemClock().now())
    return Answer(gone, f"The API token {gone.name} works no longer.")
