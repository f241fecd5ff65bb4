"""The genuine buyer, who appears after shipping and replaces the placeholder on every sale of the order.

Buyer data is encrypted, keyed for matching, and dated for its purge (`first_seen` says for which day).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models.functions import Length

from loadbay.channels.definition_rules import Definitions
from loadbay.channels.models import SalesChannel
from loadbay.channels.services.customers import forget_picks
from loadbay.channels.services.unmapped import keep_definitions
from loadbay.core.bulk import Row, these, update_rows
from loadbay.core.encryption import EMPTY_DOCUMENT
from loadbay.core.events import record
from loadbay.core.masking import mask_text
from loadbay.inbox.services import close_tasks, restate_task
from loadbay.journal.services import note_many
from loadbay.orders.events import BuyersErased
from loadbay.orders.models import BuyerDetails, ChannelOrder, Sale, Shipment, SpoiledEntry
from loadbay.orders.ports import SeenOrder, Spoiled
from loadbay.orders.services.customers import Buyer, buyers_among, greet
from loadbay.orders.services.first_seen import KEEP_DAYS, ShownBuyers, found_columns
from loadbay.parties.services import erase_customers


@transaction.atomic
def await_buyers(shipment_pks: Sequence[int], *, now: datetime) -> None:
    """Their shipments left: from now on Amazon may show the buyers."""
    orders = Shipment.objects.filter(pk__among=these(shipment_pks)).values_list("order_id", flat=True)
    BuyerDetails.objects.filter(order_id__among=these(orders), state=BuyerDetails.State.HIDDEN).update(
        state=BuyerDetails.State.AWAITED, awaited_since=now
    )
    date_purge(list(orders), now=now)


def date_purge(order_pks: Sequence[int], *, now: datetime) -> None:
    """What is kept of buyers who are not found goes too, thirty days after shipping or cancelling."""
    unfound = BuyerDetails.objects.filter(order_id__among=these(order_pks)).exclude(
        state__in=[BuyerDetails.State.FOUND, BuyerDetails.State.ERASED]
    )
    unfound.update(purge_on=(now + timedelta(days=KEEP_DAYS)).date())


@transaction.atomic
def found_buyers(connection_id: int, orders: Sequence[SeenOrder], *, now: datetime) -> int:
    """Take over what Amazon shows of awaited buyers; returns how many were found."""
    keep_definitions(connection_id)
    shown = ShownBuyers.of(orders, now=now).by_order
    rows = list(
        BuyerDetails.objects.select_for_update(of=("self",))
        .filter(
            order__connection_id=connection_id,
            order__order_id__among=these(shown),
            state__in=[BuyerDetails.State.HIDDEN, BuyerDetails.State.AWAITED],
        )
        .select_related("order")
        .only("order__order_id")
        .order_by("id")
    )
    taken = {row.pk: found_columns(shown[row.order.order_id], now) for row in rows}
    update_rows(BuyerDetails, taken)
    greet([_buyer(row.order_id, taken[row.pk]) for row in rows])
    close_tasks("buyer_unread", matters=[row.order.order_id for row in rows])
    return len(rows)


def tell_unread(connection_id: int, spoiled: Sequence[Spoiled]) -> None:
    """Awaited buyers whose orders Amazon shows, but not so that they can be read."""
    orders = ChannelOrder.objects.filter(
        connection_id=connection_id, order_id__among=these(entry.identity for entry in spoiled)
    )
    awaited = set(orders.filter(buyer__state=BuyerDetails.State.AWAITED).values_list("order_id", flat=True))
    for entry in spoiled:
        if entry.identity in awaited:
            restate_task(
                kind="buyer_unread",
                matter=entry.identity,
                cause="bug",
                sentence=f"The buyer of order {entry.identity} cannot be read: {mask_text(entry.reason)}.",
                cure="Look the customer up in Seller Central and report it. It is read again by itself.",
                subjects=[f"order:{entry.identity}"],
            )


def greet_known_buyers(order_pks: Sequence[int], *, known: Mapping[int, Definitions]) -> None:
    """A customer found once goes to every sale of the order, also to one that is built later.

    `known` are definitions that were read in this transaction, by channel.
    """
    found = BuyerDetails.objects.filter(order_id__among=these(order_pks), state=BuyerDetails.State.FOUND)
    greet(buyers_among(found), known=known)


def payments_known(order_pks: Sequence[int]) -> dict[int, str]:
    """How the buyers of these orders paid, as far as the marketplace has shown it."""
    rows = BuyerDetails.objects.filter(order_id__among=these(order_pks)).exclude(payment_method="")
    return dict(rows.values_list("order_id", "payment_method"))


@transaction.atomic
def close_unseen(*, now: datetime) -> int:
    """Amazon showed no more within the channel's waiting time: the matter is closed, and the sale says so."""
    closed = 0
    for channel, days in SalesChannel.objects.values_list("pk", "buyer_details_days"):
        closed += BuyerDetails.objects.filter(
            order__shipments__channel=channel,
            state=BuyerDetails.State.AWAITED,
            awaited_since__lt=now - timedelta(days=days),
        ).update(state=BuyerDetails.State.CLOSED)
    return closed


@transaction.atomic
def await_again(channel_id: int, *, now: datetime) -> int:
    """The channel's waiting time grew: buyers given up within it are awaited again. Returns how many."""
    days = SalesChannel.objects.values_list("buyer_details_days", flat=True).get(pk=channel_id)
    return BuyerDetails.objects.filter(
        order__shipments__channel=channel_id,
        state=BuyerDetails.State.CLOSED,
        awaited_since__gte=now - timedelta(days=days),
    ).update(state=BuyerDetails.State.AWAITED)


@transaction.atomic
def purge_buyers(*, today: date, limit: int = 1000) -> int:
    """Erase buyer data whose day has come; sales keep their numbers and amounts. Returns how many buyers.

    The event names the orders, which is the proof; dispatch erases their labels with it.
    """
    _erase_what_was_set_aside(today)
    forget_picks(today=today)
    due = BuyerDetails.objects.select_for_update(skip_locked=True).filter(purge_on__lte=today)
    due = due.exclude(state=BuyerDetails.State.ERASED).order_by("id")[:limit]
    orders = [row.order_id for row in due.only("order_id")]
    if not orders:
        return 0
    BuyerDetails.objects.filter(order_id__in=orders).update(
        state=BuyerDetails.State.ERASED,
        postal_code=None,
        name=None,
        email=None,
        email_hash="",
        address=None,
    )
    Shipment.objects.filter(order_id__in=orders).update(raw=b"")
    sales = Sale.objects.filter(shipment__order_id__in=orders)
    erase_customers(list(sales.values_list("customer_id", flat=True)), today=today)
    numbers = list(sales.order_by("id").values_list("number", flat=True))
    note_many([f"sale:{number}" for number in numbers], "Buyer data was erased.", what="erased")
    record(BuyersErased(order_ids=orders))
    return len(orders)


def _erase_what_was_set_aside(today: date) -> None:
    """It stays known that it was set aside, and why."""
    keep_from = datetime.combine(today - timedelta(days=KEEP_DAYS - 1), time.min, tzinfo=UTC)
    old = SpoiledEntry.objects.filter(at__lt=keep_from).annotate(size=Length("raw"))
    old.filter(size__gt=EMPTY_DOCUMENT).update(raw=b"")


def _buyer(order_pk: int, taken: Row) -> Buyer:
    return Buyer(
        order_pk,
        taken["email_hash"],
        taken["payment_method"],
        taken["purge_on"],
        is_named=bool(taken["name"] or taken["address"]),
    )
