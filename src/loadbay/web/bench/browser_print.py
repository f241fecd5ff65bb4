"""Labels that the bench's own browser prints: their bytes, and the page's word that they were printed.

Rule: the page asks, prints, then says so; a label is offered only to the bench it belongs to.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from loadbay.core.clock import SystemClock
from loadbay.dispatch.print_queries import browser_label
from loadbay.dispatch.services.printers import printed
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.bench.station import station_of

_CONTENT_TYPES = {"png": "image/png", "pdf": "application/pdf"}


@needs(Right.PACK)
@never_cache
@require_safe
def label(request: HttpRequest, job_id: int) -> HttpResponse:
    found = browser_label(job_id, station=station_of(request))
    return HttpResponse(found.content, content_type=_CONTENT_TYPES[found.format.value])


@needs(Right.PACK)
@require_POST
def label_printed(request: HttpRequest, job_id: int) -> HttpResponse:
    browser_label(job_id, station=station_of(request))
    printed(job_id, now=SystemClock().now())
    return HttpResponse(status=204)
