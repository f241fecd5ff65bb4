"""What every page has around it: the menu for this person, the theme, the time.

Rule: a context processor reads little and decides nothing; entries stand in `menu.py`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from loadbay.core.clock import SystemClock
from loadbay.people.rules import ROLE_NAMES, Right, may
from loadbay.web.menu import menu_for
from loadbay.web.theme import theme_of


def shell(request: HttpRequest) -> dict[str, Any]:
    around: dict[str, Any] = {"theme": theme_of(request), "now": SystemClock().now()}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return around
    match = request.resolver_match
    return around | {
        "menu": menu_for(user.role, at=(match.url_name or "") if match else ""),
        "role_name": ROLE_NAMES.get(user.role, user.role),
        "rights": {right.value: may(user.role, right) for right in Right},
    }
