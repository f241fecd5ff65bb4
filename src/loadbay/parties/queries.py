"""Reading customers and shipping agents, for those who choose among them."""

from __future__ import annotations

from loadbay.parties.models import Customer, ShippingAgent


def placeholders() -> list[tuple[str, str]]:
    """(code, name) of the customers who may stand for buyers that a marketplace does not name."""
    return list(Customer.objects.filter(is_placeholder=True).order_by("code").values_list("code", "name"))


def agents() -> list[tuple[str, str]]:
    """(code, name) of every shipping agent."""
    return list(ShippingAgent.objects.order_by("code").values_list("code", "name"))
