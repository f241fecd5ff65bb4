"""What must be right before a listing is sent: each failing point says what to change and where.

Pure. The facts are gathered in `services/`, and Amazon's own validation follows in `senders/submitting.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loadbay.core.errors import Refusal
from loadbay.core.money import Money
from loadbay.listings.template_rules import Standing, missing_words

AMAZON_SCREEN = "Web/Multi Channel settings > Amazon"
_ASK = "Press Check ASIN, then Add/Update ASIN."


@dataclass(frozen=True)
class Finding:
    """One point of the readiness check: what is asked, whether it holds, what to do and where.

    A point that could not be checked is not met either, but stops nothing: Amazon's own validation is asked
    before the listing is sent.
    """

    code: str
    is_met: bool
    is_blocking: bool
    sentence: str
    cure: str = ""
    where: str = ""
    is_checked: bool = True


@dataclass(frozen=True)
class Facts:
    """What the readiness check looks at. `amazon_…` is Amazon's own record; None or empty: not known."""

    sku: str
    asin: str
    is_bundle: bool
    listing_type: str
    origin: str
    template: str
    price: Money | None
    category: str
    currency: str
    asin_exists: bool | None = None
    amazon_origin: str = ""
    amazon_hazmat: str = ""
    product_hazmat: str = ""
    templates: tuple[str, ...] = ()
    """Those to choose from; see `template_rules.choices`."""
    template_standing: Standing = Standing.UNKNOWN
    """What the channel's own list of templates says of this one."""
    channel: str = ""
    restrictions: tuple[str, ...] = ()
    has_weight: bool = False


class ListingNotReady(Refusal):
    """A listing that Amazon would not take. `findings` names every failing point."""

    code = "listing_not_ready"

    def __init__(self, sku: str, findings: Sequence[Finding], *, lacks: str = "cannot be listed yet") -> None:
        points = " ".join(f"{finding.sentence} {finding.cure}" for finding in findings)
        super().__init__(f"{sku} {lacks}. {points}")
        self.findings = tuple(findings)


def readiness(facts: Facts) -> tuple[Finding, ...]:
    """Every point that must or should hold before the listing is sent, failing ones with their cure."""
    return (
        _bundle(facts),
        _asin(facts),
        _price(facts),
        _origin_set(facts),
        _origin_agrees(facts),
        _template(facts),
        _restriction(facts),
        _hazmat(facts),
        _weight(facts),
    )


def _unchecked(code: str, *, sentence: str, cure: str, where: str = AMAZON_SCREEN) -> Finding:
    return Finding(code, False, False, sentence, cure, where, is_checked=False)


def failing(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.is_blocking and not finding.is_met)


def _bundle(facts: Facts) -> Finding:
    is_met = not (facts.is_bundle and facts.listing_type == "onsite_fba")
    return Finding(
        "no_bundle",
        is_met,
        is_blocking=True,
        sentence=f"{facts.sku} is a product of its own." if is_met else f"{facts.sku} is a soft bundle.",
        cure="" if is_met else "List the product it contains on SmartConnect, and the bundle as MFN.",
        where="Product Info > Web",
    )


def _asin(facts: Facts) -> Finding:
    if facts.asin_exists is None:
        return _unchecked("asin", sentence=f"Amazon was not asked about ASIN {facts.asin} yet.", cure=_ASK)
    is_met = facts.asin_exists
    return Finding(
        "asin",
        is_met,
        is_blocking=True,
        sentence=f"Amazon knows ASIN {facts.asin}." if is_met else f"Amazon has no ASIN {facts.asin} here.",
        cure="" if is_met else "Copy the ASIN from Seller Central and press Check ASIN.",
        where=AMAZON_SCREEN,
    )


def _price(facts: Facts) -> Finding:
    is_met = facts.price is not None and facts.price.amount > 0
    lacks = f"{facts.sku} has no price in {facts.currency} for the customer category {facts.category}."
    return Finding(
        "price",
        is_met,
        is_blocking=True,
        sentence=f"The price is {facts.price}." if is_met else lacks,
        cure="" if is_met else "Set one under Product Info > Financial > Retail prices.",
        where="Product Info > Financial > Retail prices",
    )


def _origin_set(facts: Facts) -> Finding:
    is_met = bool(facts.origin)
    return Finding(
        "origin",
        is_met,
        is_blocking=True,
        sentence=f"Country of origin is {facts.origin}."
        if is_met
        else f"{facts.sku} has no country of origin.",
        cure="" if is_met else "Choose the country of origin that Amazon holds for this ASIN.",
        where=AMAZON_SCREEN,
    )


