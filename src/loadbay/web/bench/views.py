"""Field Calls > Goods Dispatch > Pack Items Ready for Dispatch: the bench, scanner first.

Rule: what a scan means is decided in `dispatch`; here it is taken in with its key and its answer shown. The
script (`static/loadbay/bench.js`) queues scans and sends each until it was answered.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from loadbay.core.clock import SystemClock
from loadbay.dispatch.bench_queries import bench as bench_view
from loadbay.dispatch.bench_queries import pickups_on
from loadbay.dispatch.bench_rules import (
    COMMAND_FINISH,
    COMMAND_LEAVE,
    COMMAND_NEXT,
    COMMAND_PART,
    BenchAnswer,
    Outcome,
    cancelled,
)
from loadbay.dispatch.print_queries import browser_jobs
from loadbay.dispatch.services.bench import Bench, scan
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.bench.station import station_of

COMMANDS = {"finish": COMMAND_FINISH, "next": COMMAND_NEXT, "part": COMMAND_PART, "leave": COMMAND_LEAVE}


@needs(Right.PACK)
@never_cache
@require_safe
def pack(request: HttpRequest) -> HttpResponse:
    return render(request, "bench/pack.html", _context_by_itself(request))


@needs(Right.PACK)
@never_cache
@require_POST
def take_scan(request: HttpRequest) -> HttpResponse:
    """One scan; the same key again gets the same answer and counts nothing."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return render(request, "bench/no_key.html", status=400)
    clock = SystemClock()
    station = station_of(request)
    seen = request.POST.get("seen")
    bench = Bench(station=station, user_id=request.user.pk, now=clock.now(), seen=seen)
    answer = scan(key=key, code=request.POST.get("code", ""), bench=bench)
    template = "bench/answered.html" if request.headers.get("X-Bench") else "bench/pack.html"
    return render(request, template, _context(request, station, answer))


@needs(Right.PACK)
@never_cache
@require_safe
def rest(request: HttpRequest) -> HttpResponse:
    """What changed by itself since: labels that came out, a call that Amazon cancelled meanwhile."""
    return render(request, "bench/answered.html", _context_by_itself(request))


def _context_by_itself(request: HttpRequest) -> dict[str, Any]:
    """Without a scan there is one answer: that Amazon cancelled what was in hand, until it was shown."""
    context = _context(request, station_of(request))
    gone = context["view"].gone
    if gone is not None and gone.number != request.GET.get("seen"):
        context |= {"answer": cancelled(gone.number), "shows_cancelled": gone.number}
    return context


def _context(request: HttpRequest, station: str, answer: BenchAnswer | None = None) -> dict[str, Any]:
    view = bench_view(station)
    today = timezone.localtime(SystemClock().now()).date()
    return {
        "view": view,
        "station": station,
        "answer": answer,
        "shows_cancelled": answer.field_call if answer and answer.outcome is Outcome.CANCELLED else "",
        "prints": browser_jobs(station)[:1],
        "commands": COMMANDS,
        "fresh_key": uuid4(),
        "here": "pack",
        "scanned": sum(line.packed for line in view.lines),
        "wanted": sum(line.units for line in view.lines),
        "collections": () if view.field_call else pickups_on(today),
    }
