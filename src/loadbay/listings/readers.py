"""Check ASIN: asking Amazon's catalogue, for a screen or a command. Reads only; nothing is stored here."""

from __future__ import annotations

from loadbay.core.clock import Clock
from loadbay.core.ids import Asin
from loadbay.listings.ports import CatalogueDesk
from loadbay.listings.rules import read_asin, read_condition
from loadbay.listings.services.editing import AsinCheck


def check_asin(asin: str, *, condition: str, desk: CatalogueDesk, clock: Clock) -> AsinCheck:
    """What Amazon holds about an ASIN, and the templates that may be chosen for it. May raise trouble."""
    item = desk.check_asin(Asin(read_asin(asin)), condition=read_condition(condition))
    if item is None:
        return AsinCheck(item=None, at=clock.now())
    templates = desk.templates(item.product_type)
    return AsinCheck(item=item, at=clock.now(), templates=templates.templates)