def _origin_agrees(facts: Facts) -> Finding:
    if not facts.origin or not facts.amazon_origin:
        return _origin_not_compared(facts)
    is_met = facts.amazon_origin == facts.origin
    differs = f"Country of origin is {facts.origin} here and {facts.amazon_origin} in Amazon's record."
    return Finding(
        "origin_agrees",
        is_met,
        is_blocking=True,
        sentence=f"Amazon's record has {facts.origin} as country of origin too." if is_met else differs,
        cure="" if is_met else f"Set it to {facts.amazon_origin}, or have Amazon's record corrected.",
        where=AMAZON_SCREEN,
    )


def _origin_not_compared(facts: Facts) -> Finding:
    if facts.asin_exists is None:
        sentence, cure = "The country of origin was not compared with Amazon's record yet.", _ASK
    elif facts.amazon_origin:
        sentence, cure = f"Amazon's record has {facts.amazon_origin} as country of origin.", "Enter that."
    else:
        sentence = "Amazon's record does not say the country of origin, so it could not be compared."
        cure = "Make sure of it in Seller Central: with a wrong one Amazon refuses the change to Onsite FBA."
    return _unchecked("origin_agrees", sentence=sentence, cure=cure)


def _template(facts: Facts) -> Finding:
    is_met = bool(facts.template) and facts.template in facts.templates
    is_listed = bool(facts.templates) or facts.template_standing is not Standing.UNKNOWN
    if facts.template and not is_listed:
        return _template_not_compared(facts)
    names = ", ".join(facts.templates[:10])
    return Finding(
        "template",
        is_met,
        is_blocking=True,
        sentence=f"Shipping template {facts.template} is one of yours." if is_met else _no_template(facts),
        cure="" if is_met else (f"Choose one of: {names}." if names else "Name one that Seller Central has."),
        where=AMAZON_SCREEN,
    )


def _no_template(facts: Facts) -> str:
    if not facts.template:
        return "No shipping template is set."
    if facts.template_standing is Standing.UNKNOWN:
        return f"Shipping template {facts.template!r} is none of yours."
    return missing_words(facts.template, facts.channel, standing=facts.template_standing)


def _template_not_compared(facts: Facts) -> Finding:
    if facts.asin_exists is None:
        sentence, cure = (
            f"Whether {facts.template!r} is a shipping template of yours was not asked yet.",
            _ASK,
        )
    else:
        sentence = f"Amazon named no shipping templates, so {facts.template!r} could not be compared."
        cure = "Make sure that Seller Central has one of exactly this name."
    return _unchecked("template", sentence=sentence, cure=cure)


def _restriction(facts: Facts) -> Finding:
    if facts.asin_exists is None:
        sentence = f"Whether you may list ASIN {facts.asin} was not asked yet."
        return _unchecked("restriction", sentence=sentence, cure=_ASK)
    is_met = not facts.restrictions
    return Finding(
        "restriction",
        is_met,
        is_blocking=True,
        sentence="Amazon names no restriction."
        if is_met
        else f"Amazon says: {'; '.join(facts.restrictions)}.",
        cure="" if is_met else "Ask for approval in Seller Central, then press Check ASIN again.",
        where="Seller Central",
    )


def _hazmat(facts: Facts) -> Finding:
    if facts.asin_exists is None:
        sentence = "Whether Amazon holds it as hazmat was not asked yet."
        return _unchecked("hazmat", sentence=sentence, cure=_ASK)
    is_met = not facts.amazon_hazmat or bool(facts.product_hazmat)
    return Finding(
        "hazmat",
        is_met,
        is_blocking=False,
        sentence=_no_hazmat(facts) if is_met else f"Amazon holds it as hazmat ({facts.amazon_hazmat}).",
        cure="" if is_met else "Enter the hazmat class on the product; the conversion will ask for a form.",
        where="Product Info",
    )


def _no_hazmat(facts: Facts) -> str:
    return "Hazmat class is entered." if facts.amazon_hazmat else "Amazon's record names no hazmat class."


def _weight(facts: Facts) -> Finding:
    return Finding(
        "weight",
        facts.has_weight,
        is_blocking=False,
        sentence="Weight and dimensions are known."
        if facts.has_weight
        else "Weight or dimensions are missing.",
        cure="" if facts.has_weight else "Enter them on the product; the bench needs them for the parcel.",
        where="Product Info",
    )
