"""Product Info > Web > Web/Multi Channel settings > Amazon: one product's listing on one sales channel.

Rule: Check ASIN asks Amazon and stores nothing; Add/Update ASIN keeps the fields, and Save sends the listing.
What must be right first is the readiness check of `listings`; the board of all listings is in `board.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loadbay import wiring
from loadbay.catalogue.queries import ProductCard, product_card
from loadbay.channels import queries as channels
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Refusal, Trouble
from loadbay.journal.queries import timeline
from loadbay.listings import queries, services
from loadbay.listings.ports import CatalogueItem
from loadbay.listings.readers import check_asin
from loadbay.listings.readiness import ListingNotReady
from loadbay.listings.rules import EDITABLE, FOLLOWED, NEXT, WAITING, ListingUnknown, State, Step
from loadbay.listings.template_queries import known_templates
from loadbay.listings.template_rules import template_choices
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import NOTE, did, refusals_in, said
from loadbay.web.office.listing_form import ListingForm, first_values
from loadbay.web.office.listing_life import steps
from loadbay.web.pictures import allow_pictures, may_show, picture_hosts
from loadbay.web.refusals import asks_for_part
from loadbay.web.seller_central import listing_link

_FIELDS = {
    "is not an asin": "asin",
    "condition": "condition",
    "listing type": "type",
    "onsite-fba": "type",
    "country": "country_of_origin",
    "listing_exists": "asin",
    "cannot change any more": "asin",
    "handling days": "handling_days",
    "stock offset": "offset",
    "stock cap": "cap",
    "fixed quantity": "fixed",
    "percentage": "percentage",
    "minimum": "minimum",
}
_POINT_FIELDS = {
    "asin": "asin",
    "restriction": "asin",
    "origin": "country_of_origin",
    "origin_agrees": "country_of_origin",
    "template": "shipping_template",
    "no_bundle": "type",
}


@needs(Right.SEE_OFFICE)
@require_safe
def amazon(request: HttpRequest, sku: str) -> HttpResponse:
    product, channel = product_card(sku), _channel(request)
    if channel is None:
        return render(request, "office/listing_no_channel.html", {"product": product, "tab": "amazon"})
    card = _card(sku, channel)
    form = ListingForm(initial=first_values(product, card), card=card, known=known_templates(channel.id))
    return _page(request, product, channel, card, form)


@needs(Right.CHANGE_LISTINGS)
@require_POST
def check(request: HttpRequest, sku: str) -> HttpResponse:
    """Check ASIN: what Amazon holds, and the shipping templates to choose from."""
    product, channel = product_card(sku), _channel(request)
    if channel is None:
        return redirect("product-amazon", sku=sku)
    known = known_templates(channel.id)
    form = ListingForm(request.POST, card=_card(sku, channel), known=known)
    context: dict[str, Any] = {"product": product}
    try:
        found = _check(form.data.get("asin", ""), form.data.get("condition", ""), channel)
    except (Refusal, Trouble) as no:
        context["refusal"] = no.sentence
    else:
        form.offer_templates(template_choices(known, services.asin_check_as_json(found)))
        context |= {"found": found.item, "form": form, "picture": _picture(channel, found.item)}
    context["asin"] = form.data.get("asin", "").strip().upper()[:20]
    if asks_for_part(request):
        return render(request, "office/asin_found.html", context, status=422 if "refusal" in context else 200)
    return _page(request, product, channel, _card(sku, channel), form, **context)


@needs(Right.CHANGE_LISTINGS)
@require_http_methods(["POST"])
def save(request: HttpRequest, sku: str) -> HttpResponse:
    """Add/Update ASIN, or Save: the second also sends the listing to Amazon."""
    product, channel = product_card(sku), _channel(request)
    if channel is None:
        return redirect("product-amazon", sku=sku)
    card = _card(sku, channel)
    known = known_templates(channel.id)
    form = ListingForm(request.POST, initial=first_values(product, card), card=card, known=known)
    points = None
    if form.is_valid():
        with refusals_in(form, fields=_FIELDS):
            try:
                _keep(request, form, card=card, sku=sku, channel=channel.code)
                if request.POST.get("step") == "save":
                    _send(request, sku, channel.code)
                return _back(sku, channel.code)
            except ListingNotReady as refusal:
                points = refusal.findings
                _mark(form, refusal)
    return _page(request, product, channel, card, form, points=points)


@needs(Right.CHANGE_LISTINGS)
@require_POST
def confirm_linked(request: HttpRequest, sku: str) -> HttpResponse:
    """A person saw in Seller Central that the listing was converted."""
    code = request.POST.get("channel", "")
    sentence = f"{sku} counts as linked. Its stock and price go to Amazon now."
    person = request.user.get_username()
    did(request, lambda: services.confirm_linked(sku=sku, channel=code, person=person), sentence)
    return _back(sku, code)


@needs(Right.CHANGE_LISTINGS)
@require_POST
def delist(request: HttpRequest, sku: str) -> HttpResponse:
    """Take the listing off Amazon."""
    code = request.POST.get("channel", "")
    sentence = f"{sku} is taken off Amazon on {code}. Buyers may find it for some minutes more."
    did(request, lambda: services.want_delisting(sku, code), sentence)
    return _back(sku, code)


@needs(Right.SEE_OFFICE)
@require_safe
def why(request: HttpRequest, sku: str) -> HttpResponse:
    """Why this number: the whole sum, and what Amazon makes of it."""
    channel = _channel(request)
    if channel is None:
        return redirect("product-amazon", sku=sku)
    context = {
        "product": product_card(sku),
        "channel": channel,
        "sums": queries.why_this_number(sku, channel.code),
        "tab": "amazon",
    }
    return render(request, "office/listing_why.html", context)


def _keep(
    request: HttpRequest, form: ListingForm, *, card: queries.ListingCard | None, sku: str, channel: str
) -> None:
    """Add the listing or set its fields, with a fresh look at Amazon's record where it is worth one."""
    given = form.cleaned_data
    checked = None
    if card is None or "exists" not in card.catalogue or _is_worth_asking(card, given):
        try:
            checked = _check(given["asin"], given["condition"], channels.channel(channel))
        except Trouble as trouble:
            said(request, f"Amazon could not be asked about the ASIN. {trouble.sentence}", tone=NOTE)
    wanted = services.WantedListing(sku=sku, channel=channel, checked=checked, **given)
    if card is None:
        services.add_listing(wanted)
        said(request, f"{sku} has the ASIN {given['asin'].upper()}. Press Save to list it on Amazon.")
    else:
        services.update_listing(wanted)
        said(request, f"The listing of {sku} is updated.{_on_its_way(sku, channel)}")


