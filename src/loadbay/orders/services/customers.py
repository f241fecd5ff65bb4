"""Whose sale it is once the marketplace has shown the buyer: picked, matched, made, the channel's, or asked.

Customers are made here alone: when a sale is built, or when the buyer is shown after shipping. Set-based;
`channels.customer_rules` decides, the pick of a person goes before everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from loadbay.channels.customer_rules import (
    BehaviourLine,
    Fate,
    buyer_kind,
    customer_code,
    fate_of,
    identity_of,
    needs_number,
)
from loadbay.channels.definition_rules import Definitions, Table, Unmapped, wanted_key
from loadbay.channels.mapping_queries import behaviours_of, picks_of
from loadbay.channels.models import SalesChannel
from loadbay.channels.services.customers import keep_picks_until
from loadbay.channels.services.unmapped import tell_unmapped
from loadbay.core.bulk import these, update_rows
from loadbay.core.events import record
from loadbay.core.numbers import take_numbers
from loadbay.journal.services import note_each
from loadbay.orders.erp_rules import AMENDABLE, NONE, POSTED
from loadbay.orders.events import BuyersFound
from loadbay.orders.models import BuyerDetails, Sale, Shipment
from loadbay.orders.services.paying import code_payments
from loadbay.parties.models import Customer
from loadbay.parties.queries import customers_called, customers_matching
from loadbay.parties.services import NewCustomer, create_customers, keep_customers_until

Behaviours = Mapping[int, Mapping[str, BehaviourLine]]
Key = tuple[int, int]
"""(channel id, row id of the order)"""
_NONE_KNOWN: Mapping[int, Definitions] = {}
_EMAIL, _ORDER = (wanted_key(Table.CUSTOMER, identity) for identity in ("email:", "order:"))


class Buyer(NamedTuple):
    """A buyer whom the marketplace has shown, as far as any sale needs it. Who it is stays encrypted."""

    order_pk: int
    email_hash: str
    payment_method: str
    purge_on: date | None
    is_named: bool
    """Whether there is something to make a customer of; a payment method alone is nothing."""


def buyers_among(rows: QuerySet[BuyerDetails]) -> list[Buyer]:
    """The buyers of these rows; nothing of theirs is decrypted."""
    named = ExpressionWrapper(Q(name__isnull=False) | Q(address__isnull=False), output_field=BooleanField())
    columns = ("order_id", "email_hash", "payment_method", "purge_on", "is_named")
    return list(map(Buyer._make, rows.annotate(is_named=named).values_list(*columns)))


@dataclass
class _Sale:
    """A sale against a placeholder, as far as its buyer concerns it; `greet` writes what changes in it."""

    channel_id: int
    order_pk: int
    order_id: str
    pk: int
    number: str
    customer_id: int
    changes: int
    document_status: str
    payment_method: str = ""
    payment_code: str = ""

    @property
    def key(self) -> Key:
        return self.channel_id, self.order_pk


@dataclass(frozen=True)
class Shown:
    """A buyer whom the marketplace has shown, for one channel."""

    channel_id: int
    order_pk: int
    order_id: str
    email_hash: str

    @property
    def key(self) -> Key:
        return self.channel_id, self.order_pk

    @property
    def identity(self) -> str:
        return identity_of(self.email_hash, order_id=self.order_id)


def unpicked_buyers(orders: Mapping[int, Iterable[int]], behaviours: Behaviours) -> dict[Key, str]:
    """Buyers for whom a person has to pick a customer before a sale is built: their identities.

    `orders`: row ids of orders by channel. Only channels that ask a person cost anything.
    """
    asking = {
        channel_id
        for channel_id, lines in behaviours.items()
        if any(fate_of(line, is_known=False) is Fate.ASK for line in lines.values())
    }
    wanted = {channel_id: list(pks) for channel_id, pks in orders.items() if channel_id in asking}
    if not wanted:
        return {}
    every = {pk for pks in wanted.values() for pk in pks}
    details = BuyerDetails.objects.filter(order_id__in=every, state=BuyerDetails.State.FOUND)
    named = details.exclude(name__isnull=True, address__isnull=True)
    columns = ("order_id", "order__order_id", "email_hash")
    rows = {pk: (number, digest) for pk, number, digest in named.values_list(*columns)}
    shown = [
        Shown(channel_id, pk, *rows[pk]) for channel_id, pks in wanted.items() for pk in pks if pk in rows
    ]
    known = _known(shown)
    return {one.key: one.identity for one in shown if _fate(one, behaviours, known) is Fate.ASK}


@transaction.atomic
def greet(buyers: Sequence[Buyer], *, known: Mapping[int, Definitions] = _NONE_KNOWN) -> None:
    """The buyers of these orders are shown: their sales against a placeholder get customer and payment.

    `known` are definitions that were read in this transaction, by channel.
    """
    by_order = {buyer.order_pk: buyer for buyer in buyers}
    sales = _placeholder_sales(list(by_order))
    if not sales:
        return
    channels = SalesChannel.objects.in_bulk({sale.channel_id for sale in sales})
    behaviours = behaviours_of(channels.values())
    shown = {one.key: one for one in _shown(sales, by_order)}
    customers, unpicked = _decided(list(shown.values()), by_order, channels=channels, behaviours=behaviours)
    for sale in sales:
        sale.payment_method = by_order[sale.order_pk].payment_method
        sale.customer_id = customers.get(sale.key, sale.customer_id)
        sale.changes += sale.document_status in {NONE, *AMENDABLE}  # what is posted keeps its customer
    code_payments(sales, known=known)
    update_rows(Sale, {sale.pk: {name: getattr(sale, name) for name in _GREETED} for sale in sales})
    _note(sales, customers)
    _ask(sales, {key: shown[key] for key in unpicked})
    record(BuyersFound(sale_ids=[sale.pk for sale in sales]))


_GREETED = ("customer_id", "payment_method", "payment_code", "changes")


@transaction.atomic
def greet_picked(channel_id: int, keys: Sequence[str]) -> None:
    """A person picked these buyers' customers: sales that were built before get them."""
    hashes = [key.removeprefix(_EMAIL) for key in keys if key.startswith(_EMAIL)]
    numbers = [key.removeprefix(_ORDER) for key in keys if key.startswith(_ORDER)]
    rows = BuyerDetails.objects.filter(
        state=BuyerDetails.State.FOUND, order__shipments__channel=channel_id
    ).distinct()
    found = buyers_among(rows.filter(email_hash__in=hashes)) if hashes else []
    found += buyers_among(rows.filter(order__order_id__in=numbers)) if numbers else []
    if found:
        greet(found)


