"""`loadbay ledger`: documents, entries, accounts, number series, credits and exports.

Payments by hand are in `ledger_payments`, which adds its commands to this group.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from loadbay.cli.ledger_payments import DAY, day_of, payment, payment_reverse, payments_in_words, refund
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.errors import WrongInput
from loadbay.erp.ledger import export as exporting
from loadbay.erp.ledger import queries
from loadbay.erp.ledger.services import chart, numbering
from loadbay.orders.services import crediting
from loadbay.orders.services.documents import hand_over_again


@click.group("ledger", cls=ShopGroup)
def ledger() -> None:
    """The built-in ledger: documents, payments, entries, accounts, series, credit, export."""


@ledger.command("documents")
@click.option("--status", default="", help=f"One of {', '.join(queries.STATUSES)}.")
@click.option("--channel", default="")
@click.option("--text", default="", help="Any number: document, invoice, credit, sale, external document.")
@click.option("--since", type=DAY)
@click.option("--until", type=DAY)
@click.option("--owed", type=click.Choice(list(queries.OWED)), help="What the buyer owes, or paid too much.")
@click.option("--sort", type=click.Choice(list(queries.SORTS)), default="newest", show_default=True)
@click.option("--after", help="Key of the next page.")
def documents(
    *,
    status: str,
    channel: str,
    text: str,
    since: datetime | None,
    until: datetime | None,
    owed: str | None,
    sort: str,
    after: str | None,
) -> Answer:
    """Sales documents, page by page."""
    wanted = queries.DocumentFilter(
        status.capitalize(), channel, text, day_of(since), day_of(until), sort, owed or ""
    )
    page = queries.documents(wanted, after=after)
    heads = ["document", "sale", "status", "invoice", "ordered", "posted", "total", "outstanding"]
    cells = [
        [r.number, r.sale, r.status, r.invoice, r.ordered_on, r.posted_on, r.total, r.outstanding or ""]
        for r in page.rows
    ]
    more = f"\nNext page: --after {page.after}" if page.after else ""
    words = table(heads, cells) if page.rows else "No document fits."
    return Answer(page, words + more)


@ledger.command("show")
@click.argument("number")
def show(number: str) -> Answer:
    """One document whole, by any of its numbers."""
    card = queries.document(number)
    row = card.row
    head = f"{row.number} for sale {row.sale}: {row.status} {row.invoice}, {row.total} for {row.customer}"
    lines = [[line.description, line.account, line.units, line.net, line.tax] for line in card.lines]
    parts = [head, table(["line", "account", "units", "net", "tax"], lines)]
    if card.entries:
        parts.append(_entries(card.entries))
    parts += [f"Credit {one.number} on {one.posted_on}: {one.total}. {one.reason}" for one in card.credits]
    if row.outstanding is not None:
        parts.append(payments_in_words(card))
    return Answer(card, "\n\n".join(parts))


@ledger.command("entries")
@click.option("--account", default="", help="Number of an account.")
@click.option("--since", type=DAY)
@click.option("--until", type=DAY)
@click.option("--after", help="Key of the next page.")
def entries(*, account: str, since: datetime | None, until: datetime | None, after: str | None) -> Answer:
    """Posted entries, newest first."""
    if account:
        queries.account(account)
    page = queries.entries(account=account, since=day_of(since), until=day_of(until), after=after)
    more = f"\nNext page: --after {page.after}" if page.after else ""
    return Answer(page, (_entries(page.rows) if page.rows else "No entry fits.") + more)


@ledger.command("accounts")
def accounts() -> Answer:
    """The chart of accounts with balances; debits less credits."""
    rows = queries.accounts()
    cells = [
        [row.number, row.name, row.kind, row.role, ", ".join(str(one.balance) for one in row.balances)]
        for row in rows
    ]
    return Answer(rows, table(["account", "name", "kind", "role", "balance"], cells))


@ledger.command("account-set")
@click.argument("number")
@click.option("--name", help="What it is called; needed for a new one.")
@click.option("--kind", type=click.Choice(list(chart.KINDS)))
@click.option("--role", help="What postings of it are for; goes over from the account that had it.")
@click.option("--blocked/--not-blocked", default=None, help="Whether nothing more may be posted to it.")
@click.option("--payments/--no-payments", default=None, help="Whether payments may be registered to it.")
def account_set(
    number: str,
    *,
    name: str | None,
    kind: str | None,
    role: str | None,
    blocked: bool | None,
    payments: bool | None,
) -> Answer:
    """Add an account, or change one; what is not named stays."""
    known = next((row for row in queries.accounts() if row.number == number.strip().upper()), None)
    if known is None:
        if not name or not kind:
            raise WrongInput(f"Account {number} is new: give its --name and its --kind.")
        chart.add_account(chart.WantedAccount(number, name, kind, role or "", bool(blocked), bool(payments)))
    else:
        chart.change_account(
            chart.WantedAccount(
                number,
                known.name if name is None else name,
                kind or known.kind,
                known.role if role is None else role,
                known.is_blocked if blocked is None else blocked,
                known.takes_payments if payments is None else payments,
            )
        )
    row = queries.account(number)
    return Answer(row, f"Account {row.number} is {row.name}.")


@ledger.command("series")
@click.argument("code", required=False)
@click.option("--prefix", help="What its numbers begin with, such as INV-.")
@click.option("--next", "next_number", type=int, help="The next number.")
def series(code: str | None, *, prefix: str | None, next_number: int | None) -> Answer:
    """The number series, or one of them; with --prefix or --next it is set."""
    if code is None:
        if prefix is not None or next_number is not None:
            raise WrongInput("Name the series to set: order, invoice, credit or payment.")
        rows = numbering.all_series()
    elif prefix is None and next_number is None:
        rows = (numbering.series(code),)
    else:
        rows = (numbering.set_series(code, prefix=prefix, next_number=next_number),)
    cells = [[row.code, row.words, f"{row.prefix}{row.next_number}", row.last] for row in rows]
    return Answer(rows, table(["series", "for", "next", "last taken"], cells))


@ledger.command("credit")
@click.argument("sale")
@click.option("--reason", required=True, help="Why; it stands on the credit.")
@click.option("--line", "lines", multiple=True, help="LINE=UNITS, several times; without, all that is left.")
@click.option("--key", default="", help="Asked twice with one key, there is one credit.")
@click.option("--dry-run", is_flag=True, help="Show the lines and what is left of them; credit nothing.")
def credit(sale: str, *, reason: str, lines: tuple[str, ...], key: str, dry_run: bool) -> Answer:
    """Credit a posted sale, whole or by lines. The books follow within seconds."""
    if dry_run:
        left = crediting.creditable(sale)
        cells = [[one.line_id, one.description, one.units, one.left] for one in left]
        return Answer(left, table(["line", "description", "units", "left"], cells))
    made = crediting.credit_sale(sale, reason=reason, units=_units(lines), key=key)
    return Answer(made, f"{made.number}: {made.amount} credited. The books follow within seconds.")


for _command in (payment, refund, payment_reverse):
    ledger.add_command(_command)


@ledger.command("hand-over")
@click.argument("sale", required=False)
def hand_over(sale: str | None) -> Answer:
    """Have the books asked again about a sale they declined, or about all of them."""
    count = hand_over_again(sale or "")
    words = "1 sale is" if count == 1 else f"{count} sales are"
    return Answer({"sales": count}, f"{words} handed over again with the next look.")


@ledger.command("export")
@click.argument("kind", type=click.Choice(exporting.KINDS))
@click.option("--since", type=DAY, required=True)
@click.option("--until", type=DAY, required=True)
@click.option("--format", "format_", type=click.Choice(exporting.FORMATS), default="csv", show_default=True)
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
def export(kind: str, *, since: datetime, until: datetime, format_: str, to: Path) -> Answer:
    """Documents, entries or payments of a period as a file."""
    pieces = exporting.exported(kind, format=format_, since=since.date(), until=until.date())
    try:
        with to.open("w", encoding="utf-8", newline="") as file:
            for piece in pieces:
                file.write(piece)
    except OSError as error:
        raise WrongInput(f"{to} cannot be written: {error.strerror}.") from error
    return Answer({"file": to, "kind": kind, "format": format_}, f"Written: {to}")


def _units(pairs: tuple[str, ...]) -> dict[int, int] | None:
    if not pairs:
        return None
    found: dict[int, int] = {}
    for pair in pairs:
        line, equals, units = (part.strip() for part in pair.partition("="))
        if not equals or not line.isdecimal() or not units.isdecimal() or len(line + units) > 18:
            raise WrongInput(
                f"{pair!r} is no line with units. Write it like 12=1; --dry-run shows the lines."
            )
        found[int(line)] = int(units)
    return found


def _entries(rows: tuple[queries.EntryRow, ...]) -> str:
    heads = ["posted", "for", "number", "account", "name", "debit", "credit"]
    cells = [
        [r.posted_on, r.kind, r.number, r.account, r.account_name, r.debit or "", r.credit or ""]
        for r in rows
    ]
    return table(heads, cells)
