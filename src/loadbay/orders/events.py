"""What happens to shipments and sales. One event per page or batch, never one per order."""

from loadbay.core.events import event


@event("orders.shipments_staged")
class ShipmentsStaged:
    """New shipments were stored as received; sales are to be built from them.

    While more pages follow, building waits until a whole batch is there.
    """

    connection_id: int
    shipment_ids: list[int]
    more_follow: bool = False


@event("orders.orders_changed")
class OrdersChanged:
    """Amazon changed orders whose sales stand: units were cancelled (`resized`), amounts are others
    (`repriced`), or units left without us."""

    connection_id: int
    shipment_ids: list[int]
    resized: list[int]
    repriced: list[int]


@event("orders.rest_wanted")
class RestWanted:
    """A person decided that of orders which left in part outside of Loadbay the rest is shipped."""

    shipment_ids: list[int]


@event("orders.sales_built")
class SalesBuilt:
    """Sales stand, their stock is promised; field calls are to be opened."""

    connection_id: int
    sale_ids: list[int]


@event("orders.sales_covered")
class SalesCovered:
    """Goods came for sales that were short; they may lie in other rooms than first promised."""

    sale_ids: list[int]


@event("orders.sales_uncovered")
class SalesUncovered:
    """Goods that were promised to sales are gone; their field calls are held until goods come."""

    sale_ids: list[int]


@event("orders.shipments_wanted")
class ShipmentsToAnswer:
    """Shipments are to be confirmed or declined at Amazon."""

    connection_id: int
    shipment_ids: list[int]


@event("orders.sales_cancelled")
class SalesCancelled:
    """Amazon cancelled shipments whose sales were built; dispatch stops them."""

    sale_ids: list[int]


@event("orders.shipments_shipped")
class ShipmentsShipped:
    """Amazon counts the shipments as shipped; the genuine customer may appear from now on."""

    connection_id: int
    shipment_ids: list[int]


@event("orders.buyers_found")
class BuyersFound:
    """The genuine customer and payment method replaced the placeholder on these sales."""

    sale_ids: list[int]


@event("orders.buyers_erased")
class BuyersErased:
    """The buyer data of these orders was erased because its day had come; labels go with it."""

    order_ids: list[int]


@event("orders.work_wanted")
class WorkWanted:
    """Somebody started long work on orders; a worker is to carry it out."""

    work_id: int


@event("orders.webhooks_wanted")
class WebhooksWanted:
    """Orders entered an implied status on which a webhook hangs; its address is to be told."""

    action_ids: list[int]


@event("orders.shipments_let_go")
class ShipmentsLetGo:
    """Held shipments may go on: their sales are built, or their answers to Amazon sent."""

    connection_id: int
    shipment_ids: list[int]


@event("orders.sales_credited")
class SalesCredited:
    """Lines of these posted sales were credited, or charged besides; the books are told."""

    sale_ids: list[int]
