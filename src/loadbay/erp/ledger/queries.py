"""Reading the books: documents page by page, one document whole, accounts with balances, entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from loadbay.core.errors import NotFound, WrongInput
from loadbay.core.money import Money
from loadbay.erp.ledger.models import (
    Account,
    AccountBalance,
    Credit,
    CreditLine,
    Document,
    DocumentLine,
    Entry,
)
from loadbay.erp.ledger.payment_queries import PaymentRow, paid_in_all, payments_of
from loadbay.erp.ledger.rules import ROLES

PAGE_SIZE = 50
SORTS: Mapping[str, str] = {"newest": "Newest first", "oldest": "Oldest first", "posted": "Last posted first"}
STATUSES = tuple(Document.Status.values)
OWED: Mapping[str, str] = {"outstanding": "Outstanding", "overpaid": "Paid too much"}


@dataclass(frozen=True)
class DocumentFilter:
    """What to look for; empty means any. `text` is any number of a document: its own, invoice, credit,
    external document number or sale. Days are those of the order, for posted ones of the posting."""

    status: str = ""
    channel: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = "newest"
    owed: str = ""
    """One of `OWED`: the buyer still owes something, or paid too much."""


@dataclass(frozen=True)
class DocumentRow:
    """One line of the list of documents."""

    id: int
    number: str
    external_number: str
    sale: str
    channel: str
    customer: str
    status: str
    invoice: str
    ordered_on: date
    posted_on: date | None
    total: Money
    is_collected: bool
    """The marketplace has the buyer's money."""
    outstanding: Money | None
    """Of what is posted and the shop collects; less than nothing where too much was paid."""


@dataclass(frozen=True)
class DocumentPage:
    rows: tuple[DocumentRow, ...]
    after: str | None


@dataclass(frozen=True)
class LineRow:
    """One line of a document; `credited` are the units that were credited."""

    description: str
    kind: str
    type: str
    number: str
    account: str
    units: int
    credited: int
    net: Money
    tax: Money


@dataclass(frozen=True)
class EntryRow:
    """One side of a posting; the side that it is not on is empty."""

    posted_on: date
    kind: str
    number: str
    document: str
    account: str
    account_name: str
    debit: Money | None
    credit: Money | None


@dataclass(frozen=True)
class CreditRow:
    number: str
    external_number: str
    reason: str
    posted_on: date
    posted_by: str
    at: datetime
    total: Money
    lines: tuple[tuple[str, int], ...]
    """(description, units) of each line."""


@dataclass(frozen=True)
class DocumentCard:
    """Everything about one document."""

    row: DocumentRow
    net: Money
    tax: Money
    dimensions: tuple[str, ...]
    shipping_agent: str
    payment_method: str
    credited: Money
    paid: Money
    lines: tuple[LineRow, ...]
    entries: tuple[EntryRow, ...]
    payments: tuple[PaymentRow, ...]
    credits: tuple[CreditRow, ...]


@dataclass(frozen=True)
class Balance:
    """An account's sums in one currency; `balance` is debits less credits."""

    debit: Money
    credit: Money
    balance: Money


@dataclass(frozen=True)
class AccountRow:
    """An account with its balances, one per currency."""

    number: str
    name: str
    kind: str
    role: str
    role_words: str
    is_blocked: bool
    takes_payments: bool
    balances: tuple[Balance, ...]


@dataclass(frozen=True)
class EntryPage:
    rows: tuple[EntryRow, ...]
    after: str | None


def documents(wanted: DocumentFilter, *, after: str | None = None, size: int = PAGE_SIZE) -> DocumentPage:
    """Documents in the wanted order, page by key."""
    rows = filtered(wanted)
    if wanted.sort == "oldest":
        rows = rows.order_by("id")
        rows = rows.filter(pk__gt=_key(after)) if after else rows
    elif wanted.sort == "posted":
        rows = rows.filter(posted_on__isnull=False).order_by("-posted_on", "-id")
        rows = _posted_after(rows, _key(after)) if after else rows
    else:
        rows = rows.order_by("-id")
        rows = rows.filter(pk__lt=_key(after)) if after else rows
    found = list(rows.select_related("customer")[: size + 1])
    key = str(found[size - 1].pk) if len(found) > size else None
    return DocumentPage(tuple(_row(row) for row in found[:size]), key)


