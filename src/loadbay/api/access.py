"""Who calls: the API token of a request, and whether it has the scope that the call needs.

Rule: what a scope allows stands in `people/token_rules.py` and nowhere else. From here on the areas below
know who is acting: `token:<name>`.
"""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from loadbay.core.actor import acting_as
from loadbay.core.clock import SystemClock
from loadbay.people.token_rules import check_scope
from loadbay.people.tokens import Known, recognise


class ApiToken(HttpBearer):
    """`Authorization: Bearer lb_…`, with one scope."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Known:
        known = recognise(token, source=request.META.get("REMOTE_ADDR", ""), now=SystemClock().now())
        request.api_known = known  # type: ignore[attr-defined]
        request.api_acting.enter_context(acting_as(known.token.actor))  # type: ignore[attr-defined]
        if self.scope:
            check_scope(known.token, self.scope)
        return known


def known_of(request: HttpRequest) -> Known:
    return request.api_known  # type: ignore[attr-defined,no-any-return]
