"""The attributes of a listing: lists of values, told apart by selectors, put whole or patched piece by piece.

The selector rule: a patch replaces only the values whose selectors match and adds the others, so that
"replace" with another channel code leaves the old channel standing.
"""

from decimal import Decimal
from typing import Any

Values = dict[str, list[Any]]

SELECTORS: dict[str, tuple[str, ...]] = {
    "fulfillment_availability": ("fulfillment_channel_code",),
    "purchasable_offer": ("marketplace_id", "audience"),
}
_USUAL = ("marketplace_id", "language_tag")
_WITHOUT_AUDIENCE = "ALL"


def selector(name: str, value: dict[str, Any]) -> tuple[Any, ...]:
    fields = SELECTORS.get(name, _USUAL)
    return tuple(value.get(field, _WITHOUT_AUDIENCE if field == "audience" else None) for field in fields)


def put(old: Values, new: Values, *, marketplace_id: str) -> Values:
    """Everything of this marketplace that is not named goes; what other marketplaces have stays."""
    result: Values = {}
    for name, values in old.items():
        others = [each for each in values if each.get("marketplace_id") not in (None, marketplace_id)]
        if others:
            result[name] = others
    for name, values in new.items():
        result[name] = result.get(name, []) + values
    return result


def patch(old: Values, patches: list[dict[str, Any]]) -> Values:
    result = {name: list(values) for name, values in old.items()}
    for each in patches:
        name = attribute_name(each["path"])
        given = each.get("value") or []
        if each["op"] == "delete":
            _delete(result, name, given)
        else:
            result[name] = _replace(name, result.get(name, []), given, is_merge=each["op"] == "merge")
    return result


def attribute_name(path: str) -> str:
    return path.removeprefix("/attributes/")


def _delete(result: Values, name: str, given: list[Any]) -> None:
    gone = {selector(name, value) for value in given}
    kept = [value for value in result.get(name, []) if given and selector(name, value) not in gone]
    if kept:
        result[name] = kept
    else:
        result.pop(name, None)


def _replace(name: str, old: list[Any], given: list[Any], *, is_merge: bool) -> list[Any]:
    result = list(old)
    for value in given:
        place = next(
            (n for n, each in enumerate(result) if selector(name, each) == selector(name, value)), None
        )
        if place is None:
            result.append(value)
        else:
            result[place] = {**result[place], **value} if is_merge else value
    return result


def first(values: Values, name: str, *, marketplace_id: str) -> Any:
    """The plain `value` of an attribute for a marketplace, or None."""
    for each in values.get(name, []):
        if each.get("marketplace_id") in (None, marketplace_id):
            return each.get("value")
    return None


def price(values: Values, *, marketplace_id: str) -> Decimal | None:
    for offer in values.get("purchasable_offer", []):
        is_for_all = offer.get("audience", _WITHOUT_AUDIENCE) == _WITHOUT_AUDIENCE
        if is_for_all and offer.get("marketplace_id") in (None, marketplace_id):
            return offer_price(offer)
    return None


def offer_price(offer: dict[str, Any]) -> Decimal | None:
    """The consumer price inside an offer; None where the shape or the number is not one."""
    try:
        amount = offer["our_price"][0]["schedule"][0]["value_with_tax"]
    except (KeyError, IndexError, TypeError):
        return None
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return None
    return Decimal(str(amount))
