"""Reading order rules, what they hold, ignored and flagged: for screens and commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from loadbay.core.errors import NotFound
from loadbay.orders.models import OrderRule, RuleVerdict, Shipment
from loadbay.orders.order_rules import OrderRule as Rule
from loadbay.orders.services.ruling import as_rule, held_by, holding

SHOWN = 200


@dataclass(frozen=True)
class BuiltIn:
    """A rule that every channel has, whoever set it up."""

    name: str
    words: str
    held: int


@dataclass(frozen=True)
class RuleRow:
    """A rule of the shop with what it has decided so far."""

    id: int
    channel: str
    name: str
    action: str
    words: str
    reason: str
    held: int
    ignored: int
    flagged: int
    added_by: str
    added_at: datetime


@dataclass(frozen=True)
class RuledOrder:
    """An order that a rule holds, ignored or flagged."""

    shipment_id: str
    order_id: str
    status: str
    at: datetime
    sale: str


@dataclass(frozen=True)
class RuleCard:
    row: RuleRow
    held: tuple[RuledOrder, ...]
    decided: tuple[RuledOrder, ...]
    """What it ignored or flagged, newest first."""


def built_in() -> tuple[BuiltIn, ...]:
    unbalanced = Shipment.objects.filter(building=Shipment.Building.WAITING, is_balanced=False).count()
    short = Shipment.objects.filter(is_short=True).count()
    return (
        BuiltIn(
            "Unbalanced totals",
            "Lines, tax, shipping, gift wrap and discounts do not add up to the order's total → hold",
            unbalanced,
        ),
        BuiltIn("Insufficient stock", "The stock rooms do not hold everything it needs → hold", short),
    )


def rules(channel: str = "") -> tuple[RuleRow, ...]:
    """Every rule in force, of one channel or of all, in the order they are asked."""
    rows = OrderRule.objects.filter(removed_at=None).select_related("channel").order_by("channel__code", "id")
    if channel:
        rows = rows.filter(channel__code=channel.strip().upper())
    found = list(rows)
    counts = _counts([row.pk for row in found])
    return tuple(_row(row, counts) for row in found)


def rule(rule_id: int) -> RuleCard:
    """Raises `NotFound`."""
    row = _one(rule_id)
    held = held_by(rule_id).order_by("-id").values_list("pk", flat=True)[:SHOWN]
    others = RuleVerdict.objects.filter(rule_id=rule_id).exclude(action="hold").order_by("-id")
    decided = others.values_list("shipment_id", flat=True)[:SHOWN]
    return RuleCard(
        _row(row, _counts([rule_id])), _orders(list(held), rule_id), _orders(list(decided), rule_id)
    )


def rule_as_wanted(rule_id: int) -> tuple[str, Rule]:
    """The sales channel of a rule, and the rule as it is asked. Raises `NotFound`."""
    row = _one(rule_id)
    return row.channel.code, as_rule(row)


def _one(rule_id: int) -> OrderRule:
    row = OrderRule.objects.filter(pk=rule_id, removed_at=None).select_related("channel").first()
    if row is None:
        raise NotFound(f"There is no order rule {rule_id}. Look at the list of order rules.")
    return row


def rule_named(channel: str, name: str) -> int:
    """The number of a rule by its channel and name. Raises `NotFound`."""
    rows = OrderRule.objects.filter(channel__code=channel.strip().upper(), name=name.strip(), removed_at=None)
    found = rows.values_list("pk", flat=True).first()
    if found is None:
        known = ", ".join(row.name for row in rules(channel)) or "none yet"
        raise NotFound(f"{channel} has no order rule {name}. Known: {known}.")
    return int(found)


def flags_of(shipment_pks: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Shipment → the flags that rules put on it, each in the words that the rule had then."""
    rows = RuleVerdict.objects.filter(shipment_id__in=list(shipment_pks), action="flag")
    found: dict[int, tuple[str, ...]] = {}
    for shipment, words in rows.order_by("id").values_list("shipment_id", "words"):
        found[shipment] = (*found.get(shipment, ()), words)
    return found


def flags_of_shipment(shipment_id: str) -> tuple[str, ...]:
    """The flags on one shipment."""
    pks = list(Shipment.objects.filter(shipment_id=shipment_id).values_list("pk", flat=True))
    return tuple(words for mine in flags_of(pks).values() for words in mine)


def _counts(rule_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    decided = RuleVerdict.objects.filter(rule_id__in=rule_ids).exclude(action="hold")
    return {
        (rule, action): n
        for rows in (decided, holding(rule_ids))
        for rule, action, n in rows.values_list("rule_id", "action").annotate(Count("pk"))
    }


def _row(row: OrderRule, counts: dict[tuple[int, str], int]) -> RuleRow:
    return RuleRow(
        id=row.pk,
        channel=row.channel.code,
        name=row.name,
        action=row.action,
        words=as_rule(row).words,
        reason=row.reason,
        held=counts.get((row.pk, "hold"), 0),
        ignored=counts.get((row.pk, "ignore"), 0),
        flagged=counts.get((row.pk, "flag"), 0),
        added_by=row.added_by,
        added_at=row.added_at,
    )


def _orders(shipment_pks: Sequence[int], rule_id: int) -> tuple[RuledOrder, ...]:
    rows = RuleVerdict.objects.filter(rule_id=rule_id, shipment_id__in=shipment_pks).order_by("-id")
    columns = ("shipment__shipment_id", "shipment__order__order_id", "shipment__status", "at")
    return tuple(
        RuledOrder(shipment, order, status, at, sale or "")
        for shipment, order, status, at, sale in rows.values_list(*columns, "shipment__sale__number")
    )
