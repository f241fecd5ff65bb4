"""`loadbay batch-complete`: scan a consignment, see what is on it, complete all."""

from __future__ import annotations

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopCommand
from loadbay.core.clock import SystemClock
from loadbay.dispatch import queries
from loadbay.dispatch.services import completing
from loadbay.jobs.looking import look_before_completing


@click.command(cls=ShopCommand)
@click.argument("code")
@click.option("--complete-all", is_flag=True, help="Complete every labelled field call of the consignment.")
@click.option("--parcels", type=click.IntRange(0), help="Parcels counted on the lorry; compared first.")
def batch_complete(code: str, complete_all: bool, parcels: int | None) -> Answer:  # noqa: FBT001
    """Show what a consignment number (or any parcel's code) leads to; with --complete-all, complete it."""
    view = queries.batch(code)
    if not complete_all:
        rows = [
            [row.number, words, row.goods]
            for words, group in (
                ("loaded", view.loaded),
                ("completed", view.completed),
                ("without label", view.without_label),
                ("cancelled", view.cancelled),
            )
            for row in group
        ]
        at = f"{view.collection_at:%Y-%m-%d %H:%M} UTC"
        head = f"{view.consignment}: {view.parcels} parcels to load, collection {at}"
        return Answer(view, f"{head}\n{table(['field call', 'state', 'goods'], rows)}")
    warning = look_before_completing([row.number for row in view.loaded])
    done = completing.complete_all(view.consignment, parcels_counted=parcels, now=SystemClock().now())
    words = f"{warning}{view.consignment}: {len(done.numbers)} field calls completed; Amazon is told shipped."
    words += "".join(f"\n  left {number}: {why}" for number, why in done.left)
    return Answer({"consignment": view.consignment, "completed": done.numbers, "left": done.left}, words)
