"""`loadbay status-action`: what is done when an order enters an implied order status."""

from __future__ import annotations

from pathlib import Path

import click

from loadbay.channels.action_queries import actions
from loadbay.channels.services.actions import add_action, remove_action
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup


@click.group(cls=ShopGroup)
def status_action() -> None:
    """Actions on entering an implied status: list, add, remove."""


@status_action.command("list")
@click.argument("channel")
def list_(channel: str) -> Answer:
    """The actions of a channel. Secrets are not shown."""
    found = actions(channel)
    rows = [[one.id, one.implied.value, one.kind.value, one.text or one.url] for one in found]
    empty = f"No actions yet. Add one: loadbay status-action add {channel} …"
    heads = ["number", "on entering", "action", "words or address"]
    return Answer(found, table(heads, rows) if rows else empty)


@status_action.command("add")
@click.argument("channel")
@click.option("--status", "implied_status", required=True, help="Implied Order Status, such as Error.")
@click.option("--kind", required=True, help="build, hold, release, notify, webhook or task.")
@click.option("--text", default="", help="What a person is to do, for notify and task.")
@click.option("--url", default="", help="https address of a webhook.")
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with the secret that signs a webhook.",
)
def add(
    channel: str, *, implied_status: str, kind: str, text: str, url: str, secret_file: Path | None
) -> Answer:
    """Hang one more action on entering an implied status."""
    secret = secret_file.read_text().strip() if secret_file else ""
    action = add_action(channel, implied_status=implied_status, kind=kind, text=text, url=url, secret=secret)
    return Answer(action, f"{action.words}. It has the number {action.id}.")


@status_action.command("remove")
@click.argument("channel")
@click.argument("number", type=int)
def remove(channel: str, number: int) -> Answer:
    """Remove an action; what it held stays held."""
    action = remove_action(channel, number)
    return Answer(action, f"{action.words}. Removed.")
