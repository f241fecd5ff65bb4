"""The demo's listings: checked, sent and converted as a shop does it, only without Amazon's ten minutes.

Rule: every step looks first at what is there, so that an interrupted start goes on. `listings.csv` says how
far each listing is taken.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from loadbay import wiring
from loadbay.catalogue.queries import product_card
from loadbay.channels.queries import channel, channel_row
from loadbay.core.clock import SystemClock
from loadbay.demo.goods import CHANNEL, data
from loadbay.demo.pretend_amazon import PretendAmazon
from loadbay.jobs.syncing import sync
from loadbay.listings.ports import CatalogueDesk
from loadbay.listings.queries import listings_of_product
from loadbay.listings.readers import check_asin
from loadbay.listings.services import WantedListing, add_listing, want_submission

FIRST, LINKED, WAITING, REJECTED, DRAFT = "linked_first", "linked", "waiting", "rejected", "draft"
UNCHECKED = frozenset({"WHITE-SPIRIT", "CHAIR-SAGE"})
"""Sent without Check ASIN: one lacks Amazon's approval, one names another origin than Amazon's record."""


@dataclass(frozen=True)
class Offer:
    """One line of `listings.csv`: a product, its ASIN, and how far its listing is taken."""

    sku: str
    asin: str
    origin: str
    template: str
    stage: str


def offers(*stages: str) -> list[Offer]:
    rows = csv.DictReader(data("listings.csv").decode().splitlines())
    return [offer for offer in (Offer(**row) for row in rows) if offer.stage in stages]


def list_products(wanted: Iterable[Offer], *, amazon: PretendAmazon) -> None:
    """Take each listing as far as its stage says."""
    wanted = list(wanted)
    desk = wiring.catalogue_desk(channel_row(channel(CHANNEL).id))
    for offer in wanted:
        _send(offer, desk=desk)
    sync(code=CHANNEL, until_idle=True)
    amazon.hurry_listings()
    sync(code=CHANNEL, until_idle=True)
    _convert([offer for offer in wanted if offer.stage in (FIRST, LINKED)], amazon=amazon)
    sync(code=CHANNEL, until_idle=True)


def _send(offer: Offer, *, desk: CatalogueDesk) -> None:
    known = listings_of_product(offer.sku)
    if not known:
        add_listing(_wanted(offer, desk=desk))
    if offer.stage != DRAFT and (not known or known[0].state == "draft"):
        want_submission(offer.sku, CHANNEL)


def _wanted(offer: Offer, *, desk: CatalogueDesk) -> WantedListing:
    is_checked = offer.sku not in UNCHECKED
    return WantedListing(
        sku=offer.sku,
        channel=CHANNEL,
        asin=offer.asin,
        country_of_origin=offer.origin,
        shipping_template=offer.template,
        checked=check_asin(offer.asin, condition="new", desk=desk, clock=SystemClock())
        if is_checked
        else None,
    )


def _convert(wanted: Iterable[Offer], *, amazon: PretendAmazon) -> None:
    """What a person does in Seller Central, hazmat form included."""
    shown = amazon.listings()
    for offer in wanted:
        row = shown.get(offer.sku)
        if row is not None and row["is_visible"] and not row["is_converted"]:
            amazon.convert(offer.sku, is_hazmat=bool(product_card(offer.sku).hazmat_class))