def _is_worth_asking(card: queries.ListingCard, given: Mapping[str, Any]) -> bool:
    """Whether something changed that Amazon's record is compared with; that may have changed too."""
    kept = (card.asin, card.condition, card.country_of_origin, card.shipping_template)
    asin, origin = given["asin"].upper(), given["country_of_origin"].upper()
    return kept != (asin, given["condition"], origin, given["shipping_template"])


def _on_its_way(sku: str, channel: str) -> str:
    changes = queries.listing_card(sku, channel).changes
    words = ", ".join(change.wish for change in changes)
    return f" To be told to Amazon: {words}." if words else ""


def _send(request: HttpRequest, sku: str, channel: str) -> None:
    card = queries.listing_card(sku, channel)
    if State(card.state) not in EDITABLE:
        return
    services.want_submission(sku, channel)
    said(request, f"{sku} is sent to Amazon. It takes 10 to 20 minutes until it appears in Seller Central.")


def _mark(form: ListingForm, refusal: ListingNotReady) -> None:
    """Each failing point beside the field it is about; those of other screens stand on top."""
    for point in refusal.findings:
        form.add_error(_POINT_FIELDS.get(point.code), f"{point.sentence} {point.cure}")


def _check(asin: str, condition: str, channel: channels.ChannelCard) -> services.AsinCheck:
    desk = wiring.catalogue_desk(channels.channel_row(channel.id))
    return check_asin(asin, condition=condition, desk=desk, clock=SystemClock())


def _page(
    request: HttpRequest,
    product: ProductCard,
    channel: channels.ChannelCard,
    card: queries.ListingCard | None,
    form: ListingForm,
    **more: Any,
) -> HttpResponse:
    points = more.pop("points", None)
    if points is None and card is not None:
        points = services.readiness_of(card.sku, channel.code)
    state = State(card.state) if card else None
    context = {
        "product": product,
        "tab": "amazon",
        "channel": channel,
        "channels": channels.listing_channels(),
        "unchecked": sum(not point.is_checked for point in points or ()),
        "is_waiting": state in WAITING,
        "can_delist": bool(card and not card.delisting_wanted and (state, Step.DELIST) in NEXT),
        "card": card,
        "form": form,
        "points": points,
        "kept_picture": _kept_picture(channel, card),
        "steps": steps(state) if state else (),
        "moves": bool(card and (_is_on_its_way(card) or state in FOLLOWED)),
        "is_editable": state is None or state in EDITABLE,
        "seller_central": listing_link(
            product.sku, marketplace=channel.marketplace, endpoint=_endpoint(channel)
        ),
        "timeline": timeline(f"listing:{channel.code}:{product.sku}", limit=30) if card else (),
        **more,
    }
    bad = form.is_bound and form.errors
    page = render(request, "office/listing.html", context, status=422 if bad else 200)
    return allow_pictures(page, hosts=_hosts(channel))


def _is_on_its_way(card: queries.ListingCard) -> bool:
    return card.submission_wanted or card.delisting_wanted or bool(card.changes)


def _hosts(channel: channels.ChannelCard) -> tuple[str, ...]:
    return picture_hosts(_endpoint(channel))


def _endpoint(channel: channels.ChannelCard) -> str:
    return channels.connection(channel.connection).endpoint


def _kept_picture(channel: channels.ChannelCard, card: queries.ListingCard | None) -> str:
    return _shown(channel, str(card.catalogue.get("image_url", "")) if card else "")


def _picture(channel: channels.ChannelCard, item: CatalogueItem | None) -> str:
    return _shown(channel, item.image_url if item else "")


def _shown(channel: channels.ChannelCard, address: str) -> str:
    """The picture's address where this page may show it, else nothing."""
    return address if may_show(address, hosts=_hosts(channel)) else ""


def _card(sku: str, channel: channels.ChannelCard) -> queries.ListingCard | None:
    try:
        return queries.listing_card(sku, channel.code)
    except ListingUnknown:
        return None


def _channel(request: HttpRequest) -> channels.ChannelCard | None:
    """The channel asked for, else the first that is told of listings; None while there is none."""
    code = request.POST.get("channel") or request.GET.get("channel") or ""
    known = channels.listing_channels()
    return next((card for card in known if card.code == code), known[0] if known else None)


def _back(sku: str, channel: str) -> HttpResponse:
    return redirect(f"{reverse('product-amazon', args=[sku])}?channel={channel}")
