"""Which customer an order is sold to: the one it matches, else what the channel does with new and guest ones.

Pure. A guest is a buyer whom the channel gives nothing to be known by again: at Amazon, one without an
e-mail address, which is every order that Amazon fulfils. A buyer with an address who matches nobody is new.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from string import Formatter

from loadbay.channels.definition_rules import DefinitionNotUsable

NEW, GUEST = "new", "guest"
BUYERS: Mapping[str, str] = {NEW: "New customers", GUEST: "Guest customers"}
AUTO_CREATE, SALES_CHANNEL, MANUAL = "auto_create", "sales_channel", "manual"
BEHAVIOURS: Mapping[str, str] = {
    AUTO_CREATE: "Auto Create",
    SALES_CHANNEL: "Sales Channel",
    MANUAL: "Manual",
}
PATTERN_FIELDS: Mapping[str, str] = {
    "number": "the next number of the customers' series",
    "order_id": "Amazon's order number",
    "channel": "the sales channel",
}
ORDER_PATTERN = "AMZ-{order_id}"
LONGEST_CODE, LONGEST_TEXT, LONGEST_CURRENCY = 40, 20, 10
_UNIQUE = ("number", "order_id")
_LONG = {"number": "CUS-000000000", "order_id": "0" * 19, "channel": "0" * 20}
_TEMPLATE = ("currency", "tax_area", "payment_terms", "dimension_1", "dimension_2")
_WORDS = {
    "currency": "Currency Code",
    "tax_area": "Tax Area Code",
    "payment_terms": "Payment Terms Code",
    "dimension_1": "Dimension 1",
    "dimension_2": "Dimension 2",
}


@dataclass(frozen=True)
class BehaviourLine:
    """What is done with new customers, or with guests; the template counts for Auto Create."""

    buyer: str
    behaviour: str = SALES_CHANNEL
    customer: str = ""
    """Sales Channel: the code of the customer; empty for the channel's placeholder."""
    code_pattern: str = ""
    currency: str = ""
    tax_area: str = ""
    payment_terms: str = ""
    dimension_1: str = ""
    dimension_2: str = ""
    customer_id: int | None = None

    @property
    def template(self) -> dict[str, str]:
        """What every customer that is made gets."""
        return {name: getattr(self, name) for name in _TEMPLATE}


def default_line(programme: str, buyer: str) -> BehaviourLine:
    """Sales Channel; with SmartConnect the genuine customer replaces the placeholder after shipping."""
    if programme == "smartconnect":
        return BehaviourLine(buyer, AUTO_CREATE, code_pattern=ORDER_PATTERN)
    return BehaviourLine(buyer)


def check_behaviour(line: BehaviourLine, *, customers: Collection[str]) -> BehaviourLine:
    """The line as it is kept. `customers`: those of the named codes that are customers."""
    if line.buyer not in BUYERS:
        raise DefinitionNotUsable(
            line.buyer, "buyer", f"{line.buyer[:20]!r} are no buyers. Use {' or '.join(BUYERS)}."
        )
    if line.behaviour not in BEHAVIOURS:
        raise DefinitionNotUsable(
            line.buyer,
            "behaviour",
            f"Behaviour {line.behaviour[:20]!r} of {BUYERS[line.buyer].lower()} is not known. Use "
            f"{', '.join(BEHAVIOURS)}.",
        )
    plain = tidied_behaviour(line)
    _check_customer(plain, customers)
    _check_template(plain)
    return plain


def tidied_behaviour(line: BehaviourLine) -> BehaviourLine:
    plain = replace(line, **{name: getattr(line, name).strip() for name in _TEMPLATE})
    return replace(plain, customer=line.customer.strip().upper(), code_pattern=line.code_pattern.strip())


