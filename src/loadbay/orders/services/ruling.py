"""Asking the order rules of the shop while sales are built, and keeping what they decided.

Set-based: one statement says that a batch has no rules, and then nothing more is asked. One task per rule
tells of everything it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, Now

from loadbay.channels.rules import Implied
from loadbay.core.bulk import update_many
from loadbay.inbox.services import close_task, restate_task
from loadbay.journal.services import note_each
from loadbay.orders.models import OrderRule, RuleVerdict, Shipment
from loadbay.orders.order_rules import Action, Comparison, Condition, Verdict, fields_of, judge
from loadbay.orders.order_rules import OrderRule as Rule
from loadbay.orders.rule_facts import facts_of

TASK = "order_rule_holds"
SUBJECTS = 20


def as_rule(row: OrderRule) -> Rule:
    """The rule as it is asked, from its row."""
    conditions = tuple(
        Condition(entry["field"], Comparison(entry["comparison"]), entry["value"]) for entry in row.conditions
    )
    return Rule(row.pk, row.name, Action(row.action), conditions, row.reason)


def words_of(rule: Rule) -> str:
    """What stays with an order that the rule decided about."""
    return f"{rule.name}: {rule.of_order}"


def rules_of(channel_ids: Sequence[int]) -> dict[int, list[Rule]]:
    """Channel → its rules in the order they are asked; channels without one are left out."""
    found: dict[int, list[Rule]] = {}
    for row in OrderRule.objects.filter(channel_id__in=channel_ids, removed_at=None).order_by("id"):
        found.setdefault(row.channel_id, []).append(as_rule(row))
    return found


def verdicts_on(channels: Mapping[int, int]) -> dict[int, Verdict]:
    """What the rules make of staged shipments (shipment → channel); those they let be are left out."""
    rules = rules_of(sorted(set(channels.values())))
    concerned = [pk for pk, channel in channels.items() if channel in rules]
    if not concerned:
        return {}
    facts = facts_of(concerned, fields=fields_of([rule for mine in rules.values() for rule in mine]))
    released: dict[int, set[int]] = {}
    rows = RuleVerdict.objects.filter(shipment_id__in=concerned, released_at__isnull=False)
    for shipment, rule in rows.values_list("shipment_id", "rule_id"):
        released.setdefault(shipment, set()).add(rule)
    said = {pk: judge(rules[channels[pk]], facts[pk], released=released.get(pk, ())) for pk in concerned}
    return {pk: verdict for pk, verdict in said.items() if verdict.stop or verdict.flags}


def keep_verdicts(verdicts: Mapping[int, Verdict]) -> None:
    """Hold, ignore and flag as the rules said, inside the caller's transaction."""
    if not verdicts:
        return
    stops = {pk: verdict.stop for pk, verdict in verdicts.items() if verdict.stop}
    decided = [(pk, rule) for pk, verdict in verdicts.items() for rule in verdict.flags]
    decided = _not_told([*decided, *stops.items()])
    RuleVerdict.objects.bulk_create(
        [
            RuleVerdict(shipment_id=pk, rule_id=rule.id, action=rule.action.value, words=words_of(rule))
            for pk, rule in decided
        ],
        ignore_conflicts=True,
    )
    _hold({pk: rule for pk, rule in stops.items() if rule.action is Action.HOLD})
    _ignore({pk: rule for pk, rule in stops.items() if rule.action is Action.IGNORE})
    _note(decided)


def _not_told(decided: Sequence[tuple[int, Rule]]) -> list[tuple[int, Rule]]:
    """Without what a rule has decided about a shipment before: building again tells nothing twice."""
    rows = RuleVerdict.objects.filter(shipment_id__in=[pk for pk, _ in decided])
    known = set(rows.values_list("shipment_id", "rule_id"))
    return [(pk, rule) for pk, rule in decided if (pk, rule.id) not in known]


