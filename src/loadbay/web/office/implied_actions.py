"""What hangs on entering an implied status: the card beside the order status matrix, and letting go.

Rule: a secret is typed in and never shown; removing an action asks first.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from loadbay.channels import action_rules, rules
from loadbay.channels.action_rules import ActionNotUsable
from loadbay.channels.services.actions import add_action, remove_action
from loadbay.core.errors import Refusal
from loadbay.orders.services.letting_go import let_go
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import STOP, did, said

_PAGES = ("tasks", "sales")


class ActionForm(forms.Form):
    """One more action. What may hang on what is decided by the service."""

    implied_status = forms.ChoiceField(
        label="On entering",
        choices=[(one.value, one.value) for one in rules.Implied],
    )
    kind = forms.ChoiceField(
        label="Do", choices=[(kind.value, words) for kind, words in action_rules.WORDS.items()]
    )
    text = forms.CharField(
        label="Words",
        max_length=action_rules.LONGEST_TEXT,
        required=False,
        help_text="What a person is to do; for an alert or a task.",
    )
    url = forms.CharField(
        label="Web address",
        max_length=action_rules.LONGEST_URL,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text="For a webhook: https://…",
    )
    secret = forms.CharField(
        label="Secret of the webhook",
        max_length=action_rules.LONGEST_SECRET,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="The receiver checks the signature with it.",
    )


def add_to(form: ActionForm, code: str) -> str | None:
    """Add what the form says; the words of it, or None with what is wrong marked in the form."""
    if not form.is_valid():
        return None
    try:
        return add_action(code, **form.cleaned_data).words
    except ActionNotUsable as refusal:
        form.add_error(refusal.field, refusal.sentence)
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
    return None


@needs(Right.CHANGE_CHANNELS)
@require_POST
def remove(request: HttpRequest, code: str, action_id: int) -> HttpResponse:
    did(request, lambda: remove_action(code, action_id), "The action was removed.")
    return redirect(f"{reverse('channel-matrix', args=[code])}#actions")


@needs(Right.DECIDE_TASKS)
@require_POST
def let_go_orders(request: HttpRequest) -> HttpResponse:
    """Let held orders go on: shipments or sales that the form names."""
    names = request.POST.getlist("shipment")[:100]
    try:
        count = let_go(names)
    except Refusal as refusal:
        said(request, refusal.sentence, tone=STOP)
    else:
        said(request, "The order goes on." if count == 1 else f"{count} orders go on.")
    asked = request.POST.get("back", "")
    if asked.startswith("sale:"):
        return redirect("sale", number=asked.removeprefix("sale:"))
    return redirect(asked if asked in _PAGES else "sales")
