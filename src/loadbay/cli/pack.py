"""`loadbay pack`: the packing bench from the terminal, scan by scan."""

from __future__ import annotations

from uuid import uuid4

import click

from loadbay.cli.output import Answer
from loadbay.cli.shop_command import ShopCommand
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Refusal
from loadbay.dispatch.bench_queries import bench as bench_view
from loadbay.dispatch.bench_rules import COMMAND_FINISH, COMMAND_PART, BenchAnswer, Outcome, Tone
from loadbay.dispatch.services.bench import Bench, scan


class BenchStops(Refusal):
    """The bench answered a scan with a hard stop; what was scanned before it counts."""

    code = "bench_stops"


@click.command(cls=ShopCommand)
@click.argument("number")
@click.option("--scan", "codes", multiple=True, help="A code to scan, several times, in this order.")
@click.option("--finish", is_flag=True, help="Packing Finished after the last scan.")
@click.option(
    "--part", is_flag=True, help="Ship these, rest later: what is packed goes ahead (own carriers only)."
)
@click.option("--station", default="terminal", show_default=True, help="Name of the bench.")
def pack(number: str, *, codes: tuple[str, ...], finish: bool, part: bool, station: str) -> Answer:
    """Put a field call on the bench, scan its goods, finish."""
    if finish and part:
        raise click.UsageError("Give --finish or --part: a part goes ahead of what is not packed.")
    last = (COMMAND_FINISH,) if finish else (COMMAND_PART, COMMAND_PART) if part else ()
    answers = []
    for code in (number, *codes, *last):
        answer = scan(key=uuid4(), code=code, bench=Bench(station, None, SystemClock().now()))
        answers.append(answer)
        if answer.tone is Tone.STOP or answer.outcome is Outcome.WAIT_FOR_LABEL:
            raise BenchStops(f"{answer.headline}: {answer.sentence}")
    data = {"answers": [answer.as_data() for answer in answers], "bench": bench_view(station)}
    return Answer(data, "\n".join(_words(answer) for answer in answers))


def _words(answer: BenchAnswer) -> str:
    return f"{answer.tone.value:>4}  {answer.headline}. {answer.sentence}"
