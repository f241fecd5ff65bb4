"""`loadbay definitions`: all definitions of a sales channel as one file, and copied from another channel."""

from __future__ import annotations

import json
from pathlib import Path

import click

from loadbay.channels.file_queries import definitions_file
from loadbay.channels.file_rules import MOST_BYTES, FieldChange, TableChanges
from loadbay.channels.services.applying import (
    DefinitionsDiff,
    apply_file,
    copy_definitions,
    diff_copy,
    diff_file,
)
from loadbay.cli.command import DONE, REFUSED
from loadbay.cli.output import Answer
from loadbay.cli.paper_file import save_paper
from loadbay.cli.product import read_file
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.clock import SystemClock

FILE = click.Path(path_type=Path)
MOST_SHOWN = 200
_SIGNS = {"added": "+", "changed": "~", "removed": "-"}
_SEEN = click.option("--seen", help="Fingerprint of the differences that you saw; anything else is refused.")


@click.group(cls=ShopGroup)
def definitions() -> None:
    """All definitions of a channel as one file: export, diff, apply, copy."""


@definitions.command("export")
@click.argument("channel")
@click.option("--to", "path", type=FILE, help="Write them to this file instead of printing them.")
def export(channel: str, path: Path | None) -> Answer:
    """Everything under Related > Setup as one file; no secret is in it."""
    text = definitions_file(channel)
    if path is None:
        return Answer(json.loads(text), text.rstrip("\n"))
    return save_paper(text.encode(), path, name=f"Definitions of {channel.upper()}")


@definitions.command("diff")
@click.argument("channel")
@click.argument("file", type=FILE)
def diff(channel: str, file: Path) -> Answer:
    """What applying a file would add, change and remove, and everything that is wrong with it."""
    return _answer(diff_file(channel, read_file(file, most=MOST_BYTES)))


@definitions.command("apply")
@click.argument("channel")
@click.argument("file", type=FILE)
@_SEEN
def apply(channel: str, file: Path, seen: str | None) -> Answer:
    """Have just the definitions of a file: all of it, or nothing changes."""
    data = read_file(file, most=MOST_BYTES)
    return _answer(apply_file(channel, data, now=SystemClock().now(), seen=seen))


@definitions.command("copy")
@click.option("--from", "source", required=True, help="The channel to copy from.")
@click.option("--to", "channel", required=True, help="The channel that gets just these definitions.")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@_SEEN
def copy(source: str, channel: str, seen: str | None, *, dry_run: bool) -> Answer:
    """Have just the definitions of another channel of the same programme."""
    if dry_run:
        return _answer(diff_copy(channel, source))
    return _answer(copy_definitions(channel, source, now=SystemClock().now(), seen=seen))


def _answer(found: DefinitionsDiff) -> Answer:
    return Answer(found, "\n".join(_lines(found)), REFUSED if found.faults else DONE)


def _lines(found: DefinitionsDiff) -> list[str]:
    lines = [line for table in found.tables for line in _table_lines(table)]
    if found.faults:
        told = [f"{one.place}: {one.sentence}" if one.place else one.sentence for one in found.faults]
        return [*lines, "It cannot be applied. Mend these first:", *told]
    if found.is_empty:
        return [*lines, f"{found.channel} has these definitions already; nothing was changed."]
    done = "Done" if found.is_applied else "Would be"
    seen = "" if found.is_applied else f" Apply just this with --seen {found.fingerprint}."
    counts = f"{found.added} added, {found.changed} changed, {found.removed} removed"
    return [*lines, f"{done}: {counts} on {found.channel}.{seen}"]


def _table_lines(table: TableChanges) -> list[str]:
    stays = " (stay as they are; change them on their page)" if table.stays else ""
    lines = [f"{table.words}{stays}"]
    for row in table.rows[:MOST_SHOWN]:
        fields = ", ".join(map(_field, row.fields))
        lines.append(f"  {_SIGNS[row.act]} {row.row}{f': {fields}' if fields else ''}")
    if len(table.rows) > MOST_SHOWN:
        lines.append(f"  … and {len(table.rows) - MOST_SHOWN} more; --json tells all of them")
    return lines


def _field(one: FieldChange) -> str:
    if one.before and one.after:
        return f"{one.field} {one.before} → {one.after}"
    return f"{one.field} {one.before or one.after}"
