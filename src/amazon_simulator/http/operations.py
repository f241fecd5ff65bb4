"""The list of Amazon's operations that are answered here: name, method, path, handler, needed role.

To add one, add a row; its name is the operationId of Amazon's model, its limits stand in `plans`.
"""

from collections.abc import Callable

from msgspec import Struct

from amazon_simulator.http import (
    access,
    applications,
    catalogue,
    definitions,
    documents,
    fba_inventory,
    inventory,
    listings,
    order_writes,
    orders,
    orders_v0,
    orders_v0_search,
    restrictions,
    returns,
    sandbox,
    sellers,
    shipments,
    tokens,
)
from amazon_simulator.http.answers import Answer
from amazon_simulator.http.call import Call

LISTING = "Product Listing"
FULFILLMENT = "Amazon Fulfillment"
TRACKING = "Inventory and Order Tracking"
SHIPPING = "Direct-to-Consumer Shipping (Restricted)"
INSIGHTS = "Selling Partner Insights"


class Operation(Struct, frozen=True):
    name: str
    method: str
    path: str
    handle: Callable[[Call], Answer]
    role: str = ""
    is_open: bool = False
    scope: str = ""
    is_sandbox_only: bool = False

    @property
    def is_external_fulfillment(self) -> bool:
        return self.path.startswith("/externalFulfillment/")


ITEMS = "/listings/2021-08-01/items/<seller_id>"
ITEM = ITEMS + "/<path:sku>"
CATALOGUE = "/catalog/2022-04-01/items"
TYPES = "/definitions/2020-09-01/productTypes"
RESTRICTIONS = "/listings/2021-08-01/restrictions"
EF = "/externalFulfillment/2024-09-11/shipments"
ONE = EF + "/<shipment_id>"
PACKAGE = ONE + "/packages/<package_id>"
V0 = "/orders/v0/orders"
ORDER_V0 = V0 + "/<order_id>"
FBA = "/fba/inventory/v1"

