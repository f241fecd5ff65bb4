"""Related > Setup > Customers: what is done with new customers and guests, and the picks of a person.

Reading an order makes no customer; `orders.services.customers` does, when a sale is built or a buyer shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q

from loadbay.channels.customer_rules import BEHAVIOURS, BUYERS, BehaviourLine, check_behaviour, default_line
from loadbay.channels.definition_rules import DefinitionNotUsable, Table, wanted_key
from loadbay.channels.models import CustomerBehaviour, KnownBuyer, SalesChannel
from loadbay.channels.services.defining import begin, tell_mapped
from loadbay.core.bulk import these
from loadbay.journal.services import note_each
from loadbay.parties.queries import customers_called

_COLUMNS = (
    *("behaviour", "code_pattern", "currency", "tax_area", "payment_terms"),
    *("dimension_1", "dimension_2"),
)


@transaction.atomic
def save_behaviours(code: str, wanted: Sequence[BehaviourLine]) -> tuple[str, ...]:
    """What is done with new customers and guests; one that is not given stays. What changed comes in words.

    Raises `DefinitionNotUsable` or `NotFound`. Orders that waited for a person's pick are looked at anew.
    """
    channel = begin(code)
    lines = checked_behaviours(wanted)
    found = customers_called(line.customer for line in lines)
    changed = []
    for line in lines:
        was = behaviour_of(channel, line.buyer)
        if was == line:
            continue
        columns = {name: getattr(line, name) for name in _COLUMNS}
        columns["customer_id"] = found.get(line.customer)
        CustomerBehaviour.objects.update_or_create(channel=channel, buyer=line.buyer, defaults=columns)
        changed.append(f"{BUYERS[line.buyer]}: {in_words(was)} → {in_words(line)}.")
    note_each([(f"channel:{channel.code}", words) for words in changed], what="definition")
    if changed:
        waiting = KnownBuyer.objects.filter(channel=channel, customer=None)
        keys = [_key(identity) for identity in waiting.values_list("identity", flat=True)]
        waiting.delete()
        tell_mapped(channel, keys)
    return tuple(changed)


@transaction.atomic
def pick_customer(code: str, identity: str, customer: str) -> None:
    """A person says who the buyer is: his waiting orders go on, later ones are his without asking.

    Raises `DefinitionNotUsable` or `NotFound`.
    """
    channel = begin(code)
    row = _buyer(channel, identity)
    wanted = customer.strip().upper()
    found = customers_called([wanted]).get(wanted)
    if found is None:
        raise DefinitionNotUsable(
            identity,
            "customer",
            f"{customer.strip()[:40] or 'Nobody'} is no customer. Choose one that is here.",
        )
    if row.customer_id == found:
        return
    KnownBuyer.objects.filter(pk=row.pk).update(customer_id=found)
    words = f"The buyer of order {row.order_id} is customer {wanted}."
    note_each([(f"channel:{channel.code}", words)], what="definition")
    tell_mapped(channel, [_key(row.identity)])


@transaction.atomic
def forget_buyer(code: str, identity: str) -> None:
    """Forget a pick: the buyer's next order is asked about again. Sales keep their customer."""
    channel = begin(code)
    row = _buyer(channel, identity)
    if row.customer_id is None:
        raise DefinitionNotUsable(
            identity, "customer", f"The buyer of order {row.order_id} waits for a customer. Pick one."
        )
    KnownBuyer.objects.filter(pk=row.pk).delete()
    words = f"The pick for the buyer of order {row.order_id} is forgotten."
    note_each([(f"channel:{channel.code}", words)], what="definition")


def keep_picks_until(picks: Sequence[tuple[int, str]], *, day: date) -> None:
    """Picks that were used for an order stay at least as long as its buyer data: (channel id, identity)."""
    rows = KnownBuyer.objects.filter(
        channel_id__in={channel_id for channel_id, _ in picks},
        identity__among=these({identity for _, identity in picks}),
    )
    rows.filter(Q(purge_on=None) | Q(purge_on__lt=day)).update(purge_on=day)


def forget_picks(*, today: date) -> int:
    """Picks whose buyer data is due to be erased are forgotten with it."""
    gone, _ = KnownBuyer.objects.filter(purge_on__lte=today, customer__isnull=False).delete()
    return gone


def checked_behaviours(wanted: Sequence[BehaviourLine]) -> list[BehaviourLine]:
    """The lines as they are kept. Raises `DefinitionNotUsable` for the first that cannot be."""
    known = customers_called(line.customer.strip().upper() for line in wanted)
    return [check_behaviour(line, customers=known) for line in wanted]


def behaviour_of(channel: SalesChannel, buyer: str) -> BehaviourLine:
    row = CustomerBehaviour.objects.filter(channel=channel, buyer=buyer).select_related("customer").first()
    return line_of(row) if row is not None else default_line(channel.programme, buyer)


def line_of(row: CustomerBehaviour) -> BehaviourLine:
    columns = {name: getattr(row, name) for name in _COLUMNS}
    return BehaviourLine(row.buyer, customer=row.customer.code if row.customer else "", **columns)


def in_words(line: BehaviourLine) -> str:
    extra = line.customer or line.code_pattern
    named = [value for value in line.template.values() if value]
    return " ".join([BEHAVIOURS[line.behaviour], *([extra] if extra else []), *named])


def _buyer(channel: SalesChannel, identity: str) -> KnownBuyer:
    row = KnownBuyer.objects.filter(channel=channel, identity=identity.strip()[:80]).first()
    if row is None:
        raise DefinitionNotUsable(
            identity, "identity", f"{channel.code} knows no such buyer. See those who wait under Customers."
        )
    return row


def _key(identity: str) -> str:
    return wanted_key(Table.CUSTOMER, identity)
