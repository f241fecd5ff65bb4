"""The built-in ledger: documents, payments, accounts, entries, series, exports; credits on sales."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router

from loadbay.api.calls import Call, Page, call, file_answer
from loadbay.api.fields import After, Body, Figure, Flag, InPath, Limit, Search, Text, Units
from loadbay.api.shapes import page_of, parts_of
from loadbay.core.clock import SystemClock
from loadbay.core.errors import WrongInput
from loadbay.erp.ledger import export as exporting
from loadbay.erp.ledger import queries
from loadbay.erp.ledger.payment_queries import PaymentCard, payment
from loadbay.erp.ledger.payment_rules import WantedPayment
from loadbay.erp.ledger.queries import AccountRow, DocumentCard, DocumentRow, EntryRow
from loadbay.erp.ledger.services import chart, numbering, paying
from loadbay.erp.ledger.services.numbering import SeriesCard
from loadbay.orders.erp_rules import Creditable
from loadbay.orders.services import crediting, documents
from loadbay.orders.services.crediting import CreditRow

router = Router(tags=["Ledger"])
credits_router = Router(tags=["Ledger"])
_MOST = 500
_TYPES = {"csv": "text/csv", "json": "application/json"}
_Day = Annotated[date | None, Query(description="A day, such as 2026-03-02.")]


class Account(Body):
    """An account of the chart."""

    name: Text = Field(..., examples=["Rugs"])
    kind: Text = Field(..., description=f"Of: {', '.join(chart.KINDS)}.", examples=["income"])
    role: Text = Field("", description="What postings of it are for; goes over from who had it.")
    is_blocked: Flag = False
    takes_payments: Flag = Field(
        False, description="Payments may be registered to it, as to a bank account; left out: no."
    )

    def wanted_of(self, number: str) -> chart.WantedAccount:
        return chart.WantedAccount(
            number, self.name, self.kind, self.role, self.is_blocked, self.takes_payments
        )


class NewAccount(Account):
    """An account that is to be added."""

    number: Text = Field(..., examples=["4300"])

    def wanted(self) -> chart.WantedAccount:
        return self.wanted_of(self.number)


class SeriesWanted(Body):
    """Prefix and next number of a series; what is left out stays."""

    prefix: Text | None = Field(None, examples=["INV-"])
    next_number: Figure | None = None


class LineToCredit(Body):
    """How many units of a line are credited."""

    line_id: Figure
    units: Units


class NewCredit(Body):
    """A credit on a posted sale: these lines, or all that is left where none is named."""

    reason: Text = Field(..., examples=["came back torn"])
    lines: list[LineToCredit] = Field([], max_length=_MOST)

    def units(self) -> dict[int, int] | None:
        found = {one.line_id: one.units for one in self.lines}
        if len(found) < len(self.lines):
            raise WrongInput("lines names a line twice. Name each once, with all its units.")
        return found or None


class NewPayment(Body):
    """Money that came for a document, or went back, in the document's own currency."""

    amount: Text = Field(..., examples=["54.00"])
    account: Text = Field(..., description="One that takes payments.", examples=["1210"])
    reference: Text = Field(
        ..., description="The same amount twice under one reference is refused.", examples=["BANK 4711"]
    )
    on: date | None = Field(None, description="The day on which it moved; today when left out.")

    def wanted(self) -> WantedPayment:
        return WantedPayment(self.amount, self.account, self.reference, self.on)


class Reversal(Body):
    """Why a payment is taken back."""

    reason: Text = Field(..., examples=["booked on the wrong document"])
    on: date | None = Field(None, description="Today when left out.")


@call(router, "get", "/documents", declared=Call("ledger:read", page_of("documents", DocumentRow)))
def documents_page(
    request: HttpRequest,
    status: Annotated[str, Query(max_length=40, description=", ".join(queries.STATUSES))] = "",
    channel: Search = "",
    text: Annotated[str, Query(max_length=200, description="Any number of a document.")] = "",
    since: _Day = None,
    until: _Day = None,
    sort: Annotated[str, Query(max_length=40, description=", ".join(queries.SORTS))] = "newest",
    owed: Annotated[str, Query(max_length=40, description=", ".join(queries.OWED))] = "",
    after: After = "",
    limit: Limit = 50,
) -> Page:
    """Sales documents of the built-in ledger"""
    wanted = queries.DocumentFilter(status, channel, text, since, until, sort, owed)
    found = queries.documents(wanted, after=after or None, size=limit)
    return Page("documents", found.rows, found.after)


@call(router, "get", "/documents/{number}", declared=Call("ledger:read", DocumentCard))
def document(request: HttpRequest, number: InPath) -> DocumentCard:
    """One document by any of its numbers, with lines, entries, payments and credits"""
    return queries.document(number)


@call(
    router,
    "post",
    "/documents/{number}/payments",
    declared=Call("ledger:write", PaymentCard, 201, adds=True),
)
def register_payment(request: HttpRequest, number: InPath, given: NewPayment) -> PaymentCard:
    """Register a payment, whole or a part, on a posted document that the shop collects"""
    return payment(paying.register_payment(number, given.wanted(), now=SystemClock().now()))


