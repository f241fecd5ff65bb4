"""Sellers, and one harmless read per feature: what the connection test asks.

A probe that is answered "no such thing" has worked: the door was open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from loadbay.amazon.adapter.shipments import BASE as SHIPMENTS
from loadbay.amazon.adapter.stock import AmazonStockDesk
from loadbay.amazon.caller import Caller
from loadbay.amazon.calls import Call, path, query
from loadbay.amazon.errors import NotAmazonsVoice
from loadbay.amazon.rates import Priority
from loadbay.amazon.translate import catalogue as translate
from loadbay.amazon.translate import shipments
from loadbay.amazon.wire.listings import ItemSearch
from loadbay.amazon.wire.loose import decode
from loadbay.channels.ports import Feature, SeenMarketplace
from loadbay.core.errors import Misconfigured, Rejected
from loadbay.core.ids import LocationId, Sku

# Names that nobody has: the answer is "not found", given only to those who may ask.
_NO_ASIN, _NO_SKU, _NO_ORDER = "B000000000", "loadbay-connection-test", "000-0000000-0000000"
_FORBIDDEN = ("403", "forbidden", "unauthorized", "sc_00005")


@dataclass(frozen=True)
class AmazonAccountDesk:
    """Implements `channels.ports.AccountDesk`."""

    caller: Caller
    priority: Priority = Priority.BENCH

    def marketplaces(self) -> tuple[SeenMarketplace, ...]:
        call = Call(
            "getMarketplaceParticipations",
            "GET",
            "/sellers/v1/marketplaceParticipations",
            priority=self.priority,
        )
        with self._amazon_itself():
            return self.caller.ask(call, translate.marketplaces)

    def probe(self, feature: Feature, *, marketplace_id: str, location_id: str) -> None:
        account = replace(self.caller.account, marketplace_id=marketplace_id)
        desk = replace(self, caller=replace(self.caller, account=account))
        probes: dict[Feature, Callable[[], object]] = {
            Feature.SIGN_IN: desk.caller.tokens.sign_in,
            Feature.SELLER: desk.marketplaces,
            Feature.CATALOGUE: desk._catalogue,
            Feature.LISTINGS: desk._listings,
            Feature.STOCK: lambda: desk._stock(LocationId(location_id)),
            Feature.SHIPMENTS: lambda: desk._shipments(location_id),
            Feature.ORDERS: desk._orders,
        }
        try:
            with self._amazon_itself():
                probes[feature]()
        except Rejected as refused:
            if refused.reason not in {"400", "404"}:
                raise

    @contextmanager
    def _amazon_itself(self) -> Iterator[None]:
        """Something else that answers, such as a web page, shows a wrong address and no bad moment."""
        try:
            yield
        except NotAmazonsVoice as trouble:
            raise Misconfigured(
                f"What answers at {self.caller.account.base} is not Amazon. {trouble.sentence} "
                "Check the connection's endpoint address; if it is right, test again later.",
                fault="endpoint",
            ) from trouble

    def _catalogue(self) -> None:
        where = path("/catalog/2022-04-01/items/{asin}", asin=_NO_ASIN)
        self._read("getCatalogItem", where, query(marketplaceIds=[self.caller.account.marketplace_id]))

    def _listings(self) -> None:
        account = self.caller.account
        where = path("/listings/2021-08-01/items/{seller}", seller=account.seller_id)
        call = Call(
            "searchListingsItems",
            "GET",
            where,
            query(marketplaceIds=[account.marketplace_id], pageSize=1),
            priority=self.priority,
        )
        self.caller.ask(call, lambda body: decode(body, ItemSearch))

    def _stock(self, location_id: LocationId) -> None:
        desk = AmazonStockDesk(self.caller, priority=self.priority)
        for verdict in desk.fetch([(location_id, Sku(_NO_SKU))]):
            if any(word in verdict.reason.casefold() for word in _FORBIDDEN):
                raise Misconfigured(
                    f"Amazon does not let this seller use location {location_id}: {verdict.reason}."
                    " Ask the Amazon account manager to allow-list it for SmartConnect.",
                    fault="allow_list",
                )

    def _shipments(self, location_id: str) -> None:
        asked = query(status="ACCEPTED", locationId=location_id or None, maxResults=1)
        call = Call("getShipments", "GET", SHIPMENTS, asked, priority=self.priority)
        self.caller.ask(call, shipments.page)

    def _orders(self) -> None:
        self._read("getOrder", path("/orders/2026-01-01/orders/{id}", id=_NO_ORDER), ())

    def _read(self, operation: str, where: str, asked: tuple[tuple[str, str], ...]) -> None:
        self.caller.ask(Call(operation, "GET", where, asked, priority=self.priority), _any_object)


def _any_object(body: bytes) -> dict[str, object]:
    return decode(body, dict[str, object])
