"""Product types and their attributes: which exist, what an offer and a full listing need.

The types are those that the catalogue uses, plus the pure offer; some have attributes of their own. The rule:
what is known and what is required stands here once, for the JSON schema (`http.definition_schema`), for a
preview and for a submission (`listing_rules`).
"""

from amazon_simulator.world.attribute_shapes import Field, Kind, Shape, counted, measured, plain, words
from amazon_simulator.world.state import State

PURE_OFFER = "PRODUCT"
OFFER_ONLY = "LISTING_OFFER_ONLY"
PRODUCT_ONLY = "LISTING_PRODUCT_ONLY"
WHOLE_LISTING = "LISTING"
REQUIREMENTS = (WHOLE_LISTING, PRODUCT_ONLY, OFFER_ONLY)

CONDITIONS = (
    "new_new",
    "new_open_box",
    "new_oem",
    "refurbished_refurbished",
    "used_like_new",
    "used_very_good",
    "used_good",
    "used_acceptable",
    "collectible_like_new",
    "collectible_very_good",
    "collectible_good",
    "collectible_acceptable",
    "club_club",
)
LENGTHS = ("centimeters", "millimeters", "meters", "inches")
WEIGHTS = ("kilograms", "grams", "pounds")
_PICTURE = {"media_location": Field()}
_SIDES = {name: Field(kind=Kind.MEASURE, choices=LENGTHS) for name in ("length", "width", "height")}
_GIFT = {name: Field(kind=Kind.FLAG, is_required=False) for name in ("can_be_messaged", "can_be_wrapped")}

