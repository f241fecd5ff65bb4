"""Field Calls > Boxes: the boxes the house packs in, each with its barcode for the bench.

Rule: what size and weight a text means is decided in `dispatch`; one of the boxes is the house box, taken
where nobody says another one.
"""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from loadbay.dispatch.box_queries import house_boxes
from loadbay.dispatch.services import boxes as service
from loadbay.people.rules import Right
from loadbay.web.access import needs
from loadbay.web.forms import did, form_page, refusals_in, said


class BoxForm(forms.Form):
    code = forms.CharField(
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Short, such as M or TUBE-2. Its barcode is LB-BOX- and this code.",
    )
    name = forms.CharField(max_length=60, required=False)
    size = forms.CharField(
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Length x width x height in centimetres: 40x30x20.",
    )
    weight = forms.CharField(
        label="Weight when empty",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="In kilograms: 0.15. Or in grams: 150 g.",
    )
    is_house_box = forms.BooleanField(
        label="House box", required=False, help_text="Taken where nobody says another one."
    )


@needs(Right.CHANGE_BOXES)
@require_http_methods(["GET", "HEAD", "POST"])
def boxes(request: HttpRequest) -> HttpResponse:
    form = BoxForm(request.POST or None)
    if form.is_valid():
        with refusals_in(form, fields={"code": "code", "name": "name", "size": "size", "weight": "weight"}):
            made = service.add_box(service.NewBox(**form.cleaned_data))
            said(request, f"Box {made.code} is there. Print the command barcodes again for the bench.")
            return redirect("boxes")
    return form_page(request, "office/boxes.html", {"form": form, "boxes": house_boxes()})


@needs(Right.CHANGE_BOXES)
@require_POST
def house_box(request: HttpRequest, code: str) -> HttpResponse:
    return _done(request, code, service.make_house_box, f"{code} is the house box now.")


@needs(Right.CHANGE_BOXES)
@require_POST
def remove(request: HttpRequest, code: str) -> HttpResponse:
    return _done(request, code, service.remove_box, f"Box {code} is gone. Take its barcode off the bench.")


def _done(request: HttpRequest, code: str, act: Callable[[str], None], sentence: str) -> HttpResponse:
    did(request, lambda: act(code), sentence)
    return redirect("boxes")