def _check_customer(line: BehaviourLine, customers: Collection[str]) -> None:
    if line.customer and line.behaviour != SALES_CHANNEL:
        raise DefinitionNotUsable(
            line.buyer,
            "customer",
            f"{BUYERS[line.buyer]}: a customer is named only with Sales Channel. Empty it, or choose that.",
        )
    if line.customer and line.customer not in customers:
        raise DefinitionNotUsable(
            line.buyer,
            "customer",
            f"{line.customer[:40]} of {BUYERS[line.buyer].lower()} is no customer. Name one that is here, or "
            "leave it empty for the channel's placeholder.",
        )


def _check_template(line: BehaviourLine) -> None:
    if line.behaviour != AUTO_CREATE:
        filled = next((name for name in ("code_pattern", *_TEMPLATE) if getattr(line, name)), None)
        if filled is not None:
            raise DefinitionNotUsable(
                line.buyer,
                filled,
                f"{BUYERS[line.buyer]}: the template is for Auto Create alone. Empty it, or choose that.",
            )
        return
    _check_pattern(line)
    for name in _TEMPLATE:
        longest = LONGEST_CURRENCY if name == "currency" else LONGEST_TEXT
        value = getattr(line, name)
        if len(value) > longest or not value.isprintable():
            raise DefinitionNotUsable(
                line.buyer,
                name,
                f"{_WORDS[name]} of {BUYERS[line.buyer].lower()} has up to {longest} characters.",
            )


def _check_pattern(line: BehaviourLine) -> None:
    """A code pattern that would fail at the next order is refused now."""

    def no(why: str) -> DefinitionNotUsable:
        known = ", ".join(f"{{{name}}}" for name in PATTERN_FIELDS)
        return DefinitionNotUsable(
            line.buyer,
            "code_pattern",
            f"Code pattern of {BUYERS[line.buyer].lower()} {why}. It may name {known}.",
        )

    try:
        parts = list(Formatter().parse(line.code_pattern))
    except ValueError:
        raise no("has a bracket without its partner") from None
    named = [name for _, name, _, _ in parts if name is not None]
    fields = [part for part in parts if part[1] is not None]
    if any(name not in PATTERN_FIELDS or spec or conversion for _, name, spec, conversion in fields):
        raise no("names something that is not known")
    if not set(named) & set(_UNIQUE):
        raise no("would give two customers the same code")
    longest = line.code_pattern.format(**_LONG)
    if len(longest) > LONGEST_CODE or len(line.code_pattern) > LONGEST_CODE:
        raise no(f"would give codes of more than {LONGEST_CODE} characters")
    fixed = "".join(text for text, _, _, _ in parts)
    if not fixed.isascii() or any(not (sign.isalnum() or sign in " ._&-") for sign in fixed):
        raise no("may hold letters, digits, spaces and '.', '_', '&', '-' besides")
    if not longest[:1].isalnum():
        raise no("has to begin with a letter or a digit")


def customer_code(pattern: str, *, number: str, order_id: str, channel: str) -> str:
    return pattern.format(number=number, order_id=order_id, channel=channel).upper()[:LONGEST_CODE]


def needs_number(pattern: str) -> bool:
    return "{number}" in pattern


# --- who a buyer is ---


def buyer_kind(email_hash: str) -> str:
    """New, when there is something to know the buyer by; else a guest."""
    return NEW if email_hash else GUEST


def identity_of(email_hash: str, *, order_id: str) -> str:
    """What a pick is remembered under: the buyer where he can be known again, else this one order."""
    return f"email:{email_hash}" if email_hash else f"order:{order_id}"


class Fate(Enum):
    """What becomes of the customer of an order whose buyer was shown."""

    TAKE = "take"
    CREATE = "create"
    CHANNEL = "channel"
    ASK = "ask"


def fate_of(line: BehaviourLine, *, is_known: bool) -> Fate:
    """A customer who is known (picked before, or matched) is neither new nor a guest."""
    if is_known:
        return Fate.TAKE
    fates = {AUTO_CREATE: Fate.CREATE, SALES_CHANNEL: Fate.CHANNEL, MANUAL: Fate.ASK}
    return fates[line.behaviour]
