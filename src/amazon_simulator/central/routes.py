"""Where the control API and the Seller Central pages stand: one list for the application's router."""

from werkzeug.routing import Rule

from amazon_simulator.central import (
    consent_page,
    listing_pages,
    pages,
    return_pages,
    settings_page,
    shipment_page,
    trouble_page,
)
from amazon_simulator.central.actions import ACTIONS
from amazon_simulator.central.controls import CONTROLS
from amazon_simulator.central.inspect import INSPECT
from amazon_simulator.central.inspect_life import INSPECT_LIFE
from amazon_simulator.central.life_actions import LIFE_ACTIONS
from amazon_simulator.central.life_controls import LIFE_CONTROLS
from amazon_simulator.central.listing_controls import LISTING_CONTROLS
from amazon_simulator.central.openapi import published
from amazon_simulator.central.trouble_actions import TROUBLE_ACTIONS
from amazon_simulator.central.wire import Control

PAGES = {
    "/": pages.overview,
    "/central": pages.overview,
    "/central/style.css": pages.style,
    "/central/listings": listing_pages.listings,
    "/central/listings/<path:sku>": Control(listing_pages.listing),
    "/central/orders": pages.orders,
    "/central/shipments": pages.shipments,
    "/central/shipments/<shipment_id>": Control(shipment_page.shipment),
    "/central/returns": return_pages.all_returns,
    "/central/returns/<return_id>": Control(return_pages.one_return),
    "/central/stock": pages.stock,
    "/central/calls": pages.calls,
    "/central/trouble": trouble_page.trouble,
    "/central/settings": settings_page.settings,
    consent_page.PLACE: consent_page.consent,
}

CONTROL_ROUTES = published(
    {
        **{("GET", path): view for path, view in INSPECT.items()},
        **{("GET", path): view for path, view in INSPECT_LIFE.items()},
        **CONTROLS,
        **LIFE_CONTROLS,
        **LISTING_CONTROLS,
    }
)
CENTRAL_RULES = [
    Rule(consent_page.PLACE, methods=["POST"], endpoint=consent_page.confirm),
    *(Rule(path, methods=["GET"], endpoint=view) for path, view in PAGES.items()),
    *(Rule(path, methods=["POST"], endpoint=view) for path, view in ACTIONS.items()),
    *(Rule(path, methods=["POST"], endpoint=view) for path, view in LIFE_ACTIONS.items()),
    *(Rule(path, methods=["POST"], endpoint=view) for path, view in TROUBLE_ACTIONS.items()),
    *(Rule(path, methods=[method], endpoint=view) for (method, path), view in CONTROL_ROUTES.items()),
]
