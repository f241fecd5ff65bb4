"""Sales > Order rules: the shop's own rules per channel, tried on past orders before they are saved.

Rule: *Try* changes nothing and shows what would have been held, ignored or flagged; the built-in ones are
shown beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loadbay.channels import queries as channels
from loadbay.core.errors import Refusal
from loadbay.orders import rule_queries
from loadbay.orders.order_rules import COMPARISONS, FIELDS, Action, Condition, OrderRule, WrongRule, condition
from loadbay.orders.services import rule_changes
from loadbay.orders.services.rule_changes import WantedRule
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import did, form_page, offer, said

ROWS = 4
_FIELDS = [("", "–"), *((code, field.words) for code, field in FIELDS.items())]
_COMPARISONS = [(comparison.value, words) for comparison, words in COMPARISONS.items()]
_ACTIONS = [
    (Action.HOLD.value, "Hold: it waits with a task until it is released"),
    (Action.IGNORE.value, "Ignore: no sale is made of it"),
    (Action.FLAG.value, "Flag: it goes on and bears the reason"),
]


class RuleForm(forms.Form):
    channel = forms.ChoiceField(label="Sales channel")
    name = forms.CharField(max_length=60, required=False, help_text="Needed to save, not to try.")
    action = forms.ChoiceField(label="What it does", choices=_ACTIONS)
    reason = forms.CharField(max_length=200, required=False, help_text="Shown with every order it fits.")

    def __init__(self, *args: Any, rows: int = ROWS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "channel", [(code, code) for code in channels.channel_codes()])
        self.places = range(1, max(rows, ROWS) + 1)
        for row in self.places:
            self.fields[f"field_{row}"] = forms.ChoiceField(
                label=f"Condition {row}", choices=_FIELDS, required=False
            )
            self.fields[f"comparison_{row}"] = forms.ChoiceField(
                label=f"Comparison {row}", choices=_COMPARISONS, required=False
            )
            self.fields[f"value_{row}"] = forms.CharField(
                label=f"Value {row}", max_length=200, required=False
            )

    def heads(self) -> list[forms.BoundField]:
        return [self[name] for name in ("channel", "name", "action", "reason")]

    def rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"{part}_{row}"] for part in ("field", "comparison", "value")] for row in self.places]

    def wanted(self) -> WantedRule:
        """The rule as typed; raises `WrongRule` with the field it is about."""
        given = self.cleaned_data
        conditions = tuple(found for row in self.places if (found := self._condition(row, given)) is not None)
        action = Action(given["action"])
        return WantedRule(given["channel"], given["name"], action, conditions, given["reason"])

    def _condition(self, row: int, given: dict[str, str]) -> Condition | None:
        field, value = given[f"field_{row}"], given[f"value_{row}"]
        if not field and not value:
            return None
        return condition(field, given[f"comparison_{row}"] or "is", value, part=str(row))


@needs(Right.SEE_OFFICE)
@require_safe
def order_rules(request: HttpRequest) -> HttpResponse:
    context = {"rules": rule_queries.rules(), "built_in": rule_queries.built_in()}
    return render(request, "office/order_rules.html", context)


@needs(Right.CHANGE_CHANNELS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """Try it on past orders, or save it, with the button that was pressed."""

    def save(wanted: WantedRule) -> HttpResponse:
        number = rule_changes.add_rule(wanted)
        said(request, f"{wanted.name} is asked of every order that becomes a sale from now on.")
        return redirect("order-rule", number=number)

    return _ruled(request, RuleForm(request.POST or None), save)


def _ruled(
    request: HttpRequest,
    form: RuleForm,
    save: Callable[[WantedRule], HttpResponse],
    *,
    rule: OrderRule | None = None,
) -> HttpResponse:
    trial = None
    if form.is_valid():
        try:
            wanted = form.wanted()
            if request.POST.get("do") == "save":
                return save(wanted)
            trial = rule_changes.try_rule(wanted)
        except Refusal as refusal:
            part = refusal.part if isinstance(refusal, WrongRule) else None
            form.add_error(f"value_{part}" if part and part.isdecimal() else part, refusal.sentence)
    fields = [(field.words, field.hint) for field in FIELDS.values() if field.hint]
    context = {"form": form, "trial": trial, "hints": fields, "rule": rule}
    return form_page(request, "office/order_rule_new.html", context)


@needs(Right.CHANGE_CHANNELS)
@require_http_methods(["GET", "HEAD", "POST"])
def change_rule(request: HttpRequest, number: int) -> HttpResponse:
    """The same form as for a new one, with the rule in it."""
    channel, rule = rule_queries.rule_as_wanted(number)
    form = RuleForm(request.POST or None, initial=_typed(channel, rule), rows=len(rule.conditions))

    def save(wanted: WantedRule) -> HttpResponse:
        rule_changes.change_rule(number, wanted)
        said(request, f"{wanted.name} is changed. What it held is looked at anew.")
        return redirect("order-rule", number=number)

    return _ruled(request, form, save, rule=rule)


def _typed(channel: str, rule: OrderRule) -> dict[str, str]:
    start = {"channel": channel, "name": rule.name, "action": rule.action.value, "reason": rule.reason}
    for row, entry in enumerate(rule.conditions, start=1):
        start |= {f"field_{row}": entry.field, f"comparison_{row}": entry.comparison.value}
        start[f"value_{row}"] = entry.value
    return start


@needs(Right.SEE_OFFICE)
@require_safe
def order_rule(request: HttpRequest, number: int) -> HttpResponse:
    return render(request, "office/order_rule.html", {"card": rule_queries.rule(number)})


@needs(Right.DECIDE_TASKS)
@require_POST
def release(request: HttpRequest, number: int) -> HttpResponse:
    """Let one shipment go on, or all that the rule holds."""
    named = request.POST.getlist("shipment")[:100]
    words = ", ".join(named) if named else "All that it held"
    did(request, lambda: rule_changes.release_held(number, named), f"{words} goes on; its sale is built.")
    return redirect("order-rule", number=number)


@needs(Right.CHANGE_CHANNELS)
@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponse:
    did(
        request,
        lambda: rule_changes.remove_rule(number),
        "The rule is removed. What it held goes on; what it ignored stays ignored.",
    )
    return redirect("order-rules")
