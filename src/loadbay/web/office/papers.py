"""Papers as downloads: the pick list of an enquiry, the dock sheet of a consignment, the bench's commands.

Rule: what stands on a paper is gathered in `dispatch.paper_work`; these views only hand the bytes over.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from loadbay.core.clock import SystemClock
from loadbay.core.errors import WrongInput
from loadbay.dispatch import paper_work
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.office.field_calls import enquiry_form
from loadbay.web.zone import today


@needs(Right.PACK)
@require_safe
def pick_list(request: HttpRequest) -> HttpResponse:
    form = enquiry_form(request)
    if not form.is_valid():
        raise WrongInput("That pick list cannot be made. Go back to the Field Call Enquiry and search again.")
    content = paper_work.pick_list_pdf(form.wanted(), now=SystemClock().now())
    return _pdf(content, f"pick-list-{form.cleaned_data['collection_date'] or today()}")


@needs(Right.COMPLETE)
@require_safe
def dock_sheet(request: HttpRequest, number: str) -> HttpResponse:
    return _pdf(paper_work.dock_sheet_pdf(number, now=SystemClock().now()), f"dock-sheet-{number}")


@needs(Right.PACK)
@require_safe
def command_sheet(request: HttpRequest) -> HttpResponse:
    return _pdf(paper_work.command_sheet_pdf(), "bench-commands")


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
