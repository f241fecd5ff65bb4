"""A value that no definition knows: a row where a person maps it, and one task per value.

Called by who builds, once per batch; `keep_definitions` keeps a mapping that is saved meanwhile from being
overlooked. To add a table: its row in `_ROWS`, its words in `_WORDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from loadbay.channels.definition_rules import Table, Unmapped, key_of
from loadbay.channels.models import (
    ChannelCurrency,
    KnownBuyer,
    MappedItem,
    PaymentMethod,
    SalesChannel,
    ShippingMethod,
)
from loadbay.core.locks import hold_for_transaction, share_for_transaction
from loadbay.inbox.services import close_tasks, open_task

Subjects = Mapping[Unmapped, Sequence[str]]
"""Each unknown value with what waits for it."""


def keep_definitions(connection_id: int) -> None:
    """For who reads definitions, matrix lines and order rules and then holds orders by them: all of them stay
    until the transaction ends."""
    share_for_transaction(f"definitions:{connection_id}")


def wait_for_readers(connection_id: int) -> None:
    """For who changes one of them: every order that is held by the old ones can be seen from now on."""
    hold_for_transaction(f"definitions:{connection_id}")


@dataclass(frozen=True)
class _Words:
    """What a task on an unknown value says; `{value}` and `{channel}` are filled in."""

    sentence: str
    cure: str
    page: str


_WORDS: Mapping[Table, _Words] = {
    Table.SHIPPING_METHOD: _Words(
        "Orders of {channel} travel by {value}, a shipping method that has no agent yet.",
        "Choose its agent in Related > Setup > Shipping Methods; the orders go on by themselves.",
        "shipping-methods",
    ),
    Table.CURRENCY: _Words(
        "Orders of {channel} are in {value}, a currency that has no Currency Code yet.",
        "Enter its Currency Code in Related > Setup > Currencies; the orders go on by themselves.",
        "currencies",
    ),
    Table.MULTI_CURRENCY: _Words(
        "Orders of {channel} are in {value}, which is not the currency of its marketplace.",
        "Switch on Allow Multi-Currency on Order Management and map {value} in Related > Setup > Currencies.",
        "",
    ),
    Table.PAYMENT_METHOD: _Words(
        "Orders of {channel} were paid by {value}, a payment method that has no code yet.",
        "Enter its Payment Method Code in Related > Setup > Payment Methods; the orders go on by themselves.",
        "payment-methods",
    ),
    Table.ITEM: _Words(
        "Amazon sold SKU {value}, which is no listing, product or barcode here.",
        "Add the product, give an existing one the code {value}, or map it in Related > Setup > Items; "
        "the orders go on by themselves.",
        "items",
    ),
    Table.CUSTOMER: _Words(
        "Order {value} of {channel} waits for its customer: buyers like this one are mapped by a person.",
        "Pick the customer in Related > Setup > Customers; the orders of this buyer go on by themselves.",
        "customers",
    ),
}


def tell_unmapped(channel_id: int, found: Subjects) -> None:
    """Make the rows that are missing and one task per value. Doing it twice changes nothing."""
    code = SalesChannel.objects.values_list("code", flat=True).get(pk=channel_id)
    for table, add in _ROWS.items():
        mine = [one for one in found if one.table is table]
        if mine:
            add(channel_id, mine)
    for one, subjects in found.items():
        words = _WORDS[one.table]
        open_task(
            kind=f"unmapped_{one.table.value}",
            matter=_matter(channel_id, one.key),
            cause="mapping",
            sentence=words.sentence.format(value=one.shown or one.value, channel=code),
            cure=words.cure.format(value=one.shown or one.value),
            link=_page(code, words.page),
            subjects=subjects,
        )


def settle(channel_id: int, keys: Iterable[str]) -> None:
    """These values are mapped, or nothing waits for them any more: their tasks close."""
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        table = key.partition(":")[0]
        by_kind.setdefault(f"unmapped_{table}", []).append(_matter(channel_id, key))
    for kind, matters in by_kind.items():
        close_tasks(kind, matters=matters)


def in_words(found: Iterable[Unmapped]) -> str:
    """Why an order waits, for its own page."""
    return " ".join(_WAITS[one.table].format(value=one.shown or one.value) for one in found)


_WAITS: Mapping[Table, str] = {
    Table.SHIPPING_METHOD: "Shipping method {value} has no shipping agent.",
    Table.CURRENCY: "Currency {value} has no Currency Code.",
    Table.MULTI_CURRENCY: "{value} is not the currency of the marketplace; Allow Multi-Currency is off.",
    Table.PAYMENT_METHOD: "Payment method {value} has no code.",
    Table.ITEM: "Unknown SKU {value}.",
    Table.CUSTOMER: "A person has to pick the customer of order {value}.",
}


def _matter(channel_id: int, key: str) -> str:
    return f"{channel_id}:{key}"


def _page(code: str, page: str) -> str:
    channel = f"/office/sales-channel/{code}/"
    return f"{channel}setup/{page}/" if page else f"{channel}order-management/"


def _add_methods(channel_id: int, found: Sequence[Unmapped]) -> None:
    ShippingMethod.objects.bulk_create(
        (
            ShippingMethod(channel_id=channel_id, key=key_of(one.value), external_id=one.value[:60])
            for one in found
        ),
        ignore_conflicts=True,
    )


def _add_currencies(channel_id: int, found: Sequence[Unmapped]) -> None:
    ChannelCurrency.objects.bulk_create(
        (ChannelCurrency(channel_id=channel_id, external_id=one.value) for one in found),
        ignore_conflicts=True,
    )


def _add_payments(channel_id: int, found: Sequence[Unmapped]) -> None:
    PaymentMethod.objects.bulk_create(
        (
            PaymentMethod(channel_id=channel_id, key=key_of(one.value), external_id=one.value[:60])
            for one in found
        ),
        ignore_conflicts=True,
    )


def _add_items(channel_id: int, found: Sequence[Unmapped]) -> None:
    MappedItem.objects.bulk_create(
        (MappedItem(channel_id=channel_id, external_id=one.value) for one in found), ignore_conflicts=True
    )


def _add_buyers(channel_id: int, found: Sequence[Unmapped]) -> None:
    KnownBuyer.objects.bulk_create(
        (KnownBuyer(channel_id=channel_id, identity=one.value, order_id=one.shown) for one in found),
        ignore_conflicts=True,
    )


_ROWS: Mapping[Table, Callable[[int, Sequence[Unmapped]], None]] = {
    Table.SHIPPING_METHOD: _add_methods,
    Table.CURRENCY: _add_currencies,
    Table.PAYMENT_METHOD: _add_payments,
    Table.ITEM: _add_items,
    Table.CUSTOMER: _add_buyers,
}
