"""Sales > Set aside, and the buttons on shipments without a sale: import again, build again.

Rule: one shipment is asked for at once, so that the person hears what came of it; many go by the queue.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from loadbay.core.errors import Refusal
from loadbay.jobs import looking, tasks
from loadbay.orders import queries
from loadbay.orders.services import importing
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import OK, STOP, said
from loadbay.web.office.exchanges import readable

SHOWN = 100
_PAGES = ("set-aside", "sales", "tasks")


@needs(Right.SEE_OFFICE)
@require_safe
def set_aside(request: HttpRequest) -> HttpResponse:
    """Shipments that could not be taken in: why, and what Amazon sent, masked."""
    rows = [(row, readable(row.body)) for row in queries.set_aside(limit=SHOWN)]
    return render(request, "office/set_aside.html", {"rows": rows, "count": queries.count_set_aside()})


@needs(Right.DECIDE_TASKS)
@require_POST
def import_again(request: HttpRequest) -> HttpResponse:
    """Take in once more: one shipment is asked for at once, several or all by the queue."""
    named = list(dict.fromkeys(request.POST.getlist("shipment")))[:SHOWN]
    if not named:
        tasks.import_all_again.defer()
        said(request, "All that is set aside is imported again. What comes in leaves this list by itself.")
    elif len(named) > 1:
        tasks.import_again.defer(identities=named)
        said(request, f"{len(named)} shipments are imported again. What comes in leaves this list by itself.")
    else:
        _import_at_once(request, named[0])
    return _back(request, "set-aside")


def _import_at_once(request: HttpRequest, identity: str) -> None:
    try:
        for entry in looking.import_again(identity):
            said(request, entry.sentence, tone=OK if entry.is_in else STOP)
    except Refusal as refusal:
        said(request, refusal.sentence, tone=STOP)


@needs(Right.DECIDE_TASKS)
@require_POST
def build_again(request: HttpRequest) -> HttpResponse:
    """Build the sales of the shipments named again; without any, of all that wait."""
    try:
        count = importing.build_again(request.POST.getlist("shipment")[:SHOWN])
    except Refusal as refusal:
        said(request, refusal.sentence, tone=STOP)
    else:
        what = "1 shipment is" if count == 1 else f"{count} shipments are"
        said(request, f"{what} built again. What still lacks something comes back with its task.")
    return _back(request, "sales")


def _back(request: HttpRequest, usual: str) -> HttpResponseRedirect:
    """To the page whose button was pressed."""
    asked = request.POST.get("back", "")
    return redirect(asked if asked in _PAGES else usual)
