"""Addresses under /api/v1: the description, its page, the calls, and a no for everything else."""

from __future__ import annotations

from django.urls import path

from loadbay.api import docs, problems
from loadbay.api.application import PREFIX, api

urlpatterns = [
    path(f"{PREFIX}/docs", docs.page, name="api-docs"),
    path(f"{PREFIX}/", api.urls),
    path(f"{PREFIX}/<path:rest>", problems.no_such_call),
    path(PREFIX, problems.no_such_call),
]
