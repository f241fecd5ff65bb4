"""Sales > Ledger: the list of documents, accounts with balances, number series, export.

Rule: what was posted is only looked at here; a credit on its sale is in `crediting.py`, one document with its
payments in `ledger_payments.py`. Charts and series are the back office's to keep.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from loadbay.channels import queries as channels
from loadbay.erp.ledger import export as exporting
from loadbay.erp.ledger import queries
from loadbay.erp.ledger.rules import ROLES
from loadbay.erp.ledger.services import chart, numbering
from loadbay.journal.queries import timeline
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import DayInput, form_page, offer, refusals_in, said
from loadbay.web.zone import today

_FIELDS = {
    "account number": "number",
    "is there already": "number",
    "take payments": "takes_payments",
    "name of an account": "name",
    "kind": "kind",
    "role": "role",
    "blocked": "is_blocked",
}
_CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}


class DocumentFilterForm(forms.Form):
    """What to look for; nothing chosen means any."""

    text = forms.CharField(label="Any number of a document", required=False, max_length=100)
    status = forms.ChoiceField(
        required=False, choices=[("", "Any"), *((code, code) for code in queries.STATUSES)]
    )
    channel = forms.ChoiceField(label="Sales channel", required=False)
    since = forms.DateField(required=False, widget=DayInput())
    until = forms.DateField(required=False, widget=DayInput())
    owed = forms.ChoiceField(required=False, choices=[("", "Any"), *queries.OWED.items()])
    sort = forms.ChoiceField(label="Order", required=False, choices=list(queries.SORTS.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [(code, code) for code in channels.channel_codes()]
        offer(self, "channel", [("", "Any"), *codes])

    def wanted(self) -> queries.DocumentFilter:
        given = self.cleaned_data
        return queries.DocumentFilter(**(given | {"sort": given["sort"] or "newest"}))


class AccountForm(forms.Form):
    number = forms.CharField(max_length=20, help_text="Such as 4300.")
    name = forms.CharField(max_length=60)
    kind = forms.ChoiceField(choices=list(chart.KINDS.items()), initial="income")
    role = forms.ChoiceField(
        required=False,
        choices=[("", "None"), *((role, f"{role}: {words}") for role, words in ROLES.items())],
        help_text="What postings of it are for. It goes over from the account that had it.",
    )
    takes_payments = forms.BooleanField(
        label="Payments can be registered to it, as to a bank account", required=False
    )
    is_blocked = forms.BooleanField(label="Blocked: nothing more may be posted to it", required=False)


class ExportForm(forms.Form):
    kind = forms.ChoiceField(
        label="What",
        choices=(
            ("documents", "Sales documents"),
            ("entries", "Posted entries"),
            ("payments", "Payments and refunds"),
        ),
    )
    since = forms.DateField(label="From", widget=DayInput())
    until = forms.DateField(label="Until", widget=DayInput())
    format = forms.ChoiceField(choices=(("csv", "CSV"), ("json", "JSON")))


@needs(Right.SEE_OFFICE)
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    form = DocumentFilterForm(request.GET)
    page = queries.documents(form.wanted(), after=_after(request)) if form.is_valid() else None
    is_filtered = any(form.data.get(name) for name in form.fields if name != "sort")
    context = {"tab": "documents", "form": form, "page": page, "is_filtered": is_filtered}
    return render(request, "office/ledger.html", context, status=200 if page else 422)


@needs(Right.SEE_OFFICE)
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """The chart of accounts with balances."""
    return _chart(request, AccountForm())


@needs(Right.KEEP_LEDGER)
@require_POST
def add_account(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST)
    return _kept(request, form, chart.add_account) or _chart(request, form)


@needs(Right.SEE_OFFICE)
@require_safe
def account(request: HttpRequest, number: str) -> HttpResponse:
    """One account: its entries, its name and what it is for."""
    return _one_account(request, queries.account(number), None)


@needs(Right.KEEP_LEDGER)
@require_POST
def change_account(request: HttpRequest, number: str) -> HttpResponse:
    row = queries.account(number)
    data = request.POST.copy()
    data["number"] = row.number
    form = AccountForm(data)
    return _kept(request, form, chart.change_account) or _one_account(request, row, form)


def _chart(request: HttpRequest, form: AccountForm) -> HttpResponse:
    context = {"tab": "accounts", "accounts": queries.accounts(), "form": form}
    return form_page(request, "office/ledger_accounts.html", context)


def _one_account(request: HttpRequest, row: queries.AccountRow, form: AccountForm | None) -> HttpResponse:
    names = ("number", "name", "kind", "role", "takes_payments", "is_blocked")
    start = {name: getattr(row, name) for name in names}
    context = {
        "tab": "accounts",
        "account": row,
        "form": form or AccountForm(initial=start),
        "page": queries.entries(account=row.number, after=_after(request)),
        "timeline": timeline(f"account:{row.number}", limit=20),
    }
    return form_page(request, "office/ledger_account.html", context)


def _kept(
    request: HttpRequest, form: AccountForm, keep: Callable[[chart.WantedAccount], None]
) -> HttpResponse | None:
    if form.is_valid():
        wanted = chart.WantedAccount(**form.cleaned_data)
        with refusals_in(form, fields=_FIELDS):
            keep(wanted)
            said(request, f"Account {wanted.number.upper()} is kept.")
            return redirect("ledger-accounts")
    return None


class SeriesForm(forms.Form):
    code = forms.ChoiceField(label="Series")
    prefix = forms.CharField(  # type: ignore[assignment]  # the form itself has none
        max_length=10, help_text="What its numbers begin with, such as INV-."
    )
    next_number = forms.IntegerField(
        min_value=1, required=False, help_text="Empty: it goes on as it is; a new prefix begins at 1."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "code", [(card.code, card.words) for card in numbering.all_series()])


@needs(Right.SEE_OFFICE)
@require_safe
def series(request: HttpRequest) -> HttpResponse:
    return _series(request, SeriesForm())


@needs(Right.KEEP_LEDGER)
@require_POST
def set_series(request: HttpRequest) -> HttpResponse:
    """Posted documents have no gap, so another next number only begins a new prefix."""
    form = SeriesForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_in(form, fields={"gap": "next_number", "was used": "next_number", "prefix": "prefix"}):
            card = numbering.set_series(
                given["code"], prefix=given["prefix"], next_number=given["next_number"]
            )
            said(request, f"{card.words}: the next number is {card.prefix}{card.next_number:06}.")
            return redirect("ledger-series")
    return _series(request, form)


def _series(request: HttpRequest, form: SeriesForm) -> HttpResponse:
    context = {"tab": "series", "series": numbering.all_series(), "form": form}
    return form_page(request, "office/ledger_series.html", context)


@needs(Right.SEE_OFFICE)
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """A file of the period, row by row as it is read; without one asked for, the form."""
    day = today()
    start = {"since": day.replace(day=1), "until": day}
    form = ExportForm(request.GET if request.GET else None, initial=start)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_in(form, fields={"period": "until"}):
            return _file(given)
    return form_page(request, "office/ledger_export.html", {"tab": "export", "form": form})


def _file(given: dict[str, Any]) -> StreamingHttpResponse:
    pieces = exporting.exported(
        given["kind"], format=given["format"], since=given["since"], until=given["until"]
    )
    response = StreamingHttpResponse(pieces, content_type=_CONTENT_TYPES[given["format"]])
    name = f"ledger-{given['kind']}-{given['since']}-{given['until']}.{given['format']}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _after(request: HttpRequest) -> str | None:
    after = request.GET.get("after", "")
    return after if after.isdecimal() and len(after) < 19 else None