# The values of offer, availability, template and origin are more than fields: `http.definition_schema` writes
# their schema out, `listing_rules` judges them.
OFFER: dict[str, Shape] = {
    "merchant_suggested_asin": plain("ASIN of the item"),
    "condition_type": plain("Condition", *CONDITIONS, is_editable=False),
    "condition_note": words("Note on the condition"),
    "purchasable_offer": plain("Offer", selectors=("marketplace_id", "audience")),
    "fulfillment_availability": plain(
        "Stock and who ships it", most=10, selectors=("fulfillment_channel_code",)
    ),
    "merchant_shipping_group": plain("Shipping template"),
    "country_of_origin": plain("Country of origin"),
    "max_order_quantity": counted("Most units in one order"),
    "list_price": Shape(
        title="List price", fields={"value": Field(kind=Kind.NUMBER), "currency": Field(is_required=False)}
    ),
    "product_tax_code": plain("Tax code"),
    "merchant_release_date": plain("First day of sale"),
    "gift_options": Shape(title="Gifts", fields=_GIFT),
    "main_offer_image_locator": Shape(title="Picture of the offer", fields=_PICTURE),
}
SAFETY: dict[str, Shape] = {
    "batteries_required": plain("Needs batteries", kind=Kind.FLAG),
    "batteries_included": plain("Comes with batteries", kind=Kind.FLAG),
    "supplier_declared_dg_hz_regulation": plain(
        "Dangerous goods", "ghs", "storage", "transportation", "other", "unknown", "not_applicable", most=5
    ),
    "hazmat": Shape(title="UN number", fields={"aspect": Field(is_required=False), "value": Field()}),
}
PRODUCT: dict[str, Shape] = {
    "item_name": words("Title"),
    "brand": words("Brand"),
    "manufacturer": words("Manufacturer"),
    "product_description": words("Description"),
    "bullet_point": words("Selling point", most=10),
    "externally_assigned_product_identifier": Shape(
        title="Barcode number",
        fields={"value": Field(), "type": Field(choices=("ean", "gtin", "upc"), is_required=False)},
    ),
    "model_number": plain("Model number"),
    "part_number": plain("Part number"),
    "color": words("Colour"),
    "size": words("Size"),
    "material": words("Material", most=5),
    "main_product_image_locator": Shape(title="Main picture", fields=_PICTURE),
    "item_package_dimensions": Shape(title="Size of the package", fields=_SIDES),
    "item_package_weight": measured("Weight of the package", *WEIGHTS),
    "item_dimensions": Shape(title="Size of the item", fields=_SIDES),
    "item_weight": measured("Weight of the item", *WEIGHTS),
    "number_of_items": counted("Number of items"),
    "recommended_browse_nodes": plain("Shelf in the shop", most=2),
    "generic_keyword": words("Search words"),
}
OWN: dict[str, dict[str, Shape]] = {
    "RUG": {
        "pile_height": plain("Height of the pile", "flat_weave", "low_pile", "medium_pile", "high_pile"),
        "item_shape": plain("Shape", "rectangular", "round", "oval", "runner"),
        "weave_type": words("Kind of weave"),
        "is_stain_resistant": plain("Resists stains", kind=Kind.FLAG),
        "rug_form_type": plain("Form", is_hidden=True, replaced_by="item_shape"),
    },
    "KETTLE": {
        "capacity": measured("How much it holds", "liters", "milliliters"),
        "wattage": measured("Power", "watts", "kilowatts"),
        "has_automatic_shutoff": plain("Switches itself off", kind=Kind.FLAG),
        "base_type": plain("Base", "cordless", "stovetop", "fixed"),
    },
    "LAMP": {
        "light_source_type": plain("Light source", "led", "halogen", "incandescent", "fluorescent"),
        "lamp_type": plain("Where it stands", "desk", "floor", "table", "wall"),
        "number_of_light_sources": counted("Number of light sources"),
        "cord_length": measured("Length of the cord", *LENGTHS),
    },
    "COOKWARE": {
        "is_dishwasher_safe": plain("May go into the dishwasher", kind=Kind.FLAG),
        "is_oven_safe": plain("May go into the oven", kind=Kind.FLAG),
        "coating": plain("Coating", "ceramic", "enamel", "non_stick", "none"),
        "compatible_heat_source": plain("Heat source", "induction", "gas", "electric", "open_fire", most=4),
    },
    "BACKPACK": {
        "storage_volume": measured("Volume", "liters", "cubic_centimeters"),
        "number_of_compartments": counted("Number of compartments"),
        "closure_type": plain("Closure", "zip", "buckle", "drawstring", "roll_top"),
        "is_water_resistant": plain("Keeps water out", kind=Kind.FLAG),
    },
}
_NEEDED_OF_OWN: dict[str, tuple[str, ...]] = {
    "RUG": ("item_shape",),
    "KETTLE": ("capacity", "wattage"),
    "LAMP": ("light_source_type",),
    "COOKWARE": ("coating",),
    "BACKPACK": ("storage_volume", "closure_type"),
}
_NEEDED_OF_PRODUCT = ("item_name", "brand")


def required(product_type: str, requirements: str) -> tuple[str, ...]:
    if requirements == OFFER_ONLY:
        return ("condition_type", "merchant_suggested_asin")
    needed = _NEEDED_OF_PRODUCT + _NEEDED_OF_OWN.get(product_type, ())
    return needed if requirements == PRODUCT_ONLY else (*needed, "condition_type")


def described(product_type: str) -> dict[str, Shape]:
    """What the item is, as the type sees it."""
    return PRODUCT | OWN.get(product_type, {})


def known(product_type: str) -> dict[str, Shape]:
    """All attributes that a submission of this type may name."""
    return OFFER | SAFETY | described(product_type)


def asked(product_type: str, requirements: str) -> dict[str, Shape]:
    """Those that a set of requirements shows."""
    return OFFER | SAFETY if requirements == OFFER_ONLY else known(product_type)


def product_type_names(state: State) -> set[str]:
    return {product.product_type for product in state.products.values()}


def display_name(product_type: str) -> str:
    return product_type.replace("_", " ").capitalize()
