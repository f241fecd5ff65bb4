"""Locales that the listing interfaces take: others are refused, and our words are English for all of them."""

from amazon_simulator.http.answers import bad_request
from amazon_simulator.http.call import Call

DEFAULT = "DEFAULT"
_COUNTRIES = {
    "ar": "AE",
    "de": "DE",
    "en": "AE AU CA GB IN SG US",
    "es": "ES MX US",
    "fr": "CA FR",
    "it": "IT",
    "ja": "JP",
    "nl": "NL",
    "pl": "PL",
    "pt": "BR PT",
    "sv": "SE",
    "tr": "TR",
    "zh": "CN TW",
}
LOCALES = frozenset(
    (
        DEFAULT,
        *_COUNTRIES,
        *(f"{tongue}_{land}" for tongue, lands in _COUNTRIES.items() for land in lands.split()),
    )
)


def read(call: Call, name: str) -> str:
    """The locale of a parameter, or an empty text where it is not given or left to Amazon."""
    value = call.text(name)
    if value and value not in LOCALES:
        raise bad_request(f"The value '{value}' of {name} is not a locale.")
    return "" if value == DEFAULT else value
