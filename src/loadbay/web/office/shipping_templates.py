"""Related > Setup > Shipping Templates: what Amazon offers this seller, and which listings name in vain.

Rule: Amazon is asked on Retrieve only; its trouble is shown in words and what is known stays.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from loadbay import wiring
from loadbay.channels import queries as channels
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Trouble
from loadbay.listings.readers import retrieve_templates
from loadbay.listings.template_queries import shipping_templates
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import NOTE, STOP, said
from loadbay.web.office.mapping import page_of

_NOTHING_NEW = "Amazon offers what was known already; nothing was changed."
_NONE = "Amazon offers no shipping template; make one in Seller Central, then retrieve again."


@needs(Right.SEE_OFFICE)
@require_safe
def templates(request: HttpRequest, code: str) -> HttpResponse:
    context = page_of(code, "shipping-templates")
    rows = shipping_templates(context["channel"].code)
    more = {
        "rows": rows,
        "missing": sum(bool(row.listings) and not row.is_offered for row in rows),
        "has_listings": context["channel"].programme == "smartconnect",
    }
    return render(request, "office/shipping_templates.html", context | more)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def retrieve(request: HttpRequest, code: str) -> HttpResponse:
    """Actions > Retrieve Shipping Templates."""
    card = channels.channel(code)
    desk = wiring.catalogue_desk(channels.channel_row(card.id))
    try:
        found = retrieve_templates(card.id, desk=desk, clock=SystemClock())
    except Trouble as trouble:
        said(
            request,
            f"The shipping templates could not be retrieved; what was known stays. {trouble.sentence}",
            tone=STOP,
        )
        return redirect("channel-templates", code=card.code)
    for words in found.changes:
        said(request, words)
    if not found.changes:
        said(request, _NOTHING_NEW if found.offered else _NONE, tone=NOTE)
    return redirect("channel-templates", code=card.code)