def _placeholder_sales(order_pks: Sequence[int]) -> list[_Sale]:
    """Locked, in a statement that joins nothing: a join would lock the customer and the shipment as well."""
    shipments = Shipment.objects.filter(order_id__among=these(order_pks))
    places = {
        pk: place for pk, *place in shipments.values_list("pk", "channel_id", "order_id", "order__order_id")
    }
    sales = Sale.objects.select_for_update().filter(
        Exists(Customer.objects.filter(pk=OuterRef("customer_id"), is_placeholder=True)),
        shipment_id__among=these(places),
    )
    columns = ("shipment_id", "pk", "number", "customer_id", "changes", "document_status")
    return [_Sale(*places[shipment], *row) for shipment, *row in sales.order_by("id").values_list(*columns)]


def _shown(sales: Sequence[_Sale], by_order: Mapping[int, Buyer]) -> Iterable[Shown]:
    for sale in sales:
        buyer = by_order[sale.order_pk]
        if buyer.is_named:
            yield Shown(*sale.key, sale.order_id, buyer.email_hash)


@dataclass(frozen=True)
class _Known:
    picks: Mapping[tuple[int, str], int]
    by_id: Mapping[str, int]
    by_hash: Mapping[str, int]

    def customer(self, one: Shown) -> int | None:
        """The pick of a person, else the customer with this external id, else with this e-mail."""
        picked = self.picks.get((one.channel_id, one.identity))
        return picked or self.by_id.get(one.order_id) or self.by_hash.get(one.email_hash)


def _known(shown: Sequence[Shown]) -> _Known:
    picks = picks_of({one.channel_id for one in shown}, {one.identity for one in shown})
    by_id, by_hash = customers_matching({one.order_id for one in shown}, {one.email_hash for one in shown})
    return _Known(picks, by_id, by_hash)


def _fate(one: Shown, behaviours: Behaviours, known: _Known) -> Fate:
    line = behaviours[one.channel_id][buyer_kind(one.email_hash)]
    return fate_of(line, is_known=known.customer(one) is not None)


