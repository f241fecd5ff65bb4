"""Product Info > Web > Web/Multi Channel settings: every listing by state, with its age and next step.

Rule: what waits for its conversion is worked through from here: a link into Seller Central per listing, the
list of waiting SKUs as a file, and "these are converted" for many at once.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from loadbay.channels import queries as channels
from loadbay.core.errors import Refusal
from loadbay.listings import queries, services
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import STOP, said
from loadbay.web.seller_central import listing_link
from loadbay.web.words import STATES

PER_PAGE = 100
MOST_IN_FILE = 10_000
WAITING = queries.GROUPS["waiting"]


@needs(Right.SEE_OFFICE)
@require_safe
def listings(request: HttpRequest) -> HttpResponse:
    channel, state = request.GET.get("channel", ""), request.GET.get("state", "")
    after = request.GET.get("after", "")
    after_id = int(after) if after.isdecimal() and len(after) < 19 else 0
    rows = queries.board(channel=channel, state=state, after_id=after_id, limit=PER_PAGE + 1)
    counts = queries.state_counts(channel)
    cards = {card.code: card for card in channels.channels()}
    endpoints = {card.name: card.endpoint for card in channels.connections()}
    context = {
        "rows": [(row, _link(row, cards, endpoints)) for row in rows[:PER_PAGE]],
        "next_key": str(rows[PER_PAGE - 1].id) if len(rows) > PER_PAGE else None,
        "channels": list(cards),
        "channel": channel,
        "state": state,
        "states": [
            ("waiting", "To be converted", sum(counts.get(each, 0) for each in WAITING)),
            *((code, look.words, counts.get(code, 0)) for code, look in STATES["listing"].items()),
        ],
        "total": sum(counts.values()),
        "waiting": WAITING,
        "can_link": any(row.state in WAITING for row in rows[:PER_PAGE]),
    }
    return render(request, "office/listings.html", context)


@needs(Right.SEE_OFFICE)
@require_safe
def waiting_file(request: HttpRequest) -> HttpResponse:
    """The SKUs that wait for their conversion, for the person who converts them."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="awaiting-conversion.csv"'
    lines = csv.writer(response)
    lines.writerow(["sku", "asin", "channel", "state", "since", "seller_central"])
    for state in WAITING:
        rows = queries.board(channel=request.GET.get("channel", ""), state=state, limit=MOST_IN_FILE)
        for row in rows:
            since = row.state_since.isoformat(timespec="seconds")
            lines.writerow([_plain(row.sku), row.asin, row.channel, row.state, since, row.seller_central])
    return response


@needs(Right.CHANGE_LISTINGS)
@require_POST
def mark_linked(request: HttpRequest) -> HttpResponse:
    """Mark these as converted: a person's word for each listing chosen."""
    person, linked = request.user.get_username(), 0
    for chosen in request.POST.getlist("listing")[:PER_PAGE]:
        channel, _, sku = chosen.partition(":")
        try:
            services.confirm_linked(sku=sku, channel=channel, person=person)
        except Refusal as refusal:
            said(request, refusal.sentence, tone=STOP)
        else:
            linked += 1
    if linked:
        said(request, f"Linked: {linked}. Their stock and prices go to Amazon now.")
    elif not request.POST.getlist("listing"):
        said(request, "No listing was chosen. Tick those that are converted, then press again.", tone=STOP)
    return redirect(reverse("listings"))


def _link(
    row: queries.BoardRow, cards: Mapping[str, channels.ChannelCard], endpoints: Mapping[str, str]
) -> str:
    card = cards[row.channel]
    return listing_link(row.sku, marketplace=card.marketplace, endpoint=endpoints[card.connection])


def _plain(cell: str) -> str:
    """A spreadsheet must not run what is only a SKU."""
    return f"'{cell}" if cell[:1] in "=+-@" else cell
