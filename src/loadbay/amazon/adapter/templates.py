"""What Amazon wants to be sent for a shipping template's name, kept for a while per product type.

Its rule: a thousand listings of one product type read Amazon's long description of it once; a name that is
not known yet is looked up at once. The neighbour `catalogue.py` reads.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from loadbay.amazon.adapter.catalogue import AmazonCatalogueDesk
from loadbay.core.errors import Rejected

KEPT_FOR = timedelta(minutes=10)
_Key = tuple[str, str, str]


class TemplateValues:
    """One per process; two threads that look at once both read, and agree."""

    def __init__(self) -> None:
        self._kept: dict[_Key, tuple[datetime, dict[str, str]]] = {}

    def through(self, desk: AmazonCatalogueDesk) -> Callable[[str, str], str]:
        """(product type, template's name) → what to send for it; the name where Amazon knows no other."""
        return partial(self._value, desk)

    def forget(self) -> None:
        self._kept.clear()

    def _value(self, desk: AmazonCatalogueDesk, product_type: str, name: str) -> str:
        account, now = desk.caller.account, desk.caller.clock.now()
        key = (account.seller_id, account.marketplace_id, product_type)
        read_at, values = self._kept.get(key, (now, {}))
        if name not in values or now - read_at > KEPT_FOR:
            try:
                values = desk.template_values(product_type)
            except Rejected:
                return name
            self._kept[key] = (now, values)
        return values.get(name, name)
