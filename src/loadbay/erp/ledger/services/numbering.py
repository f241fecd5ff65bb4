"""Taking numbers of the ledger's series, and letting a person set prefix and next number.

The row of the series is locked by the statement that takes, until the transaction ends: a posting that fails
gives its number back, so posted documents have no gap.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import IntegerField
from django.db.models.functions import Cast, Substr

from loadbay.core.errors import NotFound
from loadbay.erp.ledger import rules
from loadbay.erp.ledger.models import Credit, Document, Payment, Series
from loadbay.journal.services import note

GAPLESS = {Series.Code.INVOICE, Series.Code.CREDIT, Series.Code.PAYMENT}
_WHERE: dict[str, tuple[type[Document | Credit | Payment], str]] = {
    Series.Code.ORDER: (Document, "number"),
    Series.Code.INVOICE: (Document, "invoice"),
    Series.Code.CREDIT: (Credit, "number"),
    Series.Code.PAYMENT: (Payment, "number"),
}


@dataclass(frozen=True)
class SeriesCard:
    """A series as people see it."""

    code: str
    words: str
    prefix: str
    next_number: int
    last: str
    """The last number taken; empty while none was."""
    is_gapless: bool


def take(code: str, *, count: int) -> list[str]:
    """The next numbers, oldest first. Within a transaction only."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_series SET last = last + %s WHERE code = %s RETURNING prefix, digits, last",
            [count, code],
        )
        prefix, digits, last = cursor.fetchone()
    return [f"{prefix}{number:0{digits}d}" for number in range(last - count + 1, last + 1)]


def all_series() -> tuple[SeriesCard, ...]:
    known = {row.code: row for row in Series.objects.all()}
    return tuple(_card(known[code]) for code in Series.Code.values)


def series(code: str) -> SeriesCard:
    for card in all_series():
        if card.code == code.strip().lower():
            return card
    raise NotFound(f"There is no number series {code}. Known: {', '.join(Series.Code.values)}.")


@transaction.atomic
def set_series(code: str, *, prefix: str | None = None, next_number: int | None = None) -> SeriesCard:
    """Set prefix and next number; None stays, but a new prefix begins at 1. Raises `SeriesNotUsable`."""
    before = series(code)
    row = Series.objects.select_for_update().get(code=before.code)
    kept = row.prefix if prefix is None else rules.check_prefix(prefix)
    _refuse_double(row.code, kept)
    highest = _highest(row.code, kept)
    default = row.last + 1 if kept == row.prefix else (highest or 0) + 1
    wanted = default if next_number is None else next_number
    words = row.get_code_display()
    row.last = rules.check_next(wanted, highest=highest, is_gapless=row.code in GAPLESS, words=words) - 1
    row.prefix = kept
    row.save(update_fields=["prefix", "last"])
    after = _card(row)
    if (after.prefix, after.next_number) != (before.prefix, before.next_number):
        note(
            f"series:{row.code}",
            f"Next number: {before.prefix}{before.next_number} → {after.prefix}{after.next_number}.",
            what="setting",
        )
    return after


def _refuse_double(code: str, prefix: str) -> None:
    other = Series.objects.filter(prefix=prefix).exclude(code=code).first()
    if other is not None:
        raise rules.SeriesNotUsable(
            f"Prefix {prefix} belongs to {other.get_code_display()}. Two series need two prefixes."
        )
    for label in Series.Code:
        if label != code and _highest(label, prefix) is not None:
            raise rules.SeriesNotUsable(
                f"Numbers of {label.label} begin with {prefix} already, and they stay. Choose another prefix."
            )


def _highest(code: str, prefix: str) -> int | None:
    """The highest number that a series took with a prefix; None when it never did."""
    model, column = _WHERE[code]
    rows = model.objects.filter(**{f"{column}__startswith": prefix})
    rows = rows.filter(**{f"{column}__regex": f"^.{{{len(prefix)}}}[0-9]+$"})
    figures = Cast(Substr(column, len(prefix) + 1), IntegerField())
    found = rows.annotate(figures=figures).order_by("-figures").values_list("figures", flat=True).first()
    return None if found is None else int(found)


def _card(row: Series) -> SeriesCard:
    last = f"{row.prefix}{row.last:0{row.digits}d}" if _highest_is(row) else ""
    return SeriesCard(
        code=row.code,
        words=row.get_code_display(),
        prefix=row.prefix,
        next_number=row.last + 1,
        last=last,
        is_gapless=row.code in GAPLESS,
    )


def _highest_is(row: Series) -> bool:
    model, column = _WHERE[Series.Code(row.code)]
    return model.objects.filter(**{column: f"{row.prefix}{row.last:0{row.digits}d}"}).exists()
