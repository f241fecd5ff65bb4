"""An offer's attributes as Amazon takes them; submissions, listings and issues as it gives them. Pure.

Every attribute is a list of objects with its marketplace; a price change names only `purchasable_offer`, so
that everything else stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec

from loadbay.amazon.wire import listings as wire
from loadbay.amazon.wire.loose import Unreadable, amount, decode, said, text
from loadbay.core.errors import Rejected, Retryable
from loadbay.core.ids import Asin, Sku
from loadbay.core.money import Money
from loadbay.listings.ports import (
    ListingChange,
    ListingIssue,
    ListingToSubmit,
    OfferedTemplate,
    OwnShipping,
    SeenListing,
    SubmissionAnswer,
)

OFFER_ONLY = "LISTING_OFFER_ONLY"
ANY_PRODUCT = "PRODUCT"
ASKED_AGAIN = timedelta(hours=1)
LONGEST_TEMPLATE = 100
_CONDITIONS = {
    "new": "new_new",
    "new - open box": "new_open_box",
    "new - oem": "new_oem",
    "refurbished": "refurbished_refurbished",
    "used - like new": "used_like_new",
    "used - very good": "used_very_good",
    "used - good": "used_good",
    "used - acceptable": "used_acceptable",
    "collectible - like new": "collectible_like_new",
    "collectible - very good": "collectible_very_good",
    "collectible - good": "collectible_good",
    "collectible - acceptable": "collectible_acceptable",
    "club": "club_club",
}
_ACCEPTED = frozenset({"ACCEPTED", "VALID"})
Attribute = list[dict[str, Any]]
_TAKEN_FROM_SALE = frozenset({"LISTING_SUPPRESSED", "CATALOG_ITEM_REMOVED"})


def condition_type(condition: str) -> str:
    """Amazon's value for a condition as the shop writes it. Raises `Rejected` for an unknown one."""
    folded = " ".join(condition.casefold().split())
    if folded in _CONDITIONS.values():
        return folded
    try:
        return _CONDITIONS[folded]
    except KeyError:
        raise Rejected(
            f"Amazon knows no condition {condition!r}. Choose New or one of the used conditions.",
            reason="400",
        ) from None


def put_request(listing: ListingToSubmit, *, marketplace_id: str) -> wire.PutRequest:
    """An offer against an existing ASIN, with price and quantity."""
    own = OwnShipping(listing.quantity, listing.handling_days)
    attributes = {
        "merchant_suggested_asin": _one(listing.asin, marketplace_id),
        "condition_type": _one(condition_type(listing.condition), marketplace_id),
        "purchasable_offer": offer(listing.price, marketplace_id=marketplace_id),
        "fulfillment_availability": _availability(own, marketplace_id),
    }
    if listing.shipping_template:
        attributes["merchant_shipping_group"] = _one(listing.shipping_template, marketplace_id)
    if listing.country_of_origin:
        attributes["country_of_origin"] = _one(listing.country_of_origin, marketplace_id)
    return wire.PutRequest(listing.product_type or ANY_PRODUCT, OFFER_ONLY, attributes)


def price_request(price: Money, *, product_type: str, marketplace_id: str) -> wire.PatchRequest:
    value = offer(price, marketplace_id=marketplace_id)
    patch = wire.Patch("replace", "/attributes/purchasable_offer", value)
    return wire.PatchRequest(product_type or ANY_PRODUCT, [patch])


def change_request(change: ListingChange, *, marketplace_id: str) -> wire.PatchRequest:
    """Exactly the attributes that change, each replaced whole.

    `fulfillment_availability` names DEFAULT, which replaces that record and no other; it would add one to a
    listing that Amazon ships, so a change of such a listing must not name it.
    """
    values: dict[str, Attribute] = {}
    if change.country_of_origin is not None:
        values["country_of_origin"] = _one(change.country_of_origin, marketplace_id)
    if change.shipping_template is not None:
        values["merchant_shipping_group"] = _one(change.shipping_template, marketplace_id)
    if change.own_shipping is not None:
        values["fulfillment_availability"] = _availability(change.own_shipping, marketplace_id)
    patches = [wire.Patch("replace", f"/attributes/{name}", value) for name, value in values.items()]
    return wire.PatchRequest(change.product_type or ANY_PRODUCT, patches)


def offer(price: Money, *, marketplace_id: str) -> Attribute:
    return [
        {
            "marketplace_id": marketplace_id,
            "currency": price.currency,
            "audience": "ALL",
            "our_price": [{"schedule": [{"value_with_tax": price.rounded().amount}]}],
        }
    ]


def submission(body: bytes) -> SubmissionAnswer:
    """Raises `Unreadable` when the answer is no submission."""
    seen = decode(body, wire.Submission)
    return SubmissionAnswer(
        accepted=text(seen.status).upper() in _ACCEPTED,
        submission_id=text(seen.submission_id),
        issues=issues(seen.issues),
    )


def preview(body: bytes) -> tuple[ListingIssue, ...]:
    """The issues of a validation preview; an INVALID without any says so in one of ours."""
    answer = submission(body)
    if answer.accepted or answer.issues:
        return answer.issues
    return (ListingIssue("INVALID", "Amazon calls the submission invalid and names no reason.", "ERROR"),)


