"""Making sure that a customer or a shipping agent exists. Reading an order never calls these."""

from __future__ import annotations

import re

from django.db import transaction

from loadbay.core.errors import WrongInput
from loadbay.parties.models import Customer, ShippingAgent

_CODE = re.compile(r"[A-Z0-9][A-Z0-9 ._&-]{0,39}")
MOST_AGENT_CODE = 10


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


def _usable(code: str, *, longest: int) -> str:
    usable = code.strip().upper()
    if len(usable) > longest or not _CODE.fullmatch(usable):
        raise WrongInput(
            f"{code!r} cannot be a code. Use up to {longest} letters, digits, spaces and '.', '_', '&', '-'."
        )
    return usable