def _posted_after(rows: QuerySet[Document], key: int) -> QuerySet[Document]:
    day = Document.objects.filter(pk=key).values_list("posted_on", flat=True).first()
    return rows.filter(Q(posted_on__lt=day) | Q(posted_on=day, pk__lt=key)) if day else rows.none()


def filtered(wanted: DocumentFilter) -> QuerySet[Document]:
    rows = Document.objects.all()
    if wanted.status:
        rows = rows.filter(status=wanted.status.replace("\x00", ""))
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel.replace("\x00", "").upper())
    if wanted.since:
        rows = rows.filter(Q(posted_on__gte=wanted.since) | Q(posted_on=None, ordered_on__gte=wanted.since))
    if wanted.until:
        rows = rows.filter(Q(posted_on__lte=wanted.until) | Q(posted_on=None, ordered_on__lte=wanted.until))
    if wanted.owed == "outstanding":
        rows = rows.filter(outstanding__gt=0)
    elif wanted.owed == "overpaid":
        rows = rows.filter(outstanding__lt=0)
    text = wanted.text.replace("\x00", "").strip()
    return rows.filter(pk__in=_numbered(text)) if text else rows


def _numbered(number: str) -> QuerySet[Document, Any]:
    """By any number; each is looked up by itself, so that an index answers."""
    text = number.replace("\x00", "").strip()
    upper = text.upper()
    credits = Credit.objects.filter(number=upper).values("document_id")
    found = [
        Document.objects.filter(**{column: value}).values("pk")
        for column, value in (("invoice", upper), ("external_number", text), ("reference", upper))
    ]
    by_credit = Document.objects.filter(pk__in=credits).values("pk")
    return Document.objects.filter(number=upper).values("pk").union(*found, by_credit)


def document_numbered(number: str, *, among: QuerySet[Document]) -> Document:
    """The one with that number of any kind. Raises `NotFound`."""
    found = among.filter(pk__in=_numbered(number)).order_by("id").first()
    if found is None:
        raise NotFound(
            f"The ledger has no document {number}. Give its number, its invoice, its credit or its sale."
        )
    return found


def document(number: str) -> DocumentCard:
    """By any of its numbers. Raises `NotFound`."""
    found = document_numbered(number, among=Document.objects.select_related("customer"))
    money = _in(found.currency)
    payments, credits = payments_of(found), _credits(found)
    return DocumentCard(
        row=_row(found),
        net=money(found.net),
        tax=money(found.tax),
        dimensions=tuple(filter(None, (found.dimension_1, found.dimension_2))),
        shipping_agent=found.shipping_agent,
        payment_method=found.payment_method,
        credited=money(sum((credit.total.amount for credit in credits), Decimal(0))),
        paid=paid_in_all(payments, currency=found.currency),
        lines=tuple(_line(line) for line in found.lines.select_related("account", "document").order_by("id")),
        entries=tuple(entry_row(entry) for entry in with_rows(Entry.objects.filter(posting__document=found))),
        payments=payments,
        credits=credits,
    )


def _credits(found: Document) -> tuple[CreditRow, ...]:
    lines: dict[int, list[tuple[str, int]]] = {}
    rows = CreditLine.objects.filter(credit__document=found).select_related("line").order_by("id")
    for row in rows:
        lines.setdefault(row.credit_id, []).append((row.line.description, row.units))
    money = _in(found.currency)
    return tuple(
        CreditRow(
            number=row.number,
            external_number=row.external_number,
            reason=row.reason,
            posted_on=row.posted_on,
            posted_by=row.posted_by,
            at=row.at,
            total=money(row.net + row.tax),
            lines=tuple(lines.get(row.pk, ())),
        )
        for row in found.credits.order_by("id")
    )