def _hold(held: Mapping[int, Rule]) -> None:
    update_many(Shipment, "held_because", {pk: rule.because for pk, rule in held.items()})
    Shipment.objects.filter(pk__in=list(held)).update(
        building=Shipment.Building.WAITING, implied_status=Implied.WAITING.value, held_for=[]
    )
    tell_held({rule.id for rule in held.values()})


def _ignore(ignored: Mapping[int, Rule]) -> None:
    update_many(Shipment, "ignored_because", {pk: rule.because for pk, rule in ignored.items()})
    Shipment.objects.filter(pk__in=list(ignored)).update(
        building=Shipment.Building.IGNORED, implied_status=Implied.IGNORED.value, held_because=""
    )


def _note(decided: Sequence[tuple[int, Rule]]) -> None:
    rows = Shipment.objects.filter(pk__in=[pk for pk, _ in decided])
    names = dict(rows.values_list("pk", "shipment_id"))
    flagged = "Flagged by the order rule {0.name}: {1}."
    note_each(
        [
            (
                f"shipment:{names[pk]}",
                flagged.format(rule, rule.of_order) if rule.action is Action.FLAG else rule.because,
            )
            for pk, rule in decided
        ],
        what="order_rule",
    )


def tell_held(rule_ids: set[int]) -> None:
    """The task of each rule says what it holds now, or closes."""
    for row in OrderRule.objects.filter(pk__in=rule_ids).select_related("channel").order_by("id"):
        held = held_by(row.pk).count()
        if not held:
            close_task(TASK, str(row.pk))
            continue
        count = "1 order" if held == 1 else f"{held} orders"
        newest = held_by(row.pk).order_by("-id").values_list("shipment_id", flat=True)[:SUBJECTS]
        restate_task(
            kind=TASK,
            matter=str(row.pk),
            cause="decision",
            sentence=f"The order rule {row.name} of {row.channel.code} holds {count}: "
            f"{as_rule(row).of_order}.",
            cure="Look at them and release one or all; what is released is not held by this rule again.",
            link=f"/office/order-rule/{row.pk}/",
            subjects=[f"shipment:{name}" for name in newest],
        )


def held_by(rule_id: int) -> QuerySet[Shipment]:
    """Shipments that wait because of this rule, without those that wait for something else by now."""
    return Shipment.objects.filter(pk__in=holding([rule_id]).values("shipment_id"))


def holding(rule_ids: Sequence[int]) -> QuerySet[RuleVerdict]:
    """The verdicts by which orders wait now: one for each order that one of these rules holds."""
    begins = Concat(Value("Held by the order rule "), F("rule__name"), Value(": "))
    verdicts = RuleVerdict.objects.filter(rule_id__in=list(rule_ids), action="hold", released_at=None)
    return verdicts.filter(
        shipment__building=Shipment.Building.WAITING, shipment__held_because__startswith=begins
    )


def tell_of_gone(shipment_pks: Sequence[int]) -> None:
    """These wait no more, whatever the reason: the tasks of the rules that held them say so."""
    if not shipment_pks:
        return
    rows = RuleVerdict.objects.filter(shipment_id__in=list(shipment_pks), action="hold", released_at=None)
    tell_held(set(rows.values_list("rule_id", flat=True)))


def forget_holding(rule_id: int, shipment_pks: Sequence[int]) -> None:
    """The rule has decided nothing about these, which it holds: it is asked of them anew."""
    rows = RuleVerdict.objects.filter(rule_id=rule_id, shipment_id__in=list(shipment_pks))
    rows.filter(action="hold", released_at=None).delete()


def release_verdicts(shipment_pks: Sequence[int], *, by: str, rule_id: int | None = None) -> None:
    """From now on the rule (or every rule) keeps its hands from these shipments."""
    rows = RuleVerdict.objects.filter(shipment_id__in=list(shipment_pks), released_at=None)
    rows = rows.exclude(action="flag")
    if rule_id is not None:
        rows = rows.filter(rule_id=rule_id)
    rows.update(released_at=Now(), released_by=by[:150])
