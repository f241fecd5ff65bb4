"""The bench pages: pack, finish, label. Rule: a scan's meaning is decided in `dispatch`; here it is shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loadbay.people.rules import Right
from loadbay.web.access import needs


@needs(Right.PACK)
@require_safe
def pack(request: HttpRequest) -> HttpResponse:
    return render(request, "bench/pack.html", {})
