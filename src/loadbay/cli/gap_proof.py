"""`loadbay gap-proof`: Amazon is asked again for everything of some days."""

from __future__ import annotations

from datetime import datetime

import click

from loadbay.cli.command import DONE, REFUSED, TROUBLE_OUTSIDE
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopCommand
from loadbay.cli.work import carried_out
from loadbay.core.clock import SystemClock
from loadbay.orders import work_queries
from loadbay.orders.gap_rules import Standing
from loadbay.orders.services import proofs
from loadbay.orders.work_queries import ProofCard

DAY = click.DateTime(["%Y-%m-%d"])
MOST = 10_000
"""Of each standing, so that many imported ones hide nothing that is missing."""


@click.command(cls=ShopCommand)
@click.option("--from", "first", type=DAY, help="First day, in the time zone of the sales channel.")
@click.option("--to", "last", type=DAY, help="Last day; the first where it is left out.")
@click.option("--channel", default="", help="Only this sales channel.")
@click.option("--import-missing", is_flag=True, help="Import what is missing at once.")
@click.option("--show", "number", type=int, help="A proof that was made already.")
def gap_proof(
    first: datetime | None,
    last: datetime | None,
    channel: str,
    import_missing: bool,  # noqa: FBT001  click passes flags by name
    number: int | None,
) -> Answer:
    """Say of each order and shipment that Amazon created in some days where it is here, or is missing.

    Without days: the proofs made so far. Ends with 1 when something is missing, with 3 when Amazon did not
    answer everything. Ctrl-C cancels it; so does `loadbay work cancel`.
    """
    if number is not None:
        return _shown(work_queries.proof(number))
    if first is None:
        return _history()
    proof_id = proofs.start_proof(
        first.date(),
        (last or first).date(),
        channel=channel,
        import_missing=import_missing,
        now=SystemClock().now(),
    )
    carried_out(work_queries.proof(proof_id).work.id)
    return _shown(work_queries.proof(proof_id))


def _history() -> Answer:
    cards = work_queries.proofs()
    rows = [
        [card.id, card.work.started_at, card.since, card.until, card.channel, card.claim] for card in cards
    ]
    heads = ["proof", "asked", "from", "until", "channel", "what it says"]
    return Answer(
        {"proofs": cards}, table(heads, rows) if rows else "No gap proof yet. Give --from and --to."
    )


def _shown(card: ProofCard) -> Answer:
    numbers = sorted(
        (
            row
            for standing in Standing
            for row in work_queries.proof_numbers(card.id, standing=standing.value, limit=MOST)
        ),
        key=lambda row: row.id,
    )
    rows = [
        [row.number, row.order_id, row.status, row.standing, row.sale or row.detail]
        for row in numbers
        if row.standing != "imported"
    ]
    heads = ["number", "Amazon order", "Amazon's status", "here", "sale, or why not"]
    text = "\n".join([f"Gap proof {card.id}: {card.claim}", *([table(heads, rows)] if rows else [])])
    if not card.is_complete:
        ends = TROUBLE_OUTSIDE
    else:
        ends = REFUSED if card.missing else DONE
    return Answer({"proof": card, "numbers": numbers}, text, ends)
