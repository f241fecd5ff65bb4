"""The built-in ledger: documents, accounts, entries, number series, exports; credits on sales."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router

from loadbay.api.calls import Call, Page, call, file_answer
from loadbay.api.fields import After, Body, Figure, Flag, InPath, Limit, Search, Text, Units
from loadbay.api.shapes import page_of, parts_of
from loadbay.core.errors import WrongInput
from loadbay.erp.ledger import export as exporting
from loadbay.erp.ledger import queries
from loadbay.erp.ledger.queries import AccountRow, DocumentCard, DocumentRow, EntryRow
from loadbay.erp.ledger.services import chart, numbering
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


class NewAccount(Account):
    """An account that is to be added."""

    number: Text = Field(..., examples=["4300"])

    def wanted(self) -> chart.WantedAccount:
        return chart.WantedAccount(self.number, self.name, self.kind, self.role, self.is_blocked)


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


@call(router, "get", "/documents", declared=Call("ledger:read", page_of("documents", DocumentRow)))
def documents_page(
    request: HttpRequest,
    status: Annotated[str, Query(max_length=40, description=", ".join(queries.STATUSES))] = "",
    channel: Search = "",
    text: Annotated[str, Query(max_length=200, description="Any number of a document.")] = "",
    since: _Day = None,
    until: _Day = None,
    sort: Annotated[str, Query(max_length=40, description=", ".join(queries.SORTS))] = "newest",
    after: After = "",
    limit: Limit = 50,
) -> Page:
    """Sales documents of the built-in ledger"""
    wanted = queries.DocumentFilter(status, channel, text, since, until, sort)
    found = queries.documents(wanted, after=after or None, size=limit)
    return Page("documents", found.rows, found.after)


@call(router, "get", "/documents/{number}", declared=Call("ledger:read", DocumentCard))
def document(request: HttpRequest, number: InPath) -> DocumentCard:
    """One document by any of its numbers, with lines, entries, payments and credits"""
    return queries.document(number)


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
    """Change name, kind, role of an account, or block it"""
    chart.change_account(chart.WantedAccount(number, given.name, given.kind, given.role, given.is_blocked))
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
    """The number series of orders, invoices and credits"""
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
    """Documents or entries of a period as a file"""
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
