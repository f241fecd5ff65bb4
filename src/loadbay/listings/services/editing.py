"""Add/Update ASIN and Save: what a person sets on a listing, and the wish to send it.

Amazon is not asked here: what Check ASIN found comes in as `AsinCheck` and is kept on the listing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from loadbay.catalogue.models import Product
from loadbay.catalogue.queries import price_on
from loadbay.catalogue.rules import ProductUnknown, read_country
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import SalesChannel
from loadbay.core.clock import SystemClock
from loadbay.core.errors import NotFound
from loadbay.core.events import record
from loadbay.core.money import Money
from loadbay.journal.services import note
from loadbay.listings import rules
from loadbay.listings.events import ListingChangeWanted, StockToTellChanged, SubmissionWanted
from loadbay.listings.models import Listing
from loadbay.listings.offer_rules import WORDS, Offer
from loadbay.listings.ports import CatalogueItem
from loadbay.listings.readiness import Facts, Finding, ListingNotReady, failing, readiness
from loadbay.listings.services.changing import mark_offer, offer_of
from loadbay.listings.services.finding import called, for_update
from loadbay.listings.services.marking import mark_listings
from loadbay.listings.services.matters import subject_of
from loadbay.listings.services.templates import settle_template
from loadbay.listings.template_queries import known_templates
from loadbay.listings.template_rules import template_choices

MOST_UNITS = 1_000_000


@dataclass(frozen=True)
class AsinCheck:
    """What Check ASIN found; `item` is None when Amazon has no such ASIN."""

    item: CatalogueItem | None
    at: datetime
    templates: tuple[str, ...] = ()


@dataclass(frozen=True)
class WantedListing:
    """The fields of the Amazon screen, as a person filled them in."""

    sku: str
    channel: str
    asin: str
    country_of_origin: str = ""
    shipping_template: str = ""
    type: str = "onsite_fba"
    condition: str = "new"
    handling_days: int | None = None
    offset: int = 0
    cap: int | None = None
    fixed: int | None = None
    percentage: int | None = None
    minimum: int | None = None
    checked: AsinCheck | None = None


@transaction.atomic
def add_listing(wanted: WantedListing) -> int:
    """Put a product on a channel's list as a Draft. Refuses what Amazon would not take."""
    channel, product = _channel(wanted.channel), _product(wanted.sku)
    if Listing.objects.filter(channel=channel, sku=product.sku).exists():
        raise rules.ListingExists(
            f"{product.sku} is listed on {channel.code} already. Change that listing instead."
        )
    listing = Listing(channel=channel, product=product, sku=product.sku, next_look_at=None)
    _fill(listing, wanted=wanted)
    _refuse_unready(listing)
    try:
        with transaction.atomic():
            listing.save(force_insert=True)
    except IntegrityError:
        raise rules.ListingExists(f"Somebody has just listed {product.sku} on {channel.code}.") from None
    note(subject_of(listing), f"Added with ASIN {listing.asin}.", what="listing")
    settle_template(channel, [listing.shipping_template])
    return listing.pk


@transaction.atomic
def update_listing(wanted: WantedListing) -> int:
    """Set every field of a listing. Of one that is at Amazon, what Amazon keeps is told there.

    ASIN, condition and type do not change there; neither do handling days once Amazon ships it.
    """
    channel = _channel(wanted.channel)
    listing = _locked(wanted.sku, channel=channel)
    before, offer = (listing.asin, listing.condition, listing.type), offer_of(listing)
    _fill(listing, wanted=wanted)
    if rules.State(listing.state) in rules.EDITABLE:
        _refuse_unready(listing)
    else:
        _refuse_fixed(listing, before=before)
        _change_offer(listing, before=offer)
    listing.save()
    if listing.shipping_template != offer.shipping_template:
        settle_template(channel, [offer.shipping_template, listing.shipping_template])
    if mark_listings([listing.pk], urgent=True):
        record(StockToTellChanged(channel_ids=[channel.pk]))
    return listing.pk


