"""Related > Setup of a sales channel: shipping methods and carriers, currencies, payment methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from loadbay.api.calls import Call, Page, call
from loadbay.api.fields import Body, Flag, InPath, Text
from loadbay.api.shapes import page_of, parts_of
from loadbay.channels import definition_queries as queries
from loadbay.channels.definition_queries import (
    CodeRow,
    PaymentMethodRow,
    ShippingCarrierRow,
    ShippingMethodRow,
)
from loadbay.channels.definition_rules import COLLECTED_BY, CarrierLine, MethodLine
from loadbay.channels.services import currencies, payment_methods, shipping_carriers, shipping_methods

router = Router(tags=["Definitions"])
_METHODS, _CARRIERS = "/{code}/shipping-methods", "/{code}/shipping-carriers"
_CURRENCIES, _PAYMENTS = "/{code}/currencies", "/{code}/payment-methods"
_Changed = parts_of("DefinitionsChanged", channel=str, changed=list[str])
_Added = parts_of("DefinitionsAdded", channel=str, added=list[str])
_Removed = parts_of("DefinitionRemoved", channel=str, removed=str)
_MOST = 500


class WantedMethod(Body):
    """How a shipping method of Amazon is mapped, whole."""

    external_id: Text = Field(..., examples=["Std UK Dom_1"])
    description: Text = ""
    agent: Text = Field("", description="Code of a shipping agent.", examples=["DPD"])
    service: Text = Field("", description="Code of a service of that agent.")
    behaviour: Text = Field("default", description="default or skip: what becomes of its charge.")
    charge_type: Text = ""
    charge_number: Text = ""
    is_default_for_outgoing: Flag = Field(False, description="What Amazon is told of agent and service.")


class WantedMethods(Body):
    """Shipping methods to be kept; those not named stay."""

    lines: list[WantedMethod] = Field(..., max_length=_MOST)


class WantedCarrier(Body):
    """How a shipping carrier of Amazon is mapped, whole."""

    external_id: Text = Field(..., examples=["DPD"])
    description: Text = ""
    agent: Text = Field("", description="Code of a shipping agent.")
    is_default_for_outgoing: Flag = False


class WantedCarriers(Body):
    """Shipping carriers to be kept; those not named stay."""

    lines: list[WantedCarrier] = Field(..., max_length=_MOST)


class Codes(Body):
    """Amazon's word → the code of our books; those not named stay."""

    codes: dict[Text, Text] = Field(..., max_length=_MOST, examples=[{"EUR": "EUR"}])


class PaymentMethodsWanted(Body):
    """Amazon's word → the code of our books, and → who collects the money; what is not named stays."""

    codes: dict[Text, Text] = Field({}, max_length=_MOST, examples=[{"CashOnDelivery": "COD"}])
    collected_by: dict[Text, Text] = Field(
        {},
        max_length=_MOST,
        description=f"One of {', '.join(COLLECTED_BY)}; counts for documents made from now on.",
        examples=[{"CashOnDelivery": "shop"}],
    )


class OneOfThem(Body):
    """One line of a table, by Amazon's word."""

    external_id: Text


class CarriersToLoad(Body):
    """Which carriers are loaded."""

    all: Flag = Field(False, description="Every carrier that Amazon knows, not only the usual ones.")


@call(router, "get", _METHODS, declared=Call("channels:read", page_of("shipping_methods", ShippingMethodRow)))
def list_methods(request: HttpRequest, code: InPath) -> Page:
    """Shipping methods of a sales channel; what is not mapped stands first"""
    return Page("shipping_methods", queries.shipping_methods(code))


@call(router, "post", f"{_METHODS}/retrieve", declared=Call("channels:write", _Added))
def retrieve_methods(request: HttpRequest, code: InPath) -> dict[str, Any]:
    """Actions > Retrieve Shipping Methods: load Amazon's own; what is there stays as it was set"""
    return _added(code, shipping_methods.retrieve_methods(code))


@call(router, "patch", _METHODS, declared=Call("channels:write", _Changed))
def save_methods(request: HttpRequest, code: InPath, given: WantedMethods) -> dict[str, Any]:
    """Map shipping methods, new or known: all of them, or nothing changes"""
    lines = [MethodLine(**line.model_dump()) for line in given.lines]
    return _changed(code, shipping_methods.save_methods(code, lines))


@call(router, "post", f"{_METHODS}/remove", declared=Call("channels:write", _Removed))
def remove_method(request: HttpRequest, code: InPath, given: OneOfThem) -> dict[str, Any]:
    """Forget a shipping method; the next order that carries it makes its line again"""
    shipping_methods.remove_method(code, given.external_id)
    return _removed(code, given.external_id)


