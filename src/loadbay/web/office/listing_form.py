"""The fields of the Amazon screen, in the guide's order and words.

Rule: shape only; what Amazon takes is the readiness check's decision (`listings.readiness`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from loadbay.catalogue.queries import ProductCard
from loadbay.listings.queries import ListingCard
from loadbay.listings.template_rules import KnownTemplates, Standing, template_choices

CONDITIONS = (
    ("new_new", "New"),
    ("new_open_box", "New, open box"),
    ("new_oem", "New, OEM"),
    ("refurbished_refurbished", "Refurbished"),
    ("used_like_new", "Used, like new"),
    ("used_very_good", "Used, very good"),
    ("used_good", "Used, good"),
    ("used_acceptable", "Used, acceptable"),
    ("collectible_like_new", "Collectible, like new"),
    ("collectible_very_good", "Collectible, very good"),
    ("collectible_good", "Collectible, good"),
    ("collectible_acceptable", "Collectible, acceptable"),
    ("club_club", "Club"),
)
TYPES = (("onsite_fba", "On Site FBA"), ("fba", "FBA"), ("mfn", "MFN"))
_NOT_ASKED = KnownTemplates()
_STANDING_WORDS = {
    Standing.GONE: "no longer offered by Amazon",
    Standing.NEVER_SEEN: "not offered by Amazon",
}


class ListingForm(forms.Form):
    asin = forms.CharField(
        label="ASIN",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        help_text="From Seller Central, such as B0EXAMPLE1.",
        error_messages={"required": "Copy the ASIN from Seller Central."},
    )
    condition = forms.ChoiceField(
        choices=CONDITIONS, initial="new_new", help_text="Leave it at New unless the item is graded."
    )
    type = forms.ChoiceField(label="Listing type", choices=TYPES, initial="onsite_fba")
    country_of_origin = forms.CharField(
        label="Country of origin",
        max_length=2,
        help_text="Two letters, as Amazon's own record has it.",
        error_messages={
            "required": "Set it as Amazon's record has it; without it Amazon refuses the listing."
        },
    )
    shipping_template = forms.CharField(
        label="Shipping template",
        max_length=100,
        error_messages={"required": "Choose one of the templates that Seller Central has."},
    )
    handling_days = forms.IntegerField(label="Handling days", min_value=0, max_value=30, required=False)
    offset = forms.IntegerField(
        label="Stock offset",
        required=False,
        help_text="Added to what is free: -2 keeps two back, 0 changes nothing.",
    )
    cap = forms.IntegerField(
        label="Listing cap", min_value=0, required=False, help_text="Never show a buyer more than this."
    )
    fixed = forms.IntegerField(label="Fixed quantity", min_value=0, required=False)
    percentage = forms.IntegerField(min_value=0, max_value=100, required=False)
    minimum = forms.IntegerField(min_value=0, required=False, help_text="Below this a buyer sees none.")

    def __init__(
        self,
        *args: Any,
        card: ListingCard | None = None,
        known: KnownTemplates = _NOT_ASKED,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._known = known
        self.offer_templates(template_choices(known, card.catalogue if card else {}))
        if card is not None and card.linked_because:
            self.fields["handling_days"].disabled = True
            self.fields["handling_days"].help_text = "Amazon's lorry ships it, so they are not told any more."

    def offer_templates(self, templates: Sequence[str]) -> None:
        """A choice of the templates the seller has; a box to type in while nobody knows them."""
        field = self.fields["shipping_template"]
        if not templates and not self._known.rows:
            field.widget = forms.TextInput(attrs={"autocomplete": "off"})
            field.help_text = (
                "As it is called in Seller Central: Amazon has named none of your templates yet. "
                "Check ASIN offers them, and Related > Setup > Shipping Templates."
            )
            return
        chosen = str(self["shipping_template"].value() or "")
        named = [(name, name) for name in templates]
        if chosen and chosen not in templates:
            named.append((chosen, self._besides(chosen)))
        field.widget = forms.Select(choices=[("", "Choose one"), *named])
        field.help_text = "Those that the seller account has."

    def _besides(self, chosen: str) -> str:
        """What is said of a template that stands on the listing and is not among those to choose from."""
        standing = self._known.standing(chosen)
        return f"{chosen} ({_STANDING_WORDS[standing]})" if standing in _STANDING_WORDS else chosen

    def clean_offset(self) -> int:
        return self.cleaned_data["offset"] or 0


def first_values(product: ProductCard, card: ListingCard | None) -> dict[str, Any]:
    """What stands in the boxes before anybody typed: the listing, else what the product says."""
    if card is None:
        return {"country_of_origin": product.country_of_origin, "offset": 0}
    return {
        "asin": card.asin,
        "condition": card.condition,
        "type": card.type,
        "country_of_origin": card.country_of_origin,
        "shipping_template": card.shipping_template,
        "handling_days": card.handling_days,
        "offset": card.stock_offset,
        "cap": card.stock_cap,
        "fixed": card.stock_fixed,
        "percentage": card.stock_percentage,
        "minimum": card.stock_minimum,
    }
