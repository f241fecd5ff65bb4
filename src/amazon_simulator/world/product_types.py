"""Product types and their attributes: which exist, what an offer and a full listing need.

The types are those that the catalogue uses, plus the pure offer. The JSON schema built from this is in
`http.definitions`.
"""

from functools import cache

from amazon_simulator.world.state import State

PURE_OFFER = "PRODUCT"

OFFER_ATTRIBUTES = (
    "merchant_suggested_asin",
    "condition_type",
    "condition_note",
    "purchasable_offer",
    "fulfillment_availability",
    "merchant_shipping_group",
    "country_of_origin",
    "max_order_quantity",
    "list_price",
    "product_tax_code",
    "merchant_release_date",
    "gift_options",
    "main_offer_image_locator",
)
SAFETY_ATTRIBUTES = (
    "batteries_required",
    "batteries_included",
    "supplier_declared_dg_hz_regulation",
    "hazmat",
)
PRODUCT_ATTRIBUTES = (
    "item_name",
    "brand",
    "manufacturer",
    "product_description",
    "bullet_point",
    "externally_assigned_product_identifier",
    "model_number",
    "part_number",
    "color",
    "size",
    "material",
    "main_product_image_locator",
    "item_package_dimensions",
    "item_package_weight",
    "item_dimensions",
    "item_weight",
    "number_of_items",
    "recommended_browse_nodes",
    "generic_keyword",
)


@cache
def known_attributes() -> frozenset[str]:
    return frozenset((*OFFER_ATTRIBUTES, *SAFETY_ATTRIBUTES, *PRODUCT_ATTRIBUTES))


def product_type_names(state: State) -> set[str]:
    return {product.product_type for product in state.products.values()}


def display_name(product_type: str) -> str:
    return product_type.replace("_", " ").capitalize()
