"""`loadbay printer`: where labels come out: add, list, try."""

from __future__ import annotations

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.clock import SystemClock
from loadbay.dispatch import print_queries, queries
from loadbay.dispatch.paper_work import trial_label
from loadbay.dispatch.services import printers
from loadbay.wiring import printer_for


@click.group(cls=ShopGroup)
def printer() -> None:
    """Printers: add, list, test."""


@printer.command("add")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice(["raw", "folder", "browser"]))
@click.option("--address", default="", help="host:port of a raw printer, full path of a folder.")
@click.option("--formats", default="", help="What it prints, such as zpl,png. A PNG label is drawn for zpl.")
@click.option(
    "--default", "is_default", is_flag=True, help="For benches without a printer of their own name."
)
def add(name: str, kind: str, address: str, formats: str, *, is_default: bool) -> Answer:
    """Add a printer. One called like a bench prints the labels of that bench."""
    made = printers.add_printer(
        printers.NewPrinter(name=name, kind=kind, address=address, formats=formats, is_default=is_default)
    )
    default = ", the default one" if made.is_default else ""
    words = f"Printer {made.name} is there{default}. Try it: loadbay printer test {made.name!r}"
    return Answer(print_queries.printer_row(made), words)


@printer.command("list")
def list_() -> Answer:
    """Every printer, and how many labels wait for it."""
    rows = [print_queries.printer_row(found) for found in queries.printers()]
    heads = ["name", "kind", "address", "formats", "default", "waiting"]
    cells = [[r.name, r.kind, r.address, ",".join(r.formats), r.is_default, r.waiting] for r in rows]
    empty = "No printer yet. Add one: loadbay printer add NAME --kind raw --address 192.168.1.40:9100"
    return Answer(rows, table(heads, cells) if rows else empty)


@printer.command("test")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Say what would be printed, and print nothing.")
def test(name: str, *, dry_run: bool) -> Answer:
    """Print a small trial label."""
    found = print_queries.printer(name)
    label = trial_label(found, now=SystemClock().now())
    if not dry_run:
        printer_for(found).print(label.content, format=label.format, title=label.title)
    data = {"printer": found.name, "format": label.format, "bytes": len(label.content), "sent": not dry_run}
    done = "would go" if dry_run else "was handed"
    size = f"{len(label.content)} bytes of {label.format.value.upper()}"
    return Answer(data, f"A trial label ({size}) {done} to {found.name}.")