OPERATIONS = (
    Operation("token", "POST", "/auth/o2/token", access.token, is_open=True),
    Operation("document", "GET", "/simulator/documents/<path:path>", documents.fetch, is_open=True),
    Operation(
        "batchInventory",
        "POST",
        "/externalFulfillment/inventory/2024-09-11/inventories",
        inventory.batch,
        FULFILLMENT,
    ),
    Operation("getShipments", "GET", EF, shipments.search, SHIPPING),
    Operation("createSandboxShipment", "POST", EF, sandbox.create_shipment, SHIPPING, is_sandbox_only=True),
    Operation("getShipment", "GET", ONE, shipments.get, SHIPPING),
    Operation("processShipment", "POST", ONE, shipments.process, SHIPPING),
    Operation("updateSandboxShipment", "PATCH", ONE, sandbox.update_shipment, SHIPPING, is_sandbox_only=True),
    Operation("createPackages", "POST", ONE + "/packages", shipments.create_packages, SHIPPING),
    Operation("updatePackage", "PUT", PACKAGE, shipments.update_package, SHIPPING),
    Operation("updatePackageStatus", "PATCH", PACKAGE, shipments.update_package_status, SHIPPING),
    Operation("retrieveShippingOptions", "GET", ONE + "/shippingOptions", shipments.options, SHIPPING),
    Operation("generateInvoice", "POST", ONE + "/invoice", shipments.generate_invoice, SHIPPING),
    Operation("retrieveInvoice", "GET", ONE + "/invoice", shipments.retrieve_invoice, SHIPPING),
    Operation("generateShipLabels", "PUT", ONE + "/shipLabels", shipments.labels, SHIPPING),
    Operation(
        "createSandboxLocation",
        "POST",
        "/externalFulfillment/2026-07-30/location",
        sandbox.create_location,
        FULFILLMENT,
        is_sandbox_only=True,
    ),
    Operation("searchOrders", "GET", "/orders/2026-01-01/orders", orders.search, TRACKING),
    Operation("getOrder", "GET", "/orders/2026-01-01/orders/<order_id>", orders.get, TRACKING),
    Operation(
        "getMarketplaceParticipations",
        "GET",
        "/sellers/v1/marketplaceParticipations",
        sellers.marketplaces,
        INSIGHTS,
    ),
    Operation("getAccount", "GET", "/sellers/v1/account", sellers.account, INSIGHTS),
    Operation("searchCatalogItems", "GET", CATALOGUE, catalogue.search, LISTING),
    Operation("getCatalogItem", "GET", CATALOGUE + "/<asin>", catalogue.get, LISTING),
    Operation("searchDefinitionsProductTypes", "GET", TYPES, definitions.search, LISTING),
    Operation("getDefinitionsProductType", "GET", TYPES + "/<product_type>", definitions.get, LISTING),
    Operation("getListingsRestrictions", "GET", RESTRICTIONS, restrictions.get, LISTING),
    Operation("searchListingsItems", "GET", ITEMS, listings.search, LISTING),
    Operation("getListingsItem", "GET", ITEM, listings.get, LISTING),
    Operation("putListingsItem", "PUT", ITEM, listings.put, LISTING),
    Operation("patchListingsItem", "PATCH", ITEM, listings.patch, LISTING),
    Operation("deleteListingsItem", "DELETE", ITEM, listings.delete, LISTING),
    Operation("createRestrictedDataToken", "POST", "/tokens/2021-03-01/restrictedDataToken", tokens.create),
    Operation("listReturns", "GET", "/externalFulfillment/2024-09-11/returns", returns.search, SHIPPING),
    Operation(
        "getReturn", "GET", "/externalFulfillment/2024-09-11/returns/<return_id>", returns.get, SHIPPING
    ),
    # v0 calls one of its operations getOrder as well; faults, holds and plans need a name for each
    Operation("getOrders", "GET", V0, orders_v0_search.search, TRACKING),
    Operation("getOrderV0", "GET", ORDER_V0, orders_v0.get, TRACKING),
    Operation("getOrderBuyerInfo", "GET", ORDER_V0 + "/buyerInfo", orders_v0.buyer_info, TRACKING),
    Operation("getOrderAddress", "GET", ORDER_V0 + "/address", orders_v0.address, TRACKING),
    Operation("getOrderItems", "GET", ORDER_V0 + "/orderItems", orders_v0.items, TRACKING),
    Operation(
        "getOrderItemsBuyerInfo",
        "GET",
        ORDER_V0 + "/orderItems/buyerInfo",
        orders_v0.items_buyer_info,
        TRACKING,
    ),
    Operation(
        "getOrderRegulatedInfo", "GET", ORDER_V0 + "/regulatedInfo", orders_v0.regulated_info, TRACKING
    ),
    Operation(
        "updateVerificationStatus",
        "PATCH",
        ORDER_V0 + "/regulatedInfo",
        order_writes.update_verification_status,
        TRACKING,
    ),
    Operation(
        "updateShipmentStatus", "POST", ORDER_V0 + "/shipment", order_writes.update_shipment_status, TRACKING
    ),
    Operation("confirmShipment", "POST", ORDER_V0 + "/shipmentConfirmation", order_writes.confirm, TRACKING),
    Operation("getInventorySummaries", "GET", FBA + "/summaries", fba_inventory.summaries, FULFILLMENT),
    Operation(
        "createInventoryItem",
        "POST",
        FBA + "/items",
        fba_inventory.create_item,
        FULFILLMENT,
        is_sandbox_only=True,
    ),
    Operation(
        "addInventory",
        "POST",
        FBA + "/items/inventory",
        fba_inventory.add_inventory,
        FULFILLMENT,
        is_sandbox_only=True,
    ),
    Operation(
        "deleteInventoryItem",
        "DELETE",
        FBA + "/items/<path:sku>",
        fba_inventory.delete_item,
        FULFILLMENT,
        is_sandbox_only=True,
    ),
    Operation(
        "rotateApplicationClientSecret",
        "POST",
        "/applications/2023-11-30/clientSecret",
        applications.rotate_secret,
        scope="sellingpartnerapi::client_credential:rotation",
    ),
)
