"""Retail prices per customer category: Product Info > Financial > Retail prices."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from loadbay.api.calls import Call, Page, call
from loadbay.api.fields import Body, Sku, Text
from loadbay.api.shapes import page_of, parts_of
from loadbay.catalogue import queries, services
from loadbay.catalogue.queries import PriceLine
from loadbay.catalogue.services import PriceSet

router = Router(tags=["Retail prices"])
_Category = Annotated[str, Field(max_length=100, description="Customer category.", examples=["Amazon"])]
_Currency = Annotated[str, Field(max_length=10, description="Three letters.", examples=["GBP"])]


class NewPrice(Body):
    """A price, tax included, from a day on."""

    sku: Sku
    category: _Category
    amount: Text = Field(..., description="Tax included.", examples=["12.99"])
    currency: _Currency
    valid_from: date | None = Field(None, description="First day, in UTC; today when left out.")


class LastDay(Body):
    """The day on which a price is valid for the last time."""

    sku: Sku
    category: _Category
    currency: _Currency
    last_day: date


@call(router, "get", "", declared=Call("products:read", page_of("prices", PriceLine)))
def prices(request: HttpRequest, sku: Annotated[str, Query(max_length=100)]) -> Page:
    """The retail prices of a product"""
    return Page("prices", queries.product_card(sku).prices)


@call(router, "post", "", declared=Call("products:write", PriceSet, adds=True))
def set_price(request: HttpRequest, given: NewPrice) -> PriceSet:
    """Set the price of a product for a customer category from a day on"""
    return services.set_price(**given.model_dump())


@call(
    router,
    "post",
    "/end",
    declared=Call("products:write", parts_of("PriceEnded", sku=str, category=str, last_day=date)),
)
def end_price(request: HttpRequest, given: LastDay) -> dict[str, Any]:
    """Say on which day a price is valid for the last time"""
    services.end_price(**given.model_dump())
    return {"sku": given.sku, "category": given.category, "last_day": given.last_day}
