"""Reading customers and shipping agents, for those who choose among them."""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.core.errors import NotFound
from loadbay.parties.models import Customer, ShippingAgent


def placeholders() -> list[tuple[str, str]]:
    """(code, name) of the customers who may stand for buyers that a marketplace does not name."""
    return list(Customer.objects.filter(is_placeholder=True).order_by("code").values_list("code", "name"))


def agents() -> list[tuple[str, str]]:
    """(code, name) of every shipping agent."""
    return list(ShippingAgent.objects.order_by("code").values_list("code", "name"))


@dataclass(frozen=True)
class AgentCard:
    """A shipping agent with its services, (code, name) each."""

    code: str
    name: str
    services: tuple[tuple[str, str], ...]


def agent_cards() -> tuple[AgentCard, ...]:
    rows = ShippingAgent.objects.prefetch_related("services").order_by("code")
    return tuple(_card(row) for row in rows)


def agent_card(code: str) -> AgentCard:
    row = ShippingAgent.objects.filter(code=code.strip().upper()).first()
    if row is None:
        raise NotFound(f"There is no shipping agent {code[:40]}. See Sales Channels > Shipping agents.")
    return _card(row)


def agents_with_services() -> dict[str, tuple[str, ...]]:
    """The code of every agent with the codes of its services."""
    return {card.code: tuple(code for code, _ in card.services) for card in agent_cards()}


def _card(row: ShippingAgent) -> AgentCard:
    services = sorted((one.code, one.name) for one in row.services.all())
    return AgentCard(row.code, row.name, tuple(services))