def accounts() -> tuple[AccountRow, ...]:
    """The chart of accounts by number, each with its balances."""
    balances: dict[int, list[Balance]] = {}
    for row in AccountBalance.objects.order_by("currency"):
        money = _in(row.currency)
        balance = Balance(money(row.debit), money(row.credit), money(row.debit - row.credit))
        balances.setdefault(row.account_id, []).append(balance)
    return tuple(
        AccountRow(
            number=row.number,
            name=row.name,
            kind=row.kind,
            role=row.role or "",
            role_words=ROLES.get(row.role or "", ""),
            is_blocked=row.is_blocked,
            takes_payments=row.takes_payments,
            balances=tuple(balances.get(row.pk, ())),
        )
        for row in Account.objects.order_by("number")
    )


class PaymentAccount(NamedTuple):
    number: str
    name: str


def payment_accounts() -> tuple[PaymentAccount, ...]:
    """The accounts that a person may register payments to."""
    rows = taking_payments().order_by("number").values_list(*PaymentAccount._fields)
    return tuple(map(PaymentAccount._make, rows))


def taking_payments() -> QuerySet[Account]:
    return Account.objects.filter(takes_payments=True, is_blocked=False)


def account(number: str) -> AccountRow:
    for row in accounts():
        if row.number == number.strip().upper():
            return row
    raise NotFound(f"There is no account {number}. See the chart: loadbay ledger accounts.")


def entries(
    *,
    account: str = "",
    since: date | None = None,
    until: date | None = None,
    after: str | None = None,
    size: int = PAGE_SIZE,
) -> EntryPage:
    """Entries, newest first, page by key."""
    rows = Entry.objects.all()
    if account:
        rows = rows.filter(account__number=account.replace("\x00", "").strip().upper())
    if since:
        rows = rows.filter(posting__posted_on__gte=since)
    if until:
        rows = rows.filter(posting__posted_on__lte=until)
    if after:
        rows = rows.filter(pk__lt=_key(after))
    found = list(with_rows(rows).order_by("-id")[: size + 1])
    key = str(found[size - 1].pk) if len(found) > size else None
    return EntryPage(tuple(entry_row(row) for row in found[:size]), key)


def with_rows(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    return rows.select_related("account", "posting__document").order_by("id")


def entry_row(row: Entry) -> EntryRow:
    money = _in(row.currency)
    return EntryRow(
        posted_on=row.posting.posted_on,
        kind=row.posting.kind,
        number=row.posting.number,
        document=row.posting.document.number,
        account=row.account.number,
        account_name=row.account.name,
        debit=money(row.debit) if row.debit else None,
        credit=money(row.credit) if row.credit else None,
    )


def over_paid(row: DocumentRow) -> Money | None:
    """What was paid too much; None where nothing was."""
    owed = row.outstanding
    return Money(-owed.amount, owed.currency) if owed is not None and owed.amount < 0 else None


def _row(row: Document) -> DocumentRow:
    return DocumentRow(
        id=row.pk,
        number=row.number,
        external_number=row.external_number,
        sale=row.reference,
        channel=row.channel,
        customer=row.customer.name,
        status=row.status,
        invoice=row.invoice or "",
        ordered_on=row.ordered_on,
        posted_on=row.posted_on,
        total=_in(row.currency)(row.net + row.tax),
        is_collected=row.is_collected,
        outstanding=_in(row.currency)(row.outstanding) if row.invoice and not row.is_collected else None,
    )


def _line(line: DocumentLine) -> LineRow:
    money = _in(line.document.currency)
    return LineRow(
        description=line.description,
        kind=line.kind,
        type=line.type,
        number=line.number,
        account=line.account.number,
        units=line.units,
        credited=line.credited_units,
        net=money(line.net),
        tax=money(line.tax),
    )


def _in(currency: str) -> Callable[[Decimal], Money]:
    """Makes amounts of a currency, to its own decimals."""
    return lambda amount: Money(amount, currency).rounded()


def _key(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise WrongInput(f"{text[:40]!r} is no key of a page. Take the key that the page before named.")
    return int(text)
