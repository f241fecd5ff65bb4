"""What Amazon says about a submission: at once (required, known, well formed), and late (it looked closer).

Issue codes that were seen at Amazon are used where there is one: 90220 missing, 90000900 unknown attribute,
8541 differs from the catalogue. The rule: nothing here changes anything.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from amazon_simulator.world import attribute_shapes, attributes
from amazon_simulator.world.commands import PutListing
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.product_types import PURE_OFFER, known, product_type_names, required
from amazon_simulator.world.state import Issue, Listing, Product, Seller, State

SPOILT = 3  # updates that the old platform contradicted
CHANNELS = ("DEFAULT", "AMAZON_EU", "AMAZON_NA")


def missing(name: str) -> Issue:
    return Issue(
        code="90220",
        message=f"'{name}' is required but was not supplied.",
        attributes=(name,),
        categories=("MISSING_ATTRIBUTE",),
    )


def wrong(name: str, text: str, *, code: str = "4000001", category: str = "INVALID_ATTRIBUTE") -> Issue:
    return Issue(code=code, message=text, attributes=(name,), categories=(category,))


def on_put(state: State, seller: Seller, command: PutListing) -> list[Issue]:
    """Issues that refuse a full submission at once."""
    sent, marketplace_id = command.attributes, command.marketplace_id
    needed = required(command.product_type, command.requirements)
    found = [missing(name) for name in needed if not sent.get(name)]
    found += check_values(
        state, seller, marketplace_id=marketplace_id, product_type=command.product_type, sent=sent
    )
    product = find_product(state, sent, marketplace_id=marketplace_id)
    if product is not None and product.gate:
        found.append(
            Issue(
                code="18299",
                message=f"You need approval before you can list {product.asin}: {product.gate}.",
                attributes=("merchant_suggested_asin",),
                categories=("QUALIFICATION_REQUIRED",),
            )
        )
    return found


def check_type(state: State, product_type: str) -> list[Issue]:
    if product_type == PURE_OFFER or product_type in product_type_names(state):
        return []
    return [wrong("product_type", f"The product type '{product_type}' does not exist.")]


def check_values(
    state: State, seller: Seller, *, marketplace_id: str, product_type: str, sent: attributes.Values
) -> list[Issue]:
    found, shapes = [], known(product_type)
    for name, values in sent.items():
        if name not in shapes:
            text = f"The attribute '{name}' is not part of the product type."
            found.append(wrong(name, text, code="90000900"))
            continue
        if not all(isinstance(value, dict) for value in values):
            found.append(wrong(name, f"Each value of '{name}' must be an object."))
            continue
        found += _too_many(name, shapes[name], values)
        check = _CHECKS.get(name)
        if check is not None:
            found += check(state, seller, marketplace_id, values)
        else:
            troubles = (attribute_shapes.trouble(shapes[name], value) for value in values)
            found += [wrong(name, text) for text in troubles if text]
    return found


Values = list[dict[str, Any]]


def _too_many(name: str, shape: attribute_shapes.Shape, values: Values) -> list[Issue]:
    """As `maxUniqueItems` of the schema says: so many values alike in their selectors, and no more."""
    alike = Counter(tuple(str(value.get(each)) for each in shape.selectors) for value in values)
    most = max(alike.values(), default=0)
    if most <= shape.most:
        return []
    told = " and ".join(shape.selectors)
    return [wrong(name, f"'{name}' has {most} values of the same {told}; at most {shape.most} may be given.")]


def _text(value: dict[str, Any]) -> str:
    said = value.get("value")
    return said if isinstance(said, str) else ""


def _asin(state: State, seller: Seller, marketplace_id: str, values: Values) -> Iterator[Issue]:
    for value in values:
        if _text(value) not in state.products:
            text = f"The ASIN '{value.get('value')}' is not in the catalogue."
            yield wrong("merchant_suggested_asin", text, code="8105")


def _offer(state: State, seller: Seller, marketplace_id: str, values: Values) -> Iterator[Issue]:
    currency = MARKETPLACES[marketplace_id].currency
    for value in values:
        price = attributes.offer_price(value)
        if price is None or price <= 0:
            text = "The offer has no our_price with a number above zero in schedule[0].value_with_tax."
            yield wrong("purchasable_offer", text, category="INVALID_PRICE")
        if value.get("currency", currency) != currency:
            text = f"The currency of this marketplace is {currency}, not {value.get('currency')}."
            yield wrong("purchasable_offer", text, category="INVALID_PRICE")


def _availability(state: State, seller: Seller, marketplace_id: str, values: Values) -> Iterator[Issue]:
    for value in values:
        channel, quantity = value.get("fulfillment_channel_code"), value.get("quantity")
        if channel not in CHANNELS:
            yield wrong("fulfillment_availability", f"'{channel}' is not a fulfillment channel code.")
        elif quantity is None:
            continue
        elif channel != "DEFAULT":
            yield wrong("fulfillment_availability", f"No quantity may be given for {channel}.")
        elif isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 0:
            yield wrong("fulfillment_availability", f"'{quantity}' is not a quantity.")


def _template(state: State, seller: Seller, marketplace_id: str, values: Values) -> Iterator[Issue]:
    templates = {text for each in seller.templates for text in (each.id, each.name)}
    for value in values:
        if _text(value) not in templates:
            text = f"'{value.get('value')}' is not one of the seller's shipping templates."
            yield wrong("merchant_shipping_group", text)


def _origin(state: State, seller: Seller, marketplace_id: str, values: Values) -> Iterator[Issue]:
    for value in values:
        origin = value.get("value")
        if not (isinstance(origin, str) and len(origin) == 2 and origin.isalpha() and origin.isupper()):
            yield wrong("country_of_origin", f"'{origin}' is not a country code of two capital letters.")


_CHECKS: dict[str, Callable[[State, Seller, str, Values], Iterator[Issue]]] = {
    "merchant_suggested_asin": _asin,
    "purchasable_offer": _offer,
    "fulfillment_availability": _availability,
    "merchant_shipping_group": _template,
    "country_of_origin": _origin,
}


def find_product(state: State, sent: attributes.Values, *, marketplace_id: str) -> Product | None:
    """The catalogue item a submission means: by its ASIN, else by its barcode."""
    asin = attributes.first(sent, "merchant_suggested_asin", marketplace_id=marketplace_id)
    if asin is not None:
        return state.products.get(asin)
    for value in sent.get("externally_assigned_product_identifier", []):
        for product in state.products.values():
            if product.ean == value.get("value"):
                return product
    return None


def late(state: State, listing: Listing, *, marketplace_id: str) -> list[Issue]:
    """Issues that Amazon finds only after it accepted: they stand on the listing until it is put right."""
    found = []
    product = state.products[listing.asin]
    origin = attributes.first(listing.attributes, "country_of_origin", marketplace_id=marketplace_id)
    if origin is None:
        text = "'country_of_origin' is recommended and was not supplied."
        found.append(
            Issue(
                code="18448",
                message=text,
                severity="WARNING",
                attributes=("country_of_origin",),
                categories=("MISSING_ATTRIBUTE",),
            )
        )
    elif product.origin and origin != product.origin:
        text = (
            f"The country of origin {origin} differs from {product.origin}, which the catalogue holds "
            f"for {product.asin}."
        )
        found.append(wrong("country_of_origin", text, code="8541"))
    if attributes.price(listing.attributes, marketplace_id=marketplace_id) is None:
        found.append(
            Issue(
                code="18055",
                message="The offer has no price, so it cannot be bought.",
                attributes=("purchasable_offer",),
                categories=("MISSING_PRICE",),
                action="LISTING_SUPPRESSED",
            )
        )
    return found + _blocked(listing)


def _blocked(listing: Listing) -> list[Issue]:
    """What no submission puts right: Amazon's own decision, and stock that two platforms tell at once."""
    found = []
    if listing.suppression:
        found.append(
            Issue(
                code="13013",
                message=f"This listing is suppressed: {listing.suppression}",
                categories=("QUALIFICATION_REQUIRED",),
                action="LISTING_SUPPRESSED",
            )
        )
    if listing.spoilt_updates >= SPOILT:
        found.append(
            Issue(
                code="8572",
                message="The stock of this SKU is told by two platforms and is not reliable any more.",
                attributes=("fulfillment_availability",),
                categories=("DUPLICATE",),
                action="LISTING_SUPPRESSED",
            )
        )
    return found
