"""`loadbay label`: the stored label of a field call: save, print, reprint, regenerate."""

from __future__ import annotations

from pathlib import Path

import click

from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.errors import WrongInput
from loadbay.dispatch import queries
from loadbay.dispatch.services import labels
from loadbay.jobs import rounds

TERMINAL = "terminal"


@click.group(cls=ShopGroup)
def label() -> None:
    """Labels: save, print, reprint, regenerate, ask again."""


@label.command("save")
@click.argument("number")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path, dir_okay=False))
def save(number: str, target: Path) -> Answer:
    """Write the label's bytes to a file; further parcels get their package id in the name."""
    files = []
    for position, (package_id, kind, content) in enumerate(queries.label_bytes(number)):
        path = target if position == 0 else target.with_name(f"{target.stem}-{package_id}{target.suffix}")
        try:
            path.write_bytes(content)
        except OSError as error:
            raise WrongInput(f"{path} cannot be written: {error.strerror}.") from None
        files.append({"package_id": package_id, "format": kind, "file": path, "bytes": len(content)})
    return Answer(
        {"labels": files}, "\n".join(f"{f['package_id']}: {f['format']} in {f['file']}" for f in files)
    )


@label.command("print")
@click.argument("number")
@click.option("--station", default=TERMINAL, show_default=True)
def print_(number: str, station: str) -> Answer:
    """Print the stored label now, in this process."""
    return _printed(number, station)


@label.command("reprint")
@click.argument("number")
@click.option("--station", default=TERMINAL, show_default=True)
def reprint(number: str, station: str) -> Answer:
    """Print the same bytes again."""
    return _printed(number, station)


@label.command("regenerate")
@click.argument("number")
def regenerate(number: str) -> Answer:
    """Ask Amazon for a new label; the old one is void once the new one is there."""
    labels.regenerate(number)
    return Answer(
        {"field_call": number.upper(), "wanted": "remake"}, f"A new label for {number.upper()} is asked for."
    )


@label.command("again")
@click.argument("number")
def again(number: str) -> Answer:
    """Ask once more for a label that did not come."""
    labels.want_label_again(number)
    return Answer(
        {"field_call": number.upper(), "wanted": "make"}, f"The label of {number.upper()} is asked for again."
    )


def _printed(number: str, station: str) -> Answer:
    for job_id in labels.reprint(number, station=station):
        rounds.print_label(job_id)
    prints = queries.field_call(number).prints
    latest = prints[0]
    words = f"{number.upper()} at {latest.printer}: {latest.state}. {latest.sentence}".strip()
    return Answer({"field_call": number.upper(), "print": latest}, words)
