"""Orders 2026-01-01: whole orders as they change, and shipped ones for the genuine customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
        asked = query(
            lastUpdatedAfter=updated_after,
            marketplaceIds=marketplace_ids,
            fulfilledBy=fulfilled_by,
            maxResultsPerPage=PAGE_SIZE,
            paginationToken=token,
            includedData=_WHOLE,
        )
        call = Call("searchOrders", "GET", BASE, asked, priority=self.priority)
        page = self.caller.ask(call, whole_orders.page, about=lambda seen: whole_orders.subjects(seen.orders))
        if token is not None and page.next_token == token:
            raise Retryable("Amazon gave the same page of orders again. It is read again later.")
        return page

    def whole_order(self, order_id: AmazonOrderId) -> WholeOrder:
        call = Call(
            "getOrder",
            "GET",
            path(BASE + "/{id}", id=order_id),
            query(includedData=_WHOLE),
            priority=self.priority,
            subjects=(f"order:{order_id}",),
        )
        return self.caller.ask(call, whole_orders.one)

    def reread_order(self, raw: bytes) -> WholeOrder | Spoiled:
        return whole_orders.reread(raw)

    def shipped_orders(self, *, updated_after: datetime, token: str | None) -> OrderPage:
        asked = query(
            lastUpdatedAfter=updated_after,
            fulfillmentStatuses=["SHIPPED"],
            marketplaceIds=self._marketplaces(),
            fulfilledBy=["AMAZON"],
            maxResultsPerPage=PAGE_SIZE,
            paginationToken=token,
            includedData=_SHOWN,
        )
        call = Call("searchOrders", "GET", BASE, asked, priority=self.priority)
        page = self.caller.ask(call, translate.page, about=lambda seen: translate.subjects(seen.orders))
        if token is not None and page.next_token == token:
            raise Retryable("Amazon gave the same page of orders again. It is read again later.")
        return page

    def order(self, order_id: AmazonOrderId) -> SeenOrder:
        call = Call(
            "getOrder",
            "GET",
            path(BASE + "/{id}", id=order_id),
            query(includedData=_SHOWN),
            priority=self.priority,
            subjects=(f"order:{order_id}",),
        )
        return self.caller.ask(call, translate.one)

    def _marketplaces(self) -> tuple[str, ...] | None:
        """The account's marketplace; all of the seller's where the connection serves several."""
        marketplace = self.caller.account.marketplace_id
        return (marketplace,) if marketplace else None
