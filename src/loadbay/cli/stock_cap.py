"""`loadbay stock cap`: the global stock cap of all Amazon listing types, with dates."""

from __future__ import annotations

from datetime import date, datetime

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.clock import SystemClock
from loadbay.listings import services as listings
from loadbay.listings.figures import global_cap, stock_caps

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=ShopGroup)
def cap() -> None:
    """The global stock cap: no buyer on any Amazon listing type is shown more."""


@cap.command("set")
@click.argument("units", type=int)
@click.option("--from", "first_day", type=_DAY, help="First day, in UTC; today when left out.")
@click.option("--until", "last_day", type=_DAY, help="Last day; open when left out.")
@click.option("--dry-run", is_flag=True, help="Say what would hold; change nothing.")
def cap_set(units: int, first_day: datetime | None, last_day: datetime | None, *, dry_run: bool) -> Answer:
    """Show no buyer more than UNITS of anything, from a day on."""
    first, last = _day(first_day), last_day.date() if last_day else None
    act = listings.try_stock_cap if dry_run else listings.set_stock_cap
    act(units, valid_from=first, valid_until=last)
    until = f" until {last}" if last else ""
    would = "would be" if dry_run else "is"
    return _caps(
        f"From {first}{until} no buyer {would} shown more than {units} of anything.", dry_run=dry_run
    )


@cap.command("show")
def cap_show() -> Answer:
    """The cap of today, and those with their dates."""
    return _caps("")


@cap.command("end")
@click.option("--from", "first_day", type=_DAY, help="First day without a cap; today when left out.")
@click.option("--dry-run", is_flag=True, help="Say what would hold; change nothing.")
def cap_end(first_day: datetime | None, *, dry_run: bool) -> Answer:
    """End the cap the day before a day, and drop those that would begin later."""
    first = _day(first_day)
    act = listings.try_stock_cap if dry_run else listings.set_stock_cap
    act(None, valid_from=first)
    would = "would be" if dry_run else "is"
    return _caps(f"There {would} no global stock cap from {first} on.", dry_run=dry_run)


def _day(given: datetime | None) -> date:
    return given.date() if given else SystemClock().now().date()


def _caps(words: str, *, dry_run: bool = False) -> Answer:
    """What holds, with the caps by their dates."""
    caps, today = stock_caps(), global_cap(SystemClock().now().date())
    rows = [[one.units, one.valid_from, one.valid_until or "open"] for one in caps]
    now = "No global stock cap is in force today." if today is None else f"In force today: {today} units."
    text = "\n".join(filter(None, [words, now, table(["units", "from", "until"], rows) if rows else ""]))
    return Answer({"is_dry_run": dry_run, "in_force": today, "caps": caps}, text)