def _refuse_fixed(listing: Listing, *, before: tuple[str, str, str]) -> None:
    if before != (listing.asin, listing.condition, listing.type):
        raise rules.StepNotAllowed(
            f"{listing.sku} is at Amazon with ASIN {before[0]}, condition {before[1]}. "
            "These cannot change any more; take the listing off Amazon first, then list it anew."
        )


def _change_offer(listing: Listing, *, before: Offer) -> None:
    """Have Amazon told what changed of origin, template and handling days, after a look at just that."""
    after = offer_of(listing).as_told()
    changed = {name: value for name, value in before.as_told().items() if after[name] != value}
    if not changed:
        return
    if "handling_days" in changed and listing.linked_because:
        raise rules.StepNotAllowed(
            f"Amazon's lorry ships {listing.sku}, so handling days are not told any more. "
            f"Leave them at {before.handling_days if before.handling_days is not None else 'nothing'}."
        )
    points = [point for point in failing(_findings(listing)) if _ASKED_OF.get(point.code) in changed]
    if points:
        raise ListingNotReady(listing.sku, points, lacks="cannot be changed so")
    words = [f"{WORDS[name]} {_said(value)} → {_said(after[name])}" for name, value in changed.items()]
    note(subject_of(listing), f"Changed: {', '.join(words)}.", what="listing")
    if mark_offer(listing):
        record(ListingChangeWanted(channel_id=listing.channel_id, listing_ids=[listing.pk]))


_ASKED_OF = {
    "origin": "country_of_origin",
    "origin_agrees": "country_of_origin",
    "template": "shipping_template",
}
"""Which field a point of the readiness check is about, of those that change at Amazon."""


def _said(value: object) -> str:
    return "none" if value in ("", None) else str(value)


def fields_of(sku: str, channel: str) -> WantedListing:
    """A listing's fields as they are, to change some of them."""
    store = _channel(channel)
    listing = called(Listing.objects.all(), sku=sku, channel=store.code)
    return WantedListing(
        sku=listing.sku,
        channel=store.code,
        asin=listing.asin,
        country_of_origin=listing.country_of_origin,
        shipping_template=listing.shipping_template,
        type=listing.type,
        condition=listing.condition,
        handling_days=listing.handling_days,
        offset=listing.stock_offset,
        cap=listing.stock_cap,
        fixed=listing.stock_fixed,
        percentage=listing.stock_percentage,
        minimum=listing.stock_minimum,
    )


@transaction.atomic
def want_submission(sku: str, channel: str) -> tuple[Finding, ...]:
    """Save: send the listing to Amazon, when it is ready. The readiness points come back."""
    store = _channel(channel)
    listing = _locked(sku, channel=store)
    state = rules.State(listing.state)
    if state not in rules.EDITABLE and not listing.submission_wanted:
        raise rules.StepNotAllowed(f"{listing.sku} was sent to Amazon already. {rules.NEXT_STEP[state]}")
    findings = _findings(listing)
    if failing(findings):
        raise ListingNotReady(listing.sku, failing(findings))
    Listing.objects.filter(pk=listing.pk).update(
        submission_wanted=True, delisting_wanted=False, next_look_at=None, gone_look_at=None
    )
    note(subject_of(listing), "Saved: to be sent to Amazon.", what="listing")
    record(SubmissionWanted(channel_id=store.pk, listing_ids=[listing.pk]))
    return findings


def readiness_of(sku: str, channel: str) -> tuple[Finding, ...]:
    """Every point of the readiness check of a listing, for its screen."""
    store = _channel(channel)
    rows = Listing.objects.select_related("product", "channel")
    return _findings(called(rows, sku=sku, channel=store.code))


def asin_check_as_json(check: AsinCheck) -> dict[str, Any]:
    """What is kept of a check on the listing."""
    item = asdict(check.item) if check.item else {}
    return {
        **item,
        "exists": check.item is not None,
        "templates": list(check.templates),
        "at": check.at.isoformat(),
    }


