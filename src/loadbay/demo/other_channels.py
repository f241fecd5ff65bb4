"""The demo's other channels on the same connection: what the shop ships itself, what Amazon ships abroad.

Rule: no network here. Definitions are retrieved and mapped as a back office does it; some are left.
"""

from __future__ import annotations

from datetime import datetime

from loadbay.channels.customer_rules import AUTO_CREATE, NEW, BehaviourLine
from loadbay.channels.definition_rules import MethodLine, TaxLine
from loadbay.channels.item_rules import ITEM, SKU, ItemLine
from loadbay.channels.services import NewChannel, WantedSettings, add_channel, change_channel
from loadbay.channels.services.currencies import retrieve_currencies, save_currencies
from loadbay.channels.services.customers import save_behaviours
from loadbay.channels.services.items import save_items
from loadbay.channels.services.shipping_carriers import retrieve_carriers
from loadbay.channels.services.shipping_methods import retrieve_methods, save_methods
from loadbay.channels.services.taxes import save_tax
from loadbay.demo.goods import CONNECTION, ZONE
from loadbay.parties.services import add_service

MERCHANT, AMAZONS = "MFN-UK", "FBA-DE"
OWN_ROOMS = ("MAIN", "OVERFLOW")
UNMAPPED_METHOD = "NEXT_DAY"
"""Nobody has said who carries it: the order that wants it waits with a task."""
TEA_ABROAD, MUG_ABROAD = "TEA-ASSAM-DE", "MUG-SPECKLED-DE"
"""Under these the goods lie with Amazon in Germany; *Items* says what they are."""
_SHIPPING_INCOME = "4100"
_CARRIED_BY = {
    "STANDARD": ("ROYAL MAIL", "48", "Tracked 48"),
    "SECOND_DAY": ("ROYAL MAIL", "24", "Tracked 24"),
    "EXPEDITED": ("DPD", "NEXT", "Next working day"),
}


def add_other_channels(now: datetime) -> None:
    """Both channels with their definitions, as far as they are mapped."""
    _add_merchants()
    _add_amazons(now)


def _add_merchants() -> None:
    add_channel(
        NewChannel(
            code=MERCHANT,
            connection=CONNECTION,
            marketplace="GB",
            programme="mfn",
            rooms=dict.fromkeys(OWN_ROOMS, ""),
            description="Amazon, shipped by ourselves, United Kingdom",
            time_zone=ZONE.key,
            pickups=("15:30",),
        )
    )
    retrieve_carriers(MERCHANT)
    retrieve_methods(MERCHANT)
    for agent, code, name in _CARRIED_BY.values():
        add_service(agent, code, name)
    save_methods(MERCHANT, [_method(name) for name in _CARRIED_BY])
    retrieve_currencies(MERCHANT)
    save_behaviours(
        MERCHANT, [BehaviourLine(NEW, AUTO_CREATE, code_pattern="{channel}-{number}", currency="GBP")]
    )


def _add_amazons(now: datetime) -> None:
    add_channel(
        NewChannel(
            code=AMAZONS,
            connection=CONNECTION,
            marketplace="DE",
            programme="fba",
            rooms={},
            description="Amazon, shipped by Amazon, Germany",
            time_zone="Europe/Berlin",
        )
    )
    change_channel(AMAZONS, WantedSettings(allows_multi_currency=True), now=now)
    retrieve_currencies(AMAZONS)
    save_currencies(AMAZONS, {"EUR": "EUR", "GBP": "GBP"})
    save_items(
        AMAZONS,
        [ItemLine(SKU, MUG_ABROAD, ITEM, "MUG-SPECKLED"), ItemLine(SKU, TEA_ABROAD, ITEM, "TEA-ASSAM")],
    )
    save_tax(AMAZONS, TaxLine(leaves_out_collected=True))


def _method(name: str) -> MethodLine:
    agent, service, _ = _CARRIED_BY[name]
    return MethodLine(
        name,
        description=name.replace("_", " ").capitalize(),
        agent=agent,
        service=service,
        charge_type="account",
        charge_number=_SHIPPING_INCOME,
    )
