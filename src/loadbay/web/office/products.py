"""Product Info > Products: the list, one product's details, making and changing, files of products.

Rule: what a value must be like is the catalogue's decision; a refusal comes back beside the field.
Prices are in `prices.py`, the stock tab in `stock.py`, the Amazon tab in `listing.py`.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from loadbay.catalogue import queries, services
from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.sheet import COLUMN_HELP
from loadbay.core.errors import Refusal
from loadbay.people.rules import Right
from loadbay.stock import items as stock_items
from loadbay.stock.intake import SheetHasFaults, import_products
from loadbay.web.access import needs
from loadbay.web.forms import form_page, refusals_in, said
from loadbay.web.office.product_rows import page_of_products
from loadbay.web.refusals import asks_for_part

_FIELDS = {
    "sku_not_usable": "sku",
    "product_exists": "sku",
    "barcode_wrong": "barcodes",
    "barcode_taken": "barcodes",
    "country": "country_of_origin",
    "serialised_with_stock": "is_serialised",
    "needs a name": "name",
}
_NEW_FIELDS = {**_FIELDS, "product_unknown": "contents", "bundle_not_possible": "contents"}


class ProductForm(forms.Form):
    """The fields of a product; barcodes one per line."""

    sku = forms.CharField(label="SKU", max_length=40)
    name = forms.CharField(max_length=200)
    brand = forms.CharField(max_length=80, required=False)
    barcodes = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        required=False,
        help_text="One per line: EAN, UPC, GTIN, or a code of your own.",
    )
    is_serialised = forms.BooleanField(
        label="Serialised",
        required=False,
        help_text="Each unit has a number of its own: asked for at goods in and at the bench.",
    )
    country_of_origin = forms.CharField(
        label="Country of origin", max_length=2, required=False, help_text="Two letters, such as GB."
    )
    bin = forms.CharField(max_length=20, required=False, help_text="Where it lies in the stock room.")
    weight_g = forms.IntegerField(label="Weight in grams", min_value=0, max_value=10**6, required=False)
    length_mm = forms.IntegerField(label="Length in mm", min_value=0, max_value=10**5, required=False)
    width_mm = forms.IntegerField(label="Width in mm", min_value=0, max_value=10**5, required=False)
    height_mm = forms.IntegerField(label="Height in mm", min_value=0, max_value=10**5, required=False)
    hazmat_class = forms.CharField(label="Hazmat class", max_length=40, required=False)
    customs_code = forms.CharField(label="Customs code", max_length=20, required=False)

    def fields_of_product(self) -> ProductFields:
        values = dict(self.cleaned_data)
        lines = values.pop("barcodes").splitlines()
        values.pop("contents", None)
        return ProductFields(**values, barcodes=tuple(line.strip() for line in lines if line.strip()))


class NewProductForm(ProductForm):
    """A new product may also be a soft bundle."""

    contents = forms.CharField(
        label="Soft bundle of",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        required=False,
        help_text="Leave empty for a product with stock of its own. Else one component per line: its SKU, "
        "then how many (MUG-01 2). Its stock is derived from them.",
    )

    def clean_contents(self) -> dict[str, int]:
        contents: dict[str, int] = {}
        for line in self.cleaned_data["contents"].splitlines():
            sku, _, units = line.strip().rpartition(" ")
            if not line.strip():
                continue
            if not sku or not units.isdecimal():
                sku, units = line.strip(), "1"
            contents[sku.strip()] = contents.get(sku.strip(), 0) + int(units[:9])
        return contents


class ImportForm(forms.Form):
    """A CSV file; `apply` comes from the button that was pressed."""

    file = forms.FileField(label="CSV file", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))


@needs(Right.SEE_OFFICE)
@require_safe
def products(request: HttpRequest) -> HttpResponse:
    page = page_of_products(request)
    template = "office/products_table.html" if asks_for_part(request) else "office/products.html"
    return render(request, template, {"page": page, "here": "products", "target": "product"})


@needs(Right.SEE_OFFICE)
@require_safe
def product(request: HttpRequest, sku: str) -> HttpResponse:
    card = queries.product_card(sku)
    return render(request, "office/product.html", {"product": card, "tab": "details"})


@needs(Right.CHANGE_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_product(request: HttpRequest) -> HttpResponse:
    form = NewProductForm(request.POST or None, initial={"sku": request.GET.get("sku", "")})
    if form.is_valid():
        fields, contents = form.fields_of_product(), form.cleaned_data["contents"]
        with refusals_in(form, fields=_NEW_FIELDS):
            if contents:
                services.create_bundle(fields, contents=contents)
            else:
                services.create_product(fields)
            said(request, f"{fields.sku.strip()} is in the catalogue. Next: give it a retail price.")
            return redirect("product", sku=fields.sku.strip())
    return form_page(request, "office/product_form.html", {"form": form})


@needs(Right.CHANGE_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
def change_product(request: HttpRequest, sku: str) -> HttpResponse:
    card = queries.product_card(sku)
    start = {name: getattr(card, name) for name in ProductForm.base_fields if name != "barcodes"}
    form = ProductForm(request.POST or None, initial={**start, "barcodes": "\n".join(card.barcodes)})
    form.fields["sku"].disabled = True
    form.fields["sku"].help_text = "A SKU never changes: listings and stock hang on it."
    if form.is_valid():
        with refusals_in(form, fields=_FIELDS):
            stock_items.change_product(form.fields_of_product())
            said(request, f"{card.sku} is saved.")
            return redirect("product", sku=card.sku)
    return form_page(request, "office/product_form.html", {"form": form, "product": card})


@needs(Right.CHANGE_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Preview and import post the same file; the preview is swapped in beside it, so it stays chosen."""
    form = ImportForm(request.POST or None, request.FILES or None)
    context = {"form": form, "columns": COLUMN_HELP, "report": None}
    if request.method == "POST" and form.is_valid():
        apply = request.POST.get("apply") == "yes"
        try:
            report = import_products(form.cleaned_data["file"].read(), apply=apply)
        except SheetHasFaults as refusal:
            context["faults"] = refusal.faults
        except Refusal as refusal:
            form.add_error("file", refusal.sentence)
        else:
            if apply:
                said(request, f"Imported: {report.created} products made, {report.updated} changed.")
                return redirect("products")
            context |= {"report": report, "faults": report.faults}
    bad = bool(form.errors or context.get("faults")) and request.method == "POST"
    template = (
        "office/product_import_preview.html" if asks_for_part(request) else "office/product_import.html"
    )
    return render(request, template, context, status=422 if bad else 200)
