"""Administration > Printers: where labels come out. The printer called like a bench serves that bench.

Rule: a printer's address is checked when it is saved; a label is never sent anywhere else.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from loadbay import wiring
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Refusal, Trouble
from loadbay.dispatch import queries
from loadbay.dispatch.paper_work import trial_label
from loadbay.dispatch.print_queries import printer
from loadbay.dispatch.services.printers import NewPrinter, add_printer
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import STOP, form_page, refusals_in, said

KINDS = {"raw": "Network printer (raw, port 9100)", "folder": "Folder", "browser": "Browser at the bench"}
FORMATS = (("zpl", "ZPL"), ("png", "PNG"), ("pdf", "PDF"))


class PrinterForm(forms.Form):
    name = forms.CharField(max_length=40, help_text="Like the bench it serves, such as Bench 1.")
    kind = forms.ChoiceField(choices=list(KINDS.items()))
    address = forms.CharField(
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Network printer: 192.168.1.40:9100. Folder: its full path. Browser: leave empty.",
    )
    formats = forms.MultipleChoiceField(
        label="It can print",
        choices=FORMATS,
        initial=["zpl", "png", "pdf"],
        widget=forms.CheckboxSelectMultiple,
    )
    is_default = forms.BooleanField(
        label="Default printer", required=False, help_text="For benches without a printer of their own."
    )


@needs(Right.CHANGE_PRINTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def printers(request: HttpRequest) -> HttpResponse:
    form = PrinterForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        words = {
            "printer name": "name",
            "printer kind": "kind",
            "address": "address",
            "folder": "address",
            "format": "formats",
        }
        with refusals_in(form, fields=words):
            made = add_printer(NewPrinter(**{**given, "formats": ",".join(given["formats"])}))
            said(request, f"{made.name} is there. Print a label on it before the first lorry.")
            return redirect("printers")
    context = {"form": form, "printers": queries.printers(), "kinds": KINDS}
    return form_page(request, "office/printers.html", context)


@needs(Right.CHANGE_PRINTERS)
@require_POST
def trial(request: HttpRequest) -> HttpResponse:
    """A small label straight to the printer, to see that it comes out and can be scanned."""
    name = request.POST.get("printer", "")
    try:
        found = printer(name)
        label = trial_label(found, now=SystemClock().now())
        wiring.printer_for(found).print(label.content, format=label.format, title=label.title)
    except (Refusal, Trouble) as no:
        said(request, f"{name}: {no.sentence}", tone=STOP)
    else:
        said(request, f"A trial label went to {name}. Look whether it came out, and scan it.")
    return redirect("printers")