def listing(body: bytes | msgspec.Raw, *, marketplace_id: str) -> SeenListing:
    """A listing as one marketplace shows it. Raises `Unreadable` when the answer is no listing."""
    seen = decode(body, wire.Item)
    ours = [s for s in seen.summaries or () if text(s.marketplace_id) in {marketplace_id, ""}]
    summary = ours[0] if ours else wire.Summary()
    return SeenListing(
        sku=Sku(text(seen.sku)),
        asin=Asin(text(summary.asin)),
        is_buyable="BUYABLE" in {text(status).upper() for status in summary.status or ()},
        channel_codes=tuple(
            text(entry.fulfillment_channel_code)
            for entry in seen.fulfillment_availability or ()
            if text(entry.fulfillment_channel_code)
        ),
        price=_price(seen.offers, marketplace_id),
        issues=issues(seen.issues),
        product_type=text(summary.product_type),
        is_suppressed=any(_suppresses(issue) for issue in seen.issues or ()),
    )


def found(body: bytes, *, marketplace_id: str) -> tuple[SeenListing, ...]:
    """The listings of a search; one that cannot be read is left out. Raises `Unreadable` for no search."""
    seen = []
    for item in decode(body, wire.ItemSearch).items:
        with suppress(Unreadable):
            seen.append(listing(item, marketplace_id=marketplace_id))
    return tuple(seen)


def _suppresses(issue: wire.Issue) -> bool:
    """Whether Amazon took the listing from sale for this issue (FACTS 4.2, enforcement actions)."""
    actions = (issue.enforcements.actions if issue.enforcements else None) or ()
    return any(text(entry.action).upper() in _TAKEN_FROM_SALE for entry in actions)


def issues(seen: Sequence[wire.Issue] | None) -> tuple[ListingIssue, ...]:
    return tuple(
        ListingIssue(text(i.code), said(i.message), text(i.severity).upper(), tuple(i.attribute_names or ()))
        for i in seen or ()
    )


def restrictions(body: bytes, *, condition: str) -> tuple[str, ...]:
    """Why the seller may not list in that condition, in Amazon's words; empty when he may."""
    return tuple(
        ": ".join(part for part in (text(reason.reason_code), said(reason.message)) if part)
        for entry in decode(body, wire.Restrictions).restrictions
        if text(entry.condition_type) in {condition, ""}
        for reason in entry.reasons or [wire.Reason("Amazon gives no reason.")]
    )


def shipping_templates(schema: Any) -> dict[str, str]:
    """The seller's shipping templates as a product type's schema has them: name → the value to send.

    People choose the name (`enumNames`); Amazon wants the value beside it (`enum`), where there are both.
    """
    return {str(name): str(sent) for name, sent in _listed_templates(schema) or ()}


def offered_templates(schema: Any) -> tuple[OfferedTemplate, ...]:
    """Every template of the seller. Raises `Retryable` where the schema has no readable list of them."""
    listed = _listed_templates(schema)
    if listed is None:
        raise Retryable(
            "Amazon's description of a product names no list of shipping templates, so nothing was changed. "
            "Retrieve them again later.",
            after=ASKED_AGAIN,
        )
    for name, sent in listed:
        if not (_is_text(name) and _is_text(sent)):
            raise Retryable(
                f"Amazon names a shipping template that cannot be kept ({name!r:.60}), so nothing was "
                f"changed. Give it a name of 1 to {LONGEST_TEMPLATE} characters in Seller Central.",
                after=ASKED_AGAIN,
            )
    found = {sent: OfferedTemplate(id=sent, name=name) for name, sent in listed}
    return tuple(found.values())


def _listed_templates(schema: Any) -> list[tuple[Any, Any]] | None:
    """(name, value) of each template; None where the schema lists none."""
    try:
        value = schema["properties"]["merchant_shipping_group"]["items"]["properties"]["value"]
    except (KeyError, TypeError):
        return None
    for choice in (value, *_choices(value)):
        values = choice.get("enum") if isinstance(choice, dict) else None
        if isinstance(values, list):
            names = choice.get("enumNames")
            fits = isinstance(names, list) and len(names) == len(values)
            return list(zip(names if fits else values, values, strict=True))
    return None


def _is_text(value: Any) -> bool:
    """Whether it can be kept: some text without the one character that PostgreSQL does not take."""
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_TEMPLATE and "\0" not in value


def _choices(value: Any) -> list[Any]:
    found = (value.get("anyOf") or value.get("oneOf")) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _one(value: str, marketplace_id: str) -> Attribute:
    return [{"value": value, "marketplace_id": marketplace_id}]


def _availability(own: OwnShipping, marketplace_id: str) -> Attribute:
    entry: dict[str, Any] = {
        "fulfillment_channel_code": "DEFAULT",
        "quantity": own.quantity,
        "marketplace_id": marketplace_id,
    }
    if own.handling_days is not None:
        entry["lead_time_to_ship_max_days"] = own.handling_days
    return [entry]


def _price(offers: Sequence[wire.Offer] | None, marketplace_id: str) -> Money | None:
    """The consumers' price (B2C), not the one for businesses."""
    for seen in sorted(offers or (), key=lambda found: found.offer_type != "B2C"):
        if seen.price is not None and text(seen.marketplace_id) in {marketplace_id, ""}:
            value: Decimal = amount(seen.price.amount, name="price")
            return Money(value, text(seen.price.currency_code).upper())
    return None