@call(
    router,
    "post",
    "/documents/{number}/refunds",
    declared=Call("ledger:write", PaymentCard, 201, adds=True),
)
def register_refund(request: HttpRequest, number: InPath, given: NewPayment) -> PaymentCard:
    """Register what went back to the buyer, at most what was paid too much"""
    return payment(paying.register_refund(number, given.wanted(), now=SystemClock().now()))


@call(router, "get", "/payments/{number}", declared=Call("ledger:read", PaymentCard))
def registered_payment(request: HttpRequest, number: InPath) -> PaymentCard:
    """A payment, refund or reversal that a person or a program registered"""
    return payment(number)


@call(
    router,
    "post",
    "/payments/{number}/reverse",
    declared=Call("ledger:write", PaymentCard, 201, adds=True),
)
def reverse_payment(request: HttpRequest, number: InPath, given: Reversal) -> PaymentCard:
    """Reverse a payment that was registered in error, by an entry the other way round"""
    made = paying.reverse_payment(number, reason=given.reason, on=given.on, now=SystemClock().now())
    return payment(made)


@call(router, "get", "/accounts", declared=Call("ledger:read", parts_of("Chart", accounts=list[AccountRow])))
def accounts(request: HttpRequest) -> dict[str, Any]:
    """The chart of accounts with balances"""
    return {"accounts": queries.accounts()}


@call(router, "post", "/accounts", declared=Call("ledger:write", AccountRow, 201, adds=True))
def add_account(request: HttpRequest, given: NewAccount) -> AccountRow:
    """Add an account"""
    chart.add_account(given.wanted())
    return queries.account(given.number)


@call(router, "get", "/accounts/{number}", declared=Call("ledger:read", AccountRow))
def account(request: HttpRequest, number: InPath) -> AccountRow:
    """One account with its balances"""
    return queries.account(number)


@call(router, "put", "/accounts/{number}", declared=Call("ledger:write", AccountRow))
def change_account(request: HttpRequest, number: InPath, given: Account) -> AccountRow:
    """Change name, kind, role of an account, whether it takes payments, or block it"""
    chart.change_account(given.wanted_of(number))
    return queries.account(number)


@call(router, "get", "/entries", declared=Call("ledger:read", page_of("entries", EntryRow)))
def entries(
    request: HttpRequest,
    account: Search = "",
    since: _Day = None,
    until: _Day = None,
    after: After = "",
    limit: Limit = 50,
) -> Page:
    """Posted entries, newest first"""
    found = queries.entries(account=account, since=since, until=until, after=after or None, size=limit)
    return Page("entries", found.rows, found.after)


@call(router, "get", "/series", declared=Call("ledger:read", parts_of("Series", series=list[SeriesCard])))
def series(request: HttpRequest) -> dict[str, Any]:
    """The number series of orders, invoices, credits and payments"""
    return {"series": numbering.all_series()}


@call(router, "patch", "/series/{code}", declared=Call("ledger:write", SeriesCard))
def set_series(request: HttpRequest, code: InPath, given: SeriesWanted) -> SeriesCard:
    """Set prefix and next number; posted documents have no gap"""
    return numbering.set_series(code, prefix=given.prefix, next_number=given.next_number)


@call(
    router,
    "get",
    "/export/{kind}",
    declared=Call("ledger:read", None, file_types=tuple(_TYPES.values())),
)
def export(
    request: HttpRequest,
    kind: InPath,
    since: date,
    until: date,
    format: Annotated[str, Query(max_length=10, description="csv or json.")] = "csv",
) -> HttpResponse:
    """Documents, entries or payments of a period as a file"""
    pieces = exporting.exported(kind, format=format, since=since, until=until)
    name = f"ledger-{kind}-{since}-{until}.{format}"
    return file_answer("".join(pieces).encode(), content_type=f"{_TYPES[format]}; charset=utf-8", name=name)


@call(
    credits_router,
    "get",
    "/{number}/credits",
    declared=Call("ledger:read", parts_of("SaleCredits", lines=list[Creditable], credits=list[CreditRow])),
)
def credits_of(request: HttpRequest, number: InPath) -> dict[str, Any]:
    """What of a sale can be credited, and its credits"""
    return {"lines": crediting.creditable(number), "credits": crediting.credits_of(number)}


@call(
    credits_router,
    "post",
    "/{number}/credits",
    declared=Call("ledger:write", CreditRow, 201, adds=True),
)
def credit(request: HttpRequest, number: InPath, given: NewCredit) -> CreditRow:
    """Credit a posted sale, whole or by lines; the books follow within seconds"""
    return crediting.credit_sale(number, reason=given.reason, units=given.units())


@call(
    credits_router,
    "post",
    "/{number}/hand-over",
    declared=Call("ledger:write", parts_of("HandedOver", sales=int)),
)
def hand_over(request: HttpRequest, number: InPath) -> dict[str, Any]:
    """Ask the books again about a sale that they declined"""
    return {"sales": documents.hand_over_again(number)}
