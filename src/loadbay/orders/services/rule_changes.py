"""Adding, changing, trying, removing order rules, and releasing what they hold. One transaction each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from loadbay.channels.queries import channel as channel_card
from loadbay.channels.services.unmapped import wait_for_readers
from loadbay.core.actor import current_actor
from loadbay.core.errors import NotFound, Refusal
from loadbay.core.events import record
from loadbay.journal.services import note, note_many
from loadbay.orders.events import ShipmentsStaged
from loadbay.orders.models import OrderRule, Shipment
from loadbay.orders.order_rules import Action, Condition, WrongRule, check_rule, fields_of, fits
from loadbay.orders.order_rules import OrderRule as Rule
from loadbay.orders.rule_facts import facts_of
from loadbay.orders.services import building
from loadbay.orders.services.ruling import as_rule, forget_holding, held_by, release_verdicts, tell_held

MOST_TRIED = 10_000
AT_ONCE = 1000
SHOWN = 100


class NothingHeld(Refusal):
    """The rule holds nothing that could be released."""

    code = "nothing_held"


@dataclass(frozen=True)
class WantedRule:
    """A rule as a person wants it."""

    channel: str
    name: str
    action: Action
    conditions: tuple[Condition, ...]
    reason: str = ""


@dataclass(frozen=True)
class Hit:
    """A past order that a rule under trial fits."""

    shipment_id: str
    order_id: str
    status: str
    sale: str


@dataclass(frozen=True)
class Trial:
    """What a rule would have done to the newest orders of its channel: how many, and the newest of them."""

    action: Action
    words: str
    looked_at: int
    fitting: int
    hits: tuple[Hit, ...]
    is_all: bool
    """Whether every order of the channel was looked at."""


def try_rule(wanted: WantedRule) -> Trial:
    """Ask a rule of past orders, newest first; nothing is changed."""
    check_rule(wanted.name or "Trial", wanted.conditions)
    channel_id = channel_card(wanted.channel).id
    pks = list(
        Shipment.objects.filter(channel_id=channel_id)
        .order_by("-id")
        .values_list("pk", flat=True)[: MOST_TRIED + 1]
    )
    rule = Rule(0, wanted.name, wanted.action, wanted.conditions, wanted.reason)
    fitting: list[int] = []
    for start in range(0, len(pks[:MOST_TRIED]), AT_ONCE):
        facts = facts_of(pks[:MOST_TRIED][start : start + AT_ONCE], fields=fields_of([rule]))
        fitting += [pk for pk, known in facts.items() if fits(wanted.conditions, known)]
    return Trial(
        wanted.action,
        rule.words,
        min(len(pks), MOST_TRIED),
        len(fitting),
        _hits(sorted(fitting, reverse=True)[:SHOWN]),
        is_all=len(pks) <= MOST_TRIED,
    )


def _hits(pks: Sequence[int]) -> tuple[Hit, ...]:
    columns = ("shipment_id", "order__order_id", "status", "sale__number")
    rows = Shipment.objects.filter(pk__in=list(pks)).order_by("-id").values_list(*columns)
    return tuple(Hit(shipment, order, status, sale or "") for shipment, order, status, sale in rows)


@transaction.atomic
def add_rule(wanted: WantedRule) -> int:
    """Ask the rule of every order that is built from now on. Its number comes back."""
    check_rule(wanted.name, wanted.conditions)
    card = channel_card(wanted.channel)
    row = OrderRule(channel_id=card.id, added_by=current_actor(), **_columns(wanted))
    _save(row, channel=card.code)
    note(f"channel:{card.code}", f"Order rule {row.name} added: {_words(row)}.", what="order_rule")
    return int(row.pk)


@transaction.atomic
def change_rule(rule_id: int, wanted: WantedRule) -> None:
    """Ask it otherwise from now on, on the channel it has: what it holds is looked at anew.

    What it ignored stays ignored, what it flagged stays flagged, what was released it does not hold again.
    Raises `WrongRule` or `NotFound`.
    """
    check_rule(wanted.name, wanted.conditions)
    _wait_for_builders(rule_id)
    row = _locked(rule_id)
    if wanted.channel.strip().upper() != row.channel.code:
        raise WrongRule(
            "channel", f"{row.name} is a rule of {row.channel.code} and stays there. Add one to the other."
        )
    columns, was = _columns(wanted), f"{row.name}: {_words(row)}"
    if all(getattr(row, name) == value for name, value in columns.items()):
        return
    held = list(held_by(rule_id).select_for_update().order_by("id").defer("raw", "boxes"))
    for name, value in columns.items():
        setattr(row, name, value)
    _save(row, channel=row.channel.code)
    words = f"Order rule {was}. Now {row.name}: {_words(row)}."
    note(f"channel:{row.channel.code}", words, what="order_rule")
    forget_holding(rule_id, [one.pk for one in held])
    _build_again(held)
    tell_held({rule_id})


def _columns(wanted: WantedRule) -> dict[str, Any]:
    conditions = [
        {"field": entry.field, "comparison": entry.comparison.value, "value": entry.value}
        for entry in wanted.conditions
    ]
    return {
        "name": wanted.name.strip(),
        "action": wanted.action.value,
        "conditions": conditions,
        "reason": wanted.reason.strip().rstrip(".")[:200],
    }


def _save(row: OrderRule, *, channel: str) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise WrongRule(
            "name", f"{channel} has an order rule {row.name} already. Give this one another name."
        ) from None


def _words(row: OrderRule) -> str:
    return f"{as_rule(row).words} → {row.action}"


@transaction.atomic
def remove_rule(rule_id: int) -> int:
    """Ask it no more. What it holds goes back in line; returns how many. What it ignored stays ignored."""
    _wait_for_builders(rule_id)
    row = _locked(rule_id)
    held = list(held_by(rule_id).order_by("id").defer("raw", "boxes"))
    OrderRule.objects.filter(pk=rule_id).update(removed_at=Now())
    note(f"channel:{row.channel.code}", f"Order rule {row.name} removed.", what="order_rule")
    _let_go(row, held)
    return len(held)


@transaction.atomic
def release_held(rule_id: int, shipment_ids: Sequence[str] = ()) -> int:
    """Let one, several or all that a rule holds go on; it does not hold them again. How many they were."""
    row = _locked(rule_id)
    rows = held_by(rule_id).select_for_update().order_by("id")
    if shipment_ids:
        rows = rows.filter(shipment_id__in=list(shipment_ids))
    held = list(rows.defer("raw", "boxes"))
    if not held:
        named = ", ".join(shipment_ids) or "anything"
        raise NothingHeld(
            f"The order rule {row.name} does not hold {named} any more. See the rule for what it holds now."
        )
    _let_go(row, held)
    return len(held)


def _let_go(rule: OrderRule, held: Sequence[Shipment]) -> None:
    pks = [row.pk for row in held]
    release_verdicts(pks, by=current_actor(), rule_id=rule.pk)
    names = [f"shipment:{row.shipment_id}" for row in held]
    note_many(names, f"Released from the order rule {rule.name}.", what="order_rule")
    _build_again(held)
    tell_held({rule.pk})


def _build_again(held: Sequence[Shipment]) -> None:
    building.build_again([row.pk for row in held])
    for connection_id in sorted({row.connection_id for row in held}):
        mine = [row.pk for row in held if row.connection_id == connection_id]
        record(ShipmentsStaged(connection_id=connection_id, shipment_ids=mine))


def _wait_for_builders(rule_id: int) -> None:
    """Before the rule is locked: a builder who keeps its verdicts needs the rule's row."""
    rows = OrderRule.objects.filter(pk=rule_id)
    for connection_id in rows.values_list("channel__connection_id", flat=True):
        wait_for_readers(connection_id)


def _locked(rule_id: int) -> OrderRule:
    row = OrderRule.objects.select_for_update(of=("self",)).select_related("channel")
    found = row.filter(pk=rule_id, removed_at=None).first()
    if found is None:
        raise NotFound(f"There is no order rule {rule_id}. Look at the list of order rules.")
    return found
