"""Order rules of the shop: conditions on a staged order, joined by and; then hold, ignore or flag. Pure.

What is not known of an order (a buyer's country before shipping) fits no condition, not even a negative one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from loadbay.core.errors import Refusal

MOST_CONDITIONS = 8
LONGEST_VALUE = 200


class Action(Enum):
    """What a rule does with an order that fits."""

    HOLD = "hold"
    IGNORE = "ignore"
    FLAG = "flag"


class Kind(Enum):
    NUMBER = "number"
    TEXT = "text"
    SKUS = "skus"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Field:
    """Something that is known of an order, and how its value is written."""

    words: str
    kind: Kind
    hint: str = ""


FIELDS: Mapping[str, Field] = {
    "total": Field("Total", Kind.NUMBER, "with tax, in the order's own currency"),
    "discount": Field("Discount", Kind.NUMBER, "in the order's own currency"),
    "currency": Field("Currency", Kind.TEXT, "EUR"),
    "units": Field("Units", Kind.NUMBER),
    "lines": Field("Number of lines", Kind.NUMBER),
    "sku": Field("SKU", Kind.SKUS, "of any of its lines"),
    "country": Field("Country", Kind.TEXT, "of delivery, two letters, where Amazon has shown it"),
    "postcode": Field("Postcode", Kind.TEXT, "of delivery; spaces do not count"),
    "ship_method": Field("Ship method", Kind.TEXT, "Amazon's word for the service"),
    "status": Field("Amazon's status", Kind.TEXT, "ACCEPTED"),
    "kind": Field("Kind of order", Kind.TEXT, "NEW or REPLACEMENT"),
    "location": Field("Amazon location", Kind.TEXT),
    "gift": Field("Gift wrap", Kind.YES_NO),
    "gift_message": Field("Gift message", Kind.YES_NO),
    "weight": Field("Weight in grams", Kind.NUMBER, "of all its products, where every weight is known"),
}


class Comparison(Enum):
    IS = "is"
    IS_NOT = "is-not"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"
    MORE_THAN = "more-than"
    LESS_THAN = "less-than"
    STARTS_WITH = "starts-with"
    CONTAINS = "contains"
    ONE_OF = "one-of"
    NONE_OF = "none-of"


COMPARISONS: Mapping[Comparison, str] = {
    Comparison.IS: "is",
    Comparison.IS_NOT: "is not",
    Comparison.AT_LEAST: "is at least",
    Comparison.AT_MOST: "is at most",
    Comparison.MORE_THAN: "is more than",
    Comparison.LESS_THAN: "is less than",
    Comparison.STARTS_WITH: "starts with",
    Comparison.CONTAINS: "contains",
    Comparison.ONE_OF: "is one of",
    Comparison.NONE_OF: "is none of",
}
_NUMBERS = frozenset(
    {
        Comparison.IS,
        Comparison.IS_NOT,
        Comparison.AT_LEAST,
        Comparison.AT_MOST,
        Comparison.MORE_THAN,
        Comparison.LESS_THAN,
    }
)
_TEXTS = frozenset(
    {
        Comparison.IS,
        Comparison.IS_NOT,
        Comparison.STARTS_WITH,
        Comparison.CONTAINS,
        Comparison.ONE_OF,
        Comparison.NONE_OF,
    }
)
_FITTING: Mapping[Kind, frozenset[Comparison]] = {
    Kind.NUMBER: _NUMBERS,
    Kind.TEXT: _TEXTS,
    Kind.SKUS: _TEXTS,
    Kind.YES_NO: frozenset({Comparison.IS}),
}
_LISTS = frozenset({Comparison.ONE_OF, Comparison.NONE_OF, Comparison.STARTS_WITH})
_NEGATIVE: Mapping[Comparison, Comparison] = {
    Comparison.IS_NOT: Comparison.IS,
    Comparison.NONE_OF: Comparison.ONE_OF,
}
_YES, _NO = "yes", "no"
OF_BUYERS = frozenset({"country", "postcode"})
"""Fields that say where a buyer lives: who asks for them must be allowed to see buyers."""


class WrongRule(Refusal):
    """The rule cannot be used as it is written; `part` is name, action or the position of a condition."""

    code = "wrong_rule"

    def __init__(self, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.part = part


@dataclass(frozen=True)
class Condition:
    """`total at-least 500`. The value is kept as it was written."""

    field: str
    comparison: Comparison
    value: str

    @property
    def words(self) -> str:
        return f"{FIELDS[self.field].words} {COMPARISONS[self.comparison]} {self.value}"

    @property
    def of_order(self) -> str:
        """The same in a text that stays with an order: where its buyer lives is not said there."""
        return f"by its {FIELDS[self.field].words.lower()}" if self.field in OF_BUYERS else self.words


@dataclass(frozen=True)
class OrderRule:
    """One rule as it is asked."""

    id: int
    name: str
    action: Action
    conditions: tuple[Condition, ...]
    reason: str = ""

    @property
    def words(self) -> str:
        return " and ".join(condition.words for condition in self.conditions)

    @property
    def of_order(self) -> str:
        """Why it concerns an order, for texts that stay with the order when its buyer is erased."""
        return self.reason or " and ".join(condition.of_order for condition in self.conditions)

    @property
    def because(self) -> str:
        """Why an order is stopped, in words for the order."""
        does = "Held" if self.action is Action.HOLD else "Ignored"
        return f"{does} by the order rule {self.name}: {self.of_order}."


Value = Decimal | str | bool | tuple[str, ...] | None
Facts = Mapping[str, Value]
"""Field → what is known of an order; None where it is not known."""


@dataclass(frozen=True)
class Verdict:
    """What the rules make of one order: the rule that stops it, and those that flag it."""

    stop: OrderRule | None
    flags: tuple[OrderRule, ...]


def condition(field: str, comparison: str, value: str, *, part: str = "") -> Condition:
    """The condition as a person wrote it. Raises `WrongRule`."""
    field = field.strip().lower().replace("-", "_")
    if field not in FIELDS:
        raise WrongRule(part, f"{field!r} is no field of an order. Known: {', '.join(FIELDS)}.")
    try:
        compared = Comparison(comparison.strip().lower().replace("_", "-").replace(" ", "-"))
    except ValueError:
        known = ", ".join(entry.value for entry in COMPARISONS)
        raise WrongRule(part, f"{comparison!r} is no comparison. Known: {known}.") from None
    if compared not in _FITTING[FIELDS[field].kind]:
        fitting = ", ".join(entry.value for entry in COMPARISONS if entry in _FITTING[FIELDS[field].kind])
        raise WrongRule(part, f"{FIELDS[field].words} cannot be asked with {compared.value}; use {fitting}.")
    _check_value(field, value, part=part)
    return Condition(field, compared, value.strip())


def _check_value(field: str, value: str, *, part: str) -> None:
    words = FIELDS[field].words
    if not value.strip() or len(value) > LONGEST_VALUE or not value.strip().isprintable():
        raise WrongRule(part, f"Give a value for {words}, at most {LONGEST_VALUE} characters.")
    kind = FIELDS[field].kind
    if kind is Kind.NUMBER and _number(value) is None:
        raise WrongRule(part, f"{words} is compared with a number; {value!r} is none. Write it like 12.50.")
    if kind is Kind.YES_NO and value.strip().lower() not in {_YES, _NO}:
        raise WrongRule(part, f"{words} is yes or no, not {value!r}.")


def check_rule(name: str, conditions: Sequence[Condition]) -> None:
    """Raises `WrongRule` for what would be no rule."""
    if not name.strip() or len(name) > 60 or not name.isprintable():
        raise WrongRule("name", "Give the rule a name of at most 60 characters.")
    if not conditions:
        raise WrongRule("1", "A rule has at least one condition; else it would stop every order.")
    if len(conditions) > MOST_CONDITIONS:
        raise WrongRule("1", f"A rule has at most {MOST_CONDITIONS} conditions. Make two rules of it.")


def fields_of(rules: Collection[OrderRule]) -> frozenset[str]:
    """What has to be known of an order to ask these rules."""
    return frozenset(condition.field for rule in rules for condition in rule.conditions)


def judge(rules: Sequence[OrderRule], facts: Facts, *, released: Collection[int] = ()) -> Verdict:
    """Rules are asked in their order: the first that holds or ignores decides, every flag counts.

    Those that the order was released from are not asked again.
    """
    fitting = [rule for rule in rules if rule.id not in released and fits(rule.conditions, facts)]
    stop = next((rule for rule in fitting if rule.action is not Action.FLAG), None)
    return Verdict(stop, tuple(rule for rule in fitting if rule.action is Action.FLAG))


def fits(conditions: Sequence[Condition], facts: Facts) -> bool:
    """Whether every condition fits."""
    return all(_fits(condition, facts.get(condition.field)) for condition in conditions)


def _fits(condition: Condition, known: Value) -> bool:
    if known is None or known == ():
        return False
    if condition.comparison in _NEGATIVE:
        turned = Condition(condition.field, _NEGATIVE[condition.comparison], condition.value)
        return not _fits(turned, known)
    if isinstance(known, bool):
        return known is (condition.value.strip().lower() == _YES)
    if isinstance(known, Decimal):
        return _number_fits(condition.comparison, known, _number(condition.value) or Decimal(0))
    values = known if isinstance(known, tuple) else (known,)
    return any(_text_fits(condition, _plain(condition.field, value)) for value in values)


def _number_fits(comparison: Comparison, known: Decimal, wanted: Decimal) -> bool:
    return {
        Comparison.IS: known == wanted,
        Comparison.AT_LEAST: known >= wanted,
        Comparison.AT_MOST: known <= wanted,
        Comparison.MORE_THAN: known > wanted,
        Comparison.LESS_THAN: known < wanted,
    }[comparison]


def _text_fits(condition: Condition, known: str) -> bool:
    parts = condition.value.split(",") if condition.comparison in _LISTS else [condition.value]
    wanted = [plain for part in parts if (plain := _plain(condition.field, part))]
    if condition.comparison is Comparison.STARTS_WITH:
        return any(known.startswith(entry) for entry in wanted)
    if condition.comparison is Comparison.CONTAINS:
        return any(entry in known for entry in wanted)
    return known in wanted


def _plain(field: str, text: str) -> str:
    """Capitals do not count, and in a postcode no spaces."""
    plain = text.strip().casefold()
    return plain.replace(" ", "") if field == "postcode" else plain


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal("1e12") else None