@call(
    router, "get", _CARRIERS, declared=Call("channels:read", page_of("shipping_carriers", ShippingCarrierRow))
)
def list_carriers(request: HttpRequest, code: InPath) -> Page:
    """Shipping carriers of a sales channel, each with its agent"""
    return Page("shipping_carriers", queries.shipping_carriers(code))


@call(router, "post", f"{_CARRIERS}/retrieve", declared=Call("channels:write", _Added))
def retrieve_carriers(request: HttpRequest, code: InPath, given: CarriersToLoad) -> dict[str, Any]:
    """Actions > Retrieve Shipping Carriers: load Amazon's own, each with its agent"""
    load = shipping_carriers.retrieve_all_carriers if given.all else shipping_carriers.retrieve_carriers
    return _added(code, load(code))


@call(router, "post", _CARRIERS, declared=Call("channels:write", _Added, 201, adds=True))
def add_carrier(request: HttpRequest, code: InPath, given: OneOfThem) -> dict[str, Any]:
    """Add one carrier by Amazon's code for it; its agent is linked or made"""
    return _added(code, shipping_carriers.add_carrier(code, given.external_id))


@call(router, "patch", _CARRIERS, declared=Call("channels:write", _Changed))
def save_carriers(request: HttpRequest, code: InPath, given: WantedCarriers) -> dict[str, Any]:
    """Map carriers, new or known, to agents: all of them, or nothing changes"""
    lines = [CarrierLine(**line.model_dump()) for line in given.lines]
    return _changed(code, shipping_carriers.save_carriers(code, lines))


@call(router, "post", f"{_CARRIERS}/remove", declared=Call("channels:write", _Removed))
def remove_carrier(request: HttpRequest, code: InPath, given: OneOfThem) -> dict[str, Any]:
    """Forget a carrier; its agent stays"""
    shipping_carriers.remove_carrier(code, given.external_id)
    return _removed(code, given.external_id)


@call(router, "get", _CURRENCIES, declared=Call("channels:read", page_of("currencies", CodeRow)))
def list_currencies(request: HttpRequest, code: InPath) -> Page:
    """Currencies of a sales channel, each with the code of our books"""
    return Page("currencies", queries.currencies(code))


@call(router, "post", f"{_CURRENCIES}/retrieve", declared=Call("channels:write", _Added))
def retrieve_currencies(request: HttpRequest, code: InPath) -> dict[str, Any]:
    """Actions > Retrieve Currencies: those of the marketplaces in which the seller account has a channel"""
    return _added(code, currencies.retrieve_currencies(code))


@call(router, "patch", _CURRENCIES, declared=Call("channels:write", _Changed))
def save_currencies(request: HttpRequest, code: InPath, given: Codes) -> dict[str, Any]:
    """Map currencies to the codes of our books: all of them, or nothing changes"""
    return _changed(code, currencies.save_currencies(code, given.codes))


@call(router, "post", f"{_CURRENCIES}/remove", declared=Call("channels:write", _Removed))
def remove_currency(request: HttpRequest, code: InPath, given: OneOfThem) -> dict[str, Any]:
    """Forget a currency; orders in it make its line again"""
    currencies.remove_currency(code, given.external_id)
    return _removed(code, given.external_id)


@call(router, "get", _PAYMENTS, declared=Call("channels:read", page_of("payment_methods", PaymentMethodRow)))
def list_payment_methods(request: HttpRequest, code: InPath) -> Page:
    """Payment methods of a sales channel that maps them, with the code of our books and who collects"""
    return Page("payment_methods", queries.payment_methods(code))


@call(router, "patch", _PAYMENTS, declared=Call("channels:write", _Changed))
def save_payment_methods(request: HttpRequest, code: InPath, given: PaymentMethodsWanted) -> dict[str, Any]:
    """Map payment methods and say who collects the money: all of them, or nothing changes"""
    changes = payment_methods.save_payment_methods(code, given.codes, collected_by=given.collected_by)
    return _changed(code, changes)


@call(router, "post", f"{_PAYMENTS}/remove", declared=Call("channels:write", _Removed))
def remove_payment_method(request: HttpRequest, code: InPath, given: OneOfThem) -> dict[str, Any]:
    """Forget a payment method; the next order that was paid by it makes its line again"""
    payment_methods.remove_payment_method(code, given.external_id)
    return _removed(code, given.external_id)


def _changed(code: str, changes: Sequence[str]) -> dict[str, Any]:
    return {"channel": code.upper(), "changed": changes}


def _added(code: str, added: Sequence[str]) -> dict[str, Any]:
    return {"channel": code.upper(), "added": added}


def _removed(code: str, external_id: str) -> dict[str, Any]:
    return {"channel": code.upper(), "removed": external_id}
