"""Testing a connection: every feature is tried, and each wrong thing is named in words.

Talks to Amazon through the port, outside any transaction; it changes nothing there.
"""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.ports import AccountDesk, Feature
from loadbay.channels.queries import ConnectionCard, channels
from loadbay.core.errors import Misconfigured, Trouble, WrongInput

_NEEDS_CHANNEL = (Feature.STOCK, Feature.SHIPMENTS)
_WORDS = {
    Feature.SIGN_IN: "Sign-in",
    Feature.SELLER: "Seller account",
    Feature.CATALOGUE: "Catalogue",
    Feature.LISTINGS: "Listings",
    Feature.STOCK: "Stock",
    Feature.SHIPMENTS: "Shipments",
    Feature.ORDERS: "Orders",
}

PASSING = frozenset({"retryable", "unclear"})
"""Faults that say nothing against the connection: Amazon is down or throttles."""


@dataclass(frozen=True)
class Finding:
    """What came out for one feature. `fault` names what is wrong, in a word."""

    feature: str
    works: bool
    fault: str
    sentence: str


@dataclass(frozen=True)
class Target:
    """Where to try: a marketplace (country code) and, where there is a channel, its location."""

    marketplace: str
    location: str = ""


_FIRST_STORES = {"eu": "GB", "na": "US", "fe": "JP"}


def target_of(card: ConnectionCard, marketplace: str = "") -> Target:
    """At its channel of the marketplace named, else at its first channel, else in a store of its region."""
    wanted = marketplace.strip().upper()
    for channel in channels(connection_id=card.id):
        if wanted in ("", channel.marketplace):
            return Target(channel.marketplace, next(iter(channel.locations), ""))
    return Target(wanted or _FIRST_STORES[card.region])


def test_connection(desk: AccountDesk, *, target: Target) -> tuple[Finding, ...]:
    """One finding per feature; the later ones are not tried once sign-in fails. Raises `WrongInput`."""
    store = MARKETPLACES.get(target.marketplace)
    if store is None:
        raise WrongInput(
            f"Marketplace {target.marketplace[:20]!r} is not known. Give its country code, such as GB."
        )
    first = _try(desk, Feature.SIGN_IN, marketplace_id=store.marketplace_id, location=target.location)
    if not first.works:
        return (first,)
    findings = [first, _marketplace(desk, target.marketplace)]
    for feature in (Feature.CATALOGUE, Feature.LISTINGS, *_NEEDS_CHANNEL, Feature.ORDERS):
        if feature in _NEEDS_CHANNEL and not target.location:
            continue
        findings.append(_try(desk, feature, marketplace_id=store.marketplace_id, location=target.location))
    return tuple(findings)


def _try(desk: AccountDesk, feature: Feature, *, marketplace_id: str, location: str) -> Finding:
    try:
        desk.probe(feature, marketplace_id=marketplace_id, location_id=location)
    except Misconfigured as trouble:
        return Finding(_WORDS[feature], works=False, fault=trouble.fault, sentence=trouble.sentence)
    except Trouble as trouble:
        return Finding(_WORDS[feature], works=False, fault=trouble.kind, sentence=trouble.sentence)
    return Finding(_WORDS[feature], works=True, fault="", sentence="works")


def _marketplace(desk: AccountDesk, country: str) -> Finding:
    store = MARKETPLACES[country]
    try:
        seen = {entry.marketplace_id: entry for entry in desk.marketplaces()}
    except Misconfigured as trouble:
        return Finding("Seller account", works=False, fault=trouble.fault, sentence=trouble.sentence)
    except Trouble as trouble:
        return Finding("Seller account", works=False, fault=trouble.kind, sentence=trouble.sentence)
    mine = seen.get(store.marketplace_id)
    if mine is None or not mine.is_participating:
        known = (
            ", ".join(sorted(entry.country for entry in seen.values() if entry.is_participating)) or "none"
        )
        return Finding(
            "Seller account",
            works=False,
            fault="marketplace",
            sentence=f"The seller does not sell in {store.name}. Marketplaces of this account: {known}.",
        )
    if mine.is_suspended:
        return Finding(
            "Seller account",
            works=False,
            fault="suspended",
            sentence=f"Amazon has suspended the seller's listings in {store.name}. See Account Health.",
        )
    return Finding("Seller account", works=True, fault="", sentence=f"sells in {store.name}")
