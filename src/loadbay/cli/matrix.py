"""`loadbay matrix`: the order status matrix of a channel: lines, defaults, what an edit would change."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click

from loadbay.channels import matrix_queries, matrix_rules, rules, services
from loadbay.channels.matrix_queries import MatrixCard, as_rows
from loadbay.channels.rules import Line
from loadbay.channels.services import MatrixEdit
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.errors import WrongInput
from loadbay.orders.matrix_trial import Trial, look_at_order, try_matrix

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
HEADS = ["channel status", "BC order status", "balanced", "existing orders", "implied order status"]
YES_NO = click.Choice(["yes", "no", "any"], case_sensitive=False)


@click.group(cls=ShopGroup)
def matrix() -> None:
    """Order status matrix: show, add, remove, set, check, try, test, reset."""


@matrix.command("show")
@click.argument("channel")
def show(channel: str) -> Answer:
    """The lines of a channel. With --json they are a file that `check`, `try` and `set` read."""
    card = matrix_queries.matrix(channel)
    rows = as_rows(card.lines)
    cells = [["any" if value is None else value for value in row.values()] for row in rows]
    return Answer({"channel": card.channel, "lines": rows}, table(HEADS, cells))


def _values(command: Callable[..., Answer]) -> Callable[..., Answer]:
    for option in (
        click.option("--existing-orders", type=YES_NO, default="any", show_default=True),
        click.option("--balanced", type=YES_NO, default="any", show_default=True),
        click.option("--order-status", default="any", help=f"{', '.join(rules.ORDER_STATUSES)} or any."),
        click.option("--status", default="", help="Channel Status, such as ACCEPTED; none means any."),
    ):
        command = option(command)
    return command


@matrix.command("add")
@click.argument("channel")
@_values
@click.option("--implied", required=True, help="Implied Order Status, such as Ready.")
def add(
    channel: str, *, status: str, order_status: str, balanced: str, existing_orders: str, implied: str
) -> Answer:
    """Add one line; orders that waited for it go on."""
    return _edited(
        services.add_line(channel, _line(status, order_status, balanced, existing_orders, implied))
    )


@matrix.command("remove")
@click.argument("channel")
@_values
def remove(channel: str, *, status: str, order_status: str, balanced: str, existing_orders: str) -> Answer:
    """Remove the line of just these values."""
    line = _line(status, order_status, balanced, existing_orders, rules.Implied.WAITING.value)
    return _edited(services.remove_line(channel, line))


@matrix.command("set")
@click.argument("channel")
@click.option("--file", "path", type=FILE, required=True, help="All lines, as `show --json` gives them.")
def set_(channel: str, path: Path) -> Answer:
    """Have just the lines of a file: all of them, or nothing changes."""
    return _edited(services.change_matrix(channel, _lines_in(path)))


@matrix.command("reset")
@click.argument("channel")
def reset(channel: str) -> Answer:
    """Have the default lines of the channel's programme again."""
    return _edited(services.reset_matrix(channel))


@matrix.command("check")
@click.argument("channel")
@click.option("--file", "path", type=FILE, help="Check these lines instead of the stored ones.")
def check(channel: str, path: Path | None) -> Answer:
    """Are there lines that contradict each other, are impossible, or name a status Amazon does not have?"""
    card = matrix_queries.matrix(channel)
    lines = _lines_in(path) if path else card.lines
    matrix_rules.check_lines(lines)
    unknown = matrix_rules.unknown_statuses(lines, card.known_statuses)
    text = f"{len(lines)} lines, none contradicts another.{_warning(unknown)}"
    return Answer({"channel": card.channel, "lines": len(lines), "unknown_statuses": unknown}, text)


@matrix.command("try")
@click.argument("channel")
@click.option("--file", "path", type=FILE, required=True, help="All lines, as `show --json` gives them.")
def try_(channel: str, path: Path) -> Answer:
    """What the lines of a file would change among all past orders; nothing is saved."""
    card = matrix_queries.matrix(channel)
    lines = _lines_in(path)
    matrix_rules.check_lines(lines)
    trial = try_matrix(card.channel_id, stored=card.lines, edited=lines)
    return Answer(trial, _tried(card, trial))


@matrix.command("test")
@click.argument("channel")
@click.argument("order")
@click.option("--file", "path", type=FILE, help="Look it up in these lines too.")
def test(channel: str, order: str, path: Path | None) -> Answer:
    """Which line fits an order (its number, a shipment or a sale), and what a file would change."""
    card = matrix_queries.matrix(channel)
    edited = _lines_in(path) if path else card.lines
    found = look_at_order(card.channel_id, order, stored=card.lines, edited=edited)
    lines = []
    for one in found:
        lines.append(f"{one.shipment_id}: {one.stored.line}; today {one.implied_now or 'not looked at yet'}.")
        if path:
            lines.append(f"  with {path.name}: {one.edited.line}. {one.would}")
    return Answer(found, "\n".join(lines))


def _line(status: str, order_status: str, balanced: str, existing_orders: str, implied: str) -> Line:
    values = (status, order_status, balanced, existing_orders, implied)
    (line,) = matrix_rules.read_lines([dict(zip(matrix_rules.FIELDS, values, strict=True))])
    return line


def _lines_in(path: Path) -> tuple[Line, ...]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        raise WrongInput(f"{path} is no JSON file. Begin with: loadbay matrix show CHANNEL --json.") from None
    rows = found.get("lines") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise WrongInput(f'{path} has no list of "lines". Begin with: loadbay matrix show CHANNEL --json.')
    return matrix_rules.read_lines(rows)


def _edited(edit: MatrixEdit) -> Answer:
    data = {
        "channel": edit.channel,
        "changes": [one.words for one in edit.changes],
        "unknown_statuses": edit.unknown,
    }
    text = "\n".join(one.words for one in edit.changes) or f"{edit.channel} has these lines already."
    return Answer(data, text + _warning(edit.unknown))


def _warning(unknown: tuple[str, ...]) -> str:
    return f"\nAmazon is not known to give {', '.join(unknown)}; check the spelling." if unknown else ""


def _tried(card: MatrixCard, trial: Trial) -> str:
    head = f"{trial.changed} of {trial.orders} orders of {card.channel} would change; nothing was saved."
    if trial.without_line:
        head += f" {trial.without_line} would have no line."
    if not trial.moves:
        return head
    rows = [
        [
            move.before,
            move.after,
            move.orders,
            ", ".join(one.sale or one.shipment_id for one in move.examples),
        ]
        for move in trial.moves
    ]
    return f"{head}\n{table(['from', 'to', 'orders', 'for example'], rows)}"