def _decided(
    shown: Sequence[Shown],
    by_order: Mapping[int, Buyer],
    *,
    channels: Mapping[int, SalesChannel],
    behaviours: Behaviours,
) -> tuple[dict[Key, int], list[Key]]:
    """The customer of each buyer who has one now, and those whom a person has to pick."""
    known = _known(shown)
    by_fate: dict[Fate, list[Shown]] = {fate: [] for fate in Fate}
    for one in shown:
        by_fate[_fate(one, behaviours, known)].append(one)
    taken = {one.key: pk for one in by_fate[Fate.TAKE] if (pk := known.customer(one)) is not None}
    _keep_until(by_fate[Fate.TAKE], taken, by_order)
    made = _made(by_fate[Fate.CREATE], channels=channels, behaviours=behaviours)
    clashing = [one.key for one in by_fate[Fate.CREATE] if one.key not in made]
    return (
        {**_of_channels(by_fate[Fate.CHANNEL], behaviours), **taken, **made},
        [*(one.key for one in by_fate[Fate.ASK]), *clashing],
    )


def _of_channels(shown: Sequence[Shown], behaviours: Behaviours) -> dict[Key, int]:
    """Sales Channel: the customer it names; without one the placeholder stays."""
    lines = {one.key: behaviours[one.channel_id][buyer_kind(one.email_hash)] for one in shown}
    found = customers_called(line.customer for line in lines.values())
    return {key: found[line.customer] for key, line in lines.items() if line.customer in found}


def _made(
    shown: Sequence[Shown], *, channels: Mapping[int, SalesChannel], behaviours: Behaviours
) -> dict[Key, int]:
    """Auto Create: one customer per buyer. A code that another customer has makes none, nor does a buyer who
    has been erased since the sales were read."""
    details = BuyerDetails.objects.filter(
        order_id__among=these(one.order_pk for one in shown), state=BuyerDetails.State.FOUND
    )
    by_order = {row.order_id: row for row in details}
    shown = [one for one in shown if one.order_pk in by_order]
    lines = {one.key: behaviours[one.channel_id][buyer_kind(one.email_hash)] for one in shown}
    of_buyers = {(one.channel_id, one.identity): one for one in shown}
    numbered = [one for one in of_buyers.values() if needs_number(lines[one.key].code_pattern)]
    series = take_numbers("customer", count=len(numbered)) if numbered else []
    numbers = dict(zip((one.key for one in numbered), series, strict=True))
    wanted = {
        buyer: _new(
            one,
            by_order[one.order_pk],
            line=lines[one.key],
            code=customer_code(
                lines[one.key].code_pattern,
                number=numbers.get(one.key, ""),
                order_id=one.order_id,
                channel=channels[one.channel_id].code,
            ),
        )
        for buyer, one in of_buyers.items()
    }
    made = create_customers(list(wanted.values()))
    found = {}
    for one in shown:
        pk = made.get(wanted[one.channel_id, one.identity].code)
        if pk is not None:
            found[one.key] = pk
    return found


def _new(one: Shown, buyer: BuyerDetails, *, line: BehaviourLine, code: str) -> NewCustomer:
    return NewCustomer(
        code=code,
        name=buyer.name or "Amazon buyer",
        address=buyer.address,
        email=buyer.email,
        email_hash=one.email_hash,
        external_id=one.order_id,
        purge_on=buyer.purge_on,
        template=line.template,
    )


def _keep_until(shown: Sequence[Shown], taken: Mapping[Key, int], by_order: Mapping[int, Buyer]) -> None:
    """A customer who buys again, and a pick that is used again, stay as long as the newest order's data."""
    for day in {day for one in shown if (day := by_order[one.order_pk].purge_on) is not None}:
        mine = [one for one in shown if by_order[one.order_pk].purge_on == day]
        keep_customers_until([taken[one.key] for one in mine], day=day)
        keep_picks_until([(one.channel_id, one.identity) for one in mine], day=day)


def _note(sales: Sequence[_Sale], customers: Mapping[Key, int]) -> None:
    genuine = "Amazon showed the genuine customer and the payment method."
    shown = "Amazon showed the buyer and the payment method; the sale keeps its customer."
    posted = " Its posted document keeps the customer it was made with."
    note_each(
        [
            (
                f"sale:{sale.number}",
                (genuine if sale.key in customers else shown)
                + (posted if sale.document_status == POSTED and sale.key in customers else ""),
            )
            for sale in sales
        ],
        what="buyer",
    )


def _ask(sales: Sequence[_Sale], unpicked: Mapping[Key, Shown]) -> None:
    by_channel: dict[int, dict[Unmapped, list[str]]] = {}
    for sale in sales:
        one = unpicked.get(sale.key)
        if one is not None:
            mine = by_channel.setdefault(one.channel_id, {})
            asked = Unmapped(Table.CUSTOMER, one.identity, shown=one.order_id)
            mine.setdefault(asked, []).append(f"sale:{sale.number}")
    for channel_id in sorted(by_channel):
        tell_unmapped(channel_id, by_channel[channel_id])
