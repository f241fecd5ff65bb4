"""Orders 2026-01-01: whole orders as they change, and shipped ones for the genuine customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loadbay.amazon.caller import Caller
from loadbay.amazon.calls import Call, path, query
from loadbay.amazon.rates import Priority
from loadbay.amazon.translate import orders as translate
from loadbay.amazon.translate import whole_orders
from loadbay.core.errors import Retryable
from loadbay.core.ids import AmazonOrderId
from loadbay.orders.ports import OrderPage, SeenOrder, Spoiled, WholeOrder, WholeOrderPage

BASE = "/orders/2026-01-01/orders"
PAGE_SIZE = 100
_WHOLE = (
    *("BUYER", "RECIPIENT", "PROCEEDS", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES", "TAX"),
    "PAYMENT",
)
_SHOWN = ("BUYER", "RECIPIENT", "PROCEEDS", "FULFILLMENT", "PAYMENT")


@dataclass(frozen=True)
class AmazonOrderSource:
    """Implements `orders.ports.OrderSource`."""

    caller: Caller
    priority: Priority = Priority.NEW_ORDERS

    def orders(
        self,
        *,
        updated_after: datetime,
        fulfilled_by: tuple[str, ...],
        marketplace_ids: tuple[str, ...],
        token: str | None,
    ) -> WholeOrderPage:
        call = self._search(
            lastUpdatedAfter=updated_after,
            marketplaceIds=marketplace_ids,
            fulfilledBy=fulfilled_by,
            paginationToken=token,
            includedData=_WHOLE,
        )
        page = self.caller.ask(call, whole_orders.page, about=lambda seen: whole_orders.subjects(seen.orders))
        _check_another(page, token)
        return page

    def whole_order(self, order_id: AmazonOrderId) -> WholeOrder:
        return self.caller.ask(self._get(order_id, _WHOLE), whole_orders.one)

    def reread_order(self, raw: bytes) -> WholeOrder | Spoiled:
        return whole_orders.reread(raw)

    def shipped_orders(self, *, updated_after: datetime, token: str | None) -> OrderPage:
        call = self._search(
            lastUpdatedAfter=updated_after,
            fulfillmentStatuses=["SHIPPED"],
            marketplaceIds=self._marketplaces(),
            fulfilledBy=["AMAZON"],
            paginationToken=token,
            includedData=_SHOWN,
        )
        page = self.caller.ask(call, translate.page, about=lambda seen: translate.subjects(seen.orders))
        _check_another(page, token)
        return page

    def order(self, order_id: AmazonOrderId) -> SeenOrder:
        return self.caller.ask(self._get(order_id, _SHOWN), translate.one)

    def _search(self, **asked: Any) -> Call:
        wanted = query(**asked, maxResultsPerPage=PAGE_SIZE)
        return Call("searchOrders", "GET", BASE, wanted, priority=self.priority)

    def _get(self, order_id: AmazonOrderId, included: Sequence[str]) -> Call:
        return Call(
            "getOrder",
            "GET",
            path(BASE + "/{id}", id=order_id),
            query(includedData=included),
            priority=self.priority,
            subjects=(f"order:{order_id}",),
        )

    def _marketplaces(self) -> tuple[str, ...] | None:
        """The account's marketplace; all of the seller's where the connection serves several."""
        marketplace = self.caller.account.marketplace_id
        return (marketplace,) if marketplace else None


def _check_another(page: WholeOrderPage | OrderPage, token: str | None) -> None:
    """Raises Retryable when the next page would be the one just read."""
    if token is not None and page.next_token == token:
        raise Retryable("Amazon gave the same page of orders again. It is read again later.")