def price_of(listing: Listing, *, day: date) -> Money | None:
    """The price that Amazon should show on that day (days are counted in UTC)."""
    channel = listing.channel
    found = price_on(
        [listing.product_id],
        category=channel.price_category,
        currency=MARKETPLACES[channel.marketplace].currency,
        day=day,
    )
    return found.get(listing.product_id)


def _fill(listing: Listing, *, wanted: WantedListing) -> None:
    asin = rules.read_asin(wanted.asin)
    if wanted.checked is not None:
        listing.catalogue = asin_check_as_json(wanted.checked)
        listing.product_type = listing.catalogue.get("product_type", "")
    elif asin != listing.asin:
        listing.catalogue, listing.product_type = {}, ""
    listing.asin = asin
    listing.type = rules.read_type(wanted.type, programme=listing.channel.programme)
    listing.condition = rules.read_condition(wanted.condition)
    listing.country_of_origin = read_country(wanted.country_of_origin)
    listing.shipping_template = wanted.shipping_template.strip()[:100]
    listing.handling_days = _whole(wanted.handling_days, name="handling days", most=30)
    listing.stock_offset = _offset(wanted.offset)
    listing.stock_cap = _whole(wanted.cap, name="stock cap", most=MOST_UNITS)
    listing.stock_fixed = _whole(wanted.fixed, name="fixed quantity", most=MOST_UNITS)
    listing.stock_percentage = _whole(wanted.percentage, name="percentage", most=100)
    listing.stock_minimum = _whole(wanted.minimum, name="minimum", most=MOST_UNITS)


def _offset(units: int) -> int:
    if abs(units) > MOST_UNITS:
        raise rules.CapNotUsable(f"Stock offset {units} is out of range. Give up to {MOST_UNITS} either way.")
    return units


def _whole(value: int | None, *, name: str, most: int) -> int | None:
    if value is not None and not 0 <= value <= most:
        raise rules.CapNotUsable(
            f"{name.capitalize()} {value} is out of range. Give 0 to {most}, or nothing."
        )
    return value


def _refuse_unready(listing: Listing) -> None:
    points = failing(_findings(listing))
    if points:
        raise ListingNotReady(listing.sku, points)


def _findings(listing: Listing) -> tuple[Finding, ...]:
    product, seen = listing.product, listing.catalogue
    known = known_templates(listing.channel_id)
    sizes = (product.weight_g, product.length_mm, product.width_mm, product.height_mm)
    return readiness(
        Facts(
            sku=listing.sku,
            asin=listing.asin,
            is_bundle=product.is_bundle,
            listing_type=listing.type,
            origin=listing.country_of_origin,
            template=known.name_of(listing.shipping_template),
            price=price_of(listing, day=SystemClock().now().date()),
            category=listing.channel.price_category,
            currency=MARKETPLACES[listing.channel.marketplace].currency,
            asin_exists=seen.get("exists"),
            amazon_origin=seen.get("country_of_origin", ""),
            amazon_hazmat=seen.get("hazmat", ""),
            product_hazmat=product.hazmat_class,
            templates=template_choices(known, seen),
            template_standing=known.standing(listing.shipping_template),
            channel=listing.channel.code,
            restrictions=tuple(seen.get("restrictions", ())),
            has_weight=all(sizes),
        )
    )


def _channel(code: str) -> SalesChannel:
    found = SalesChannel.objects.filter(code=code.strip().upper()).first()
    if found is None:
        raise NotFound(f"There is no sales channel {code!r}. Add it first, or check its code.")
    return found


def _product(sku: str) -> Product:
    found = Product.objects.filter(sku=sku.strip()).first()
    if found is None:
        raise ProductUnknown.called(sku)
    return found


def _locked(sku: str, *, channel: SalesChannel) -> Listing:
    return called(for_update().select_related("product"), sku=sku, channel=channel.code)
