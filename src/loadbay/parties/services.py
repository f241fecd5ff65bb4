"""Customers and shipping agents: made, changed, erased. Reading an order never calls these."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import ProtectedError

from loadbay.core.bulk import these
from loadbay.core.errors import NotFound, Refusal, WrongInput
from loadbay.parties.models import Customer, ShippingAgent, ShippingAgentService

_CODE = re.compile(r"[A-Z0-9][A-Z0-9 ._&-]{0,39}")
MOST_AGENT_CODE = 10
MOST_NAME = 80


class AgentCodeTaken(Refusal):
    """Another shipping agent, or another service of it, has that code."""

    code = "agent_code_taken"


class AgentInUse(Refusal):
    """A shipping agent's service that shipping methods or sales name cannot be removed."""

    code = "agent_in_use"


@transaction.atomic
def ensure_customer(code: str, name: str, *, placeholder: bool = True) -> int:
    """The customer of that code, made if there is none; one that exists stays as a person set it."""
    customer, _ = Customer.objects.get_or_create(
        code=_usable(code, longest=40), defaults={"name": name, "is_placeholder": placeholder}
    )
    return customer.pk


@transaction.atomic
def ensure_agent(code: str, name: str) -> int:
    """The shipping agent of that code, made if there is none; one that exists stays as a person set it."""
    agent, _ = ShippingAgent.objects.get_or_create(
        code=_usable(code, longest=MOST_AGENT_CODE), defaults={"name": name[:80]}
    )
    return agent.pk


@transaction.atomic
def add_agent(code: str, name: str) -> str:
    """A new shipping agent; its code comes back as it is kept. Raises `WrongInput` or `AgentCodeTaken`."""
    kept = _usable(code, longest=MOST_AGENT_CODE)
    agent, is_new = ShippingAgent.objects.get_or_create(code=kept, defaults={"name": _name(name)})
    if not is_new:
        raise AgentCodeTaken(f"Shipping agent {kept} is there already: {agent.name}. Choose another code.")
    return kept


@transaction.atomic
def rename_agent(code: str, name: str) -> None:
    """Another name for an agent; its code stays, because sales and definitions name it."""
    agent = _agent(code)
    agent.name = _name(name)
    agent.save(update_fields=["name"])


@transaction.atomic
def add_service(agent_code: str, code: str, name: str) -> str:
    """A new service of an agent; its code comes back as it is kept."""
    agent, kept = _agent(agent_code), _usable(code, longest=MOST_AGENT_CODE)
    service, is_new = ShippingAgentService.objects.get_or_create(
        agent=agent, code=kept, defaults={"name": _name(name)}
    )
    if not is_new:
        raise AgentCodeTaken(
            f"{agent.code} has a service {kept} already: {service.name}. Choose another code."
        )
    return kept


@transaction.atomic
def rename_service(agent_code: str, code: str, name: str) -> None:
    service = _service(agent_code, code)
    service.name = _name(name)
    service.save(update_fields=["name"])


@transaction.atomic
def remove_service(agent_code: str, code: str) -> None:
    """Remove a service that nothing names. Raises `AgentInUse`."""
    service = _service(agent_code, code)
    try:
        service.delete()
    except ProtectedError:
        raise AgentInUse(
            f"Service {service.code} of {service.agent.code} stands on shipping methods or sales. "
            "Give the shipping methods another one first; with sales it stays."
        ) from None


def _agent(code: str) -> ShippingAgent:
    found = ShippingAgent.objects.filter(code=code.strip().upper()).first()
    if found is None:
        raise NotFound(f"There is no shipping agent {code[:40]}. See Sales Channels > Shipping agents.")
    return found


def _service(agent_code: str, code: str) -> ShippingAgentService:
    agent = _agent(agent_code)
    found = ShippingAgentService.objects.filter(agent=agent, code=code.strip().upper()).first()
    if found is None:
        raise NotFound(f"{agent.code} has no service {code[:40]}. See its page under Shipping agents.")
    return found


def _name(name: str) -> str:
    text = " ".join(name.split())
    if not text or len(text) > MOST_NAME or not text.isprintable():
        raise WrongInput(f"Name {text[:40]!r} cannot be kept. Use 1 to {MOST_NAME} printable characters.")
    return text


@dataclass(frozen=True)
class NewCustomer:
    """A customer made of a buyer whom a marketplace has shown, with the channel's template."""

    code: str
    name: str
    address: dict[str, object] | None
    email: str | None
    email_hash: str
    external_id: str
    purge_on: date | None
    template: Mapping[str, str]


@transaction.atomic
def create_customers(wanted: Sequence[NewCustomer]) -> dict[str, int]:
    """Make these customers; each code with its row. One whose code belongs to somebody else is left out."""
    Customer.objects.bulk_create(
        (
            Customer(
                code=one.code,
                name=one.name,
                address=one.address,
                email=one.email,
                email_hash=one.email_hash,
                external_id=one.external_id,
                purge_on=one.purge_on,
                **one.template,
            )
            for one in wanted
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
    meant = {one.code: one.external_id for one in wanted}
    rows = Customer.objects.filter(code__among=these(meant), is_placeholder=False)
    return {
        code: pk
        for code, pk, external_id in rows.values_list("code", "pk", "external_id")
        if meant[code] == external_id
    }


def keep_customers_until(customer_ids: Sequence[int], *, day: date) -> None:
    """Buyer data of customers who bought again stays as long as that of the newest order."""
    Customer.objects.filter(pk__among=these(customer_ids), purge_on__lt=day).update(purge_on=day)


def erase_customers(customer_ids: Sequence[int], *, today: date) -> None:
    """Erase those whose buyer data is due; a customer whom the shop keeps itself has no such day."""
    Customer.objects.filter(pk__in=customer_ids, is_placeholder=False, purge_on__lte=today).update(
        name="Erased", address=None, email=None, email_hash="", purge_on=None
    )


def _usable(code: str, *, longest: int) -> str:
    usable = code.strip().upper()
    if len(usable) > longest or not _CODE.fullmatch(usable):
        raise WrongInput(
            f"{code!r} cannot be a code. Use up to {longest} letters, digits, spaces and '.', '_', '&', '-'."
        )
    return usable
