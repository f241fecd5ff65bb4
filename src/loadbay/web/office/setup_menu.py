"""Related > Setup of a sales channel: one table of its pages, in the order of the guide.

To add a page, add its line here and its address in `urls.py`; the channel's frame shows it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SetupPage:
    """A page under Related > Setup: the key its view gives as `tab`, its words and its address."""

    key: str
    words: str
    url: str
    page: str = ""
    """The second argument of the address, where several pages share one."""


SETUP: tuple[SetupPage, ...] = (
    SetupPage("shipping-methods", "Shipping Methods", "channel-definitions", "shipping-methods"),
    SetupPage("shipping-carriers", "Shipping Carriers", "channel-definitions", "shipping-carriers"),
    SetupPage("shipping-templates", "Shipping Templates", "channel-templates"),
    SetupPage("payment-methods", "Payment Methods", "channel-definitions", "payment-methods"),
    SetupPage("currencies", "Currencies", "channel-definitions", "currencies"),
    SetupPage("matrix", "Order Status Matrix", "channel-matrix"),
    SetupPage("setup-customers", "Customers", "channel-customers"),
    SetupPage("items", "Items", "channel-items"),
    SetupPage("locations", "Locations", "channel-locations"),
    SetupPage("tax", "Tax", "channel-tax"),
    SetupPage("definitions-file", "Definitions File", "channel-file"),
)
