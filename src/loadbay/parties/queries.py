"""Reading customers and shipping agents, for those who choose among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from loadbay.core.bulk import these
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


def customers_called(codes: Iterable[str]) -> dict[str, int]:
    """The customers behind these codes; a code that is none is left out."""
    wanted = {code for code in codes if code}
    return dict(Customer.objects.filter(code__in=wanted).values_list("code", "pk")) if wanted else {}


def customers_matching(
    external_ids: Collection[str], email_hashes: Collection[str]
) -> tuple[dict[str, int], dict[str, int]]:
    """Genuine customers by external id, and by the keyed hash of their e-mail; of several the oldest."""
    rows = Customer.objects.filter(is_placeholder=False).order_by("-id")
    by_id = rows.filter(external_id__among=these(one for one in external_ids if one))
    by_hash = rows.filter(email_hash__among=these(one for one in email_hashes if one))
    return (
        dict(by_id.values_list("external_id", "pk")),
        dict(by_hash.values_list("email_hash", "pk")),
    )


def genuine_customers(*, search: str = "", limit: int = 200) -> list[str]:
    """Codes of customers whom a person may pick."""
    rows = Customer.objects.filter(is_placeholder=False).order_by("code")
    return list(rows.filter(code__istartswith=search.strip()).values_list("code", flat=True)[:limit])
