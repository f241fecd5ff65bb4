"""How a form of the office meets a service: fields checked here, refusals shown beside them.

Rule: a refused form answers 422 with everything typed still in it, and nothing was changed. Plain forms
only; what is right or wrong beyond a field's shape is the service's decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from loadbay.core.errors import Refusal, Trouble

OK, NOTE, STOP = "ok", "note", "stop"


def said(request: HttpRequest, sentence: str, *, tone: str = OK) -> None:
    """What was done, shown on top of the next page."""
    messages.add_message(request, messages.INFO, sentence, extra_tags=tone)


def did(request: HttpRequest, act: Callable[[], object], sentence: str) -> None:
    """Do what a button stands for and say so; where it is refused, say why."""
    try:
        act()
    except Refusal as refusal:
        said(request, refusal.sentence, tone=STOP)
    else:
        said(request, sentence)


@contextmanager
def refusals_in(form: forms.Form, *, fields: Mapping[str, str] | None = None) -> Iterator[None]:
    """A refusal inside the block becomes an error of the form, beside its field where that is known.

    `fields` maps a refusal's code, or for a refusal of many fields a word of its sentence, to the field.
    """
    try:
        yield
    except Refusal as refusal:
        form.add_error(_field_of(refusal, fields or {}), refusal.sentence)
    except Trouble as trouble:
        form.add_error(None, f"{trouble.sentence} Nothing was changed here; try again.")


def _field_of(refusal: Refusal, fields: Mapping[str, str]) -> str | None:
    if refusal.code in fields:
        return fields[refusal.code]
    sentence = refusal.sentence.lower()
    return next((field for word, field in fields.items() if word in sentence), None)


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """What can be chosen in a field, where only the database knows it."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


def form_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, form: forms.Form | None = None
) -> HttpResponse:
    """The page with its form: 422 when what was sent is refused."""
    asked = form if form is not None else context["form"]
    return render(request, template, context, status=422 if asked.is_bound and asked.errors else 200)


class Barcode(forms.TextInput):
    """A box for a scanner or quick typing: no suggestions, no corrections."""

    def __init__(self, **attrs: Any) -> None:
        quiet = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(attrs={**quiet, **attrs})


class DayInput(forms.DateInput):
    """The browser's own day picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
