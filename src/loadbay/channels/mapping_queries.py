"""Reading items, customers and tax of sales channels: in sets for those who build, as rows for screens."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from loadbay.channels.customer_rules import BUYERS, BehaviourLine, default_line
from loadbay.channels.definition_rules import Charge, TaxLine
from loadbay.channels.item_rules import CHARGE, ITEM, Target
from loadbay.channels.models import ChannelTax, CustomerBehaviour, KnownBuyer, MappedItem, SalesChannel
from loadbay.channels.queries import channel_id as id_of
from loadbay.channels.services.customers import line_of
from loadbay.core.bulk import these

Code = tuple[int, str, str]
"""(channel id, code type, external code)"""


def mapped_items(codes: Collection[Code]) -> dict[Code, Target]:
    """What each of these codes is mapped to; what nobody mapped is left out. One statement."""
    if not codes:
        return {}
    rows = MappedItem.objects.filter(
        channel_id__in={channel_id for channel_id, _, _ in codes},
        external_id__among=these({external_id for _, _, external_id in codes}),
    ).exclude(kind="")
    columns = ("channel_id", "code_type", "external_id", "kind", "product_id", "number", "product__sku")
    found = {}
    for channel_id, code_type, external_id, kind, product_id, number, sku in rows.values_list(*columns):
        if (channel_id, code_type, external_id) in codes:
            found[channel_id, code_type, external_id] = Target(product_id, kind, sku or number)
    return found


def mapped_charges(channel_ids: Iterable[int]) -> dict[int, dict[str, Charge]]:
    """Where the named charges of channels are posted."""
    wanted = sorted(set(channel_ids))
    found: dict[int, dict[str, Charge]] = {pk: {} for pk in wanted}
    rows = MappedItem.objects.filter(channel_id__in=wanted, code_type=CHARGE).exclude(kind="")
    columns = ("channel_id", "external_id", "kind", "number", "product__sku")
    for channel_id, external_id, kind, number, sku in rows.values_list(*columns):
        found[channel_id][external_id] = Charge(kind, sku or number)
    return found


def behaviours_of(channels: Iterable[SalesChannel]) -> dict[int, dict[str, BehaviourLine]]:
    """What channels do with new customers and guests, by channel id."""
    found = {one.pk: {buyer: default_line(one.programme, buyer) for buyer in BUYERS} for one in channels}
    rows = CustomerBehaviour.objects.filter(channel_id__in=list(found)).select_related("customer")
    for row in rows:
        found[row.channel_id][row.buyer] = line_of(row)
    return found


def taxes_of(channel_ids: Iterable[int]) -> dict[int, TaxLine]:
    """How channels show tax, by channel id; one without a definition is left out."""
    rows = ChannelTax.objects.filter(channel_id__in=list(channel_ids))
    columns = ("channel_id", "shown", "account", "leaves_out_collected")
    return {pk: TaxLine(shown, account, left) for pk, shown, account, left in rows.values_list(*columns)}


def picks_of(channel_ids: Collection[int], identities: Collection[str]) -> dict[tuple[int, str], int]:
    """(channel id, identity) → the customer whom a person picked."""
    rows = KnownBuyer.objects.filter(
        channel_id__in=channel_ids, identity__among=these(identities), customer__isnull=False
    )
    return {
        (pk, identity): customer
        for pk, identity, customer in rows.values_list("channel_id", "identity", "customer_id")
    }


# --- rows for screens and commands ---


@dataclass(frozen=True)
class ItemRow:
    """A line of *Related > Setup > Items*."""

    id: int
    code_type: str
    external_id: str
    kind: str
    number: str
    is_mapped: bool


@dataclass(frozen=True)
class BuyerRow:
    """A buyer whose customer is picked by a person: an order of his and, once picked, the customer's code."""

    identity: str
    order_id: str
    is_known_again: bool
    customer: str


def items(code: str, *, search: str = "", most: int | None = None) -> tuple[ItemRow, ...]:
    """The codes of a channel, what is not mapped first; no more than `most` of them."""
    is_mapped = ExpressionWrapper(~Q(kind=""), output_field=BooleanField())
    rows = _found(code, search).order_by(is_mapped, "code_type", "external_id")
    return tuple(_item(row) for row in rows[:most])


def item_count(code: str, *, search: str = "") -> int:
    return _found(code, search).count()


def items_page(code: str, *, search: str, after: int | None, limit: int) -> tuple[ItemRow, ...]:
    """`limit` codes of a channel after the row of that id, in the order in which they came here."""
    rows = _found(code, search).filter(id__gt=after or 0).order_by("id")
    return tuple(_item(row) for row in rows[:limit])


def _found(code: str, search: str) -> QuerySet[MappedItem]:
    rows = MappedItem.objects.filter(channel_id=id_of(code)).select_related("product")
    return rows.filter(external_id__icontains=search.strip()) if search.strip() else rows


def _item(row: MappedItem) -> ItemRow:
    return ItemRow(
        id=row.pk,
        code_type=row.code_type,
        external_id=row.external_id,
        kind=row.kind,
        number=row.product.sku if row.kind == ITEM and row.product else row.number,
        is_mapped=bool(row.kind),
    )


def behaviours(code: str) -> tuple[BehaviourLine, ...]:
    """New customers, then guests."""
    row = SalesChannel.objects.get(pk=id_of(code))
    found = behaviours_of([row])[row.pk]
    return tuple(found[buyer] for buyer in BUYERS)


def buyers(code: str) -> tuple[BuyerRow, ...]:
    """Buyers whom a person has to pick a customer for, and those picked, the waiting ones first."""
    rows = KnownBuyer.objects.filter(channel_id=id_of(code)).select_related("customer").order_by("id")
    found = [
        BuyerRow(
            row.identity,
            row.order_id,
            row.identity.startswith("email:"),
            row.customer.code if row.customer else "",
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda row: bool(row.customer)))


def tax(code: str) -> TaxLine:
    pk = id_of(code)
    return taxes_of([pk]).get(pk, TaxLine())
