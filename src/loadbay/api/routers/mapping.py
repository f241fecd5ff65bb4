"""Related > Setup of a sales channel: items, customers, tax and locations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from loadbay.api.calls import Call, Page, call, number_key, page
from loadbay.api.fields import After, Body, Flag, InPath, Limit, Search, Text
from loadbay.api.shapes import page_of, parts_of
from loadbay.channels import mapping_queries, queries
from loadbay.channels.customer_rules import BehaviourLine
from loadbay.channels.definition_rules import TaxLine
from loadbay.channels.item_rules import ItemLine
from loadbay.channels.mapping_queries import BuyerRow, ItemRow
from loadbay.channels.queries import RoomOfChannel
from loadbay.channels.services.customers import forget_buyer, pick_customer, save_behaviours
from loadbay.channels.services.items import remove_items, save_items
from loadbay.channels.services.taxes import save_tax

router = Router(tags=["Mapping"])
_ITEMS, _BUYERS = "/{code}/items", "/{code}/buyers"
_BEHAVIOUR, _TAX = "/{code}/customer-behaviour", "/{code}/tax"
_Changed = parts_of("MappingChanged", channel=str, changed=list[str])
_Picked = parts_of("BuyerPicked", channel=str, identity=str, customer=str)
_MOST = 500


class ItemCode(Body):
    """A code as Amazon writes it."""

    code_type: Text = Field("sku", description="sku, asin or charge (GIFT_WRAP, OTHER).")
    external_id: Text = Field(..., examples=["RUG-02"])


class WantedItem(ItemCode):
    """What a code is in our books; one without a type is not mapped."""

    kind: Text = Field("", description="item, account, resource or charge.", examples=["item"])
    number: Text = Field("", description="SKU of the product, or number of the account, resource or charge.")


class WantedItems(Body):
    """Codes to be kept; those not named stay."""

    lines: list[WantedItem] = Field(..., max_length=_MOST)


class GoneItems(Body):
    """Codes to be forgotten."""

    lines: list[ItemCode] = Field(..., max_length=_MOST)


class WantedBehaviour(Body):
    """What is done with new customers, or with guests, whole; the template counts for auto_create."""

    buyer: Text = Field(..., description="new or guest.", examples=["new"])
    behaviour: Text = Field(..., description="auto_create, sales_channel or manual.", examples=["manual"])
    customer: Text = Field("", description="sales_channel: a customer's code; empty for the placeholder.")
    code_pattern: Text = Field("", description="auto_create.", examples=["{channel}-{number}"])
    currency: Text = Field("", description="Currency Code of each customer that is made.")
    tax_area: Text = Field("", description="Tax Area Code of each customer that is made.")
    payment_terms: Text = Field("", description="Payment Terms Code of each customer that is made.")
    dimension_1: Text = ""
    dimension_2: Text = ""


class WantedBehaviours(Body):
    """Of new customers, guests or both; one that is not named stays."""

    lines: list[WantedBehaviour] = Field(..., max_length=2)


class OneBuyer(Body):
    """A buyer as the list names him."""

    identity: Text = Field(..., examples=["order:026-1234567-1234567"])


class Pick(OneBuyer):
    """Who a buyer is."""

    customer: Text = Field(..., description="Code of a customer.", examples=["C-100"])


class WantedTax(Body):
    """How sales show tax, whole."""

    shown: Text = Field(..., description="lines or one_line.", examples=["lines"])
    account: Text = Field("", description="one_line: the G/L Account that it is posted to.")
    leaves_out_collected: Flag = Field(False, description="Leave out tax that the marketplace collected.")


@call(router, "get", _ITEMS, declared=Call("channels:read", page_of("items", ItemRow)))
def items(
    request: HttpRequest, code: InPath, search: Search = "", after: After = "", limit: Limit = 50
) -> Page:
    """Codes of a sales channel and what each of them is, those that nobody mapped too"""
    key = number_key(after)
    rows = mapping_queries.items_page(code, search=search, after=key, limit=limit + 1)
    return page("items", rows, limit=limit, key="id")


@call(router, "patch", _ITEMS, declared=Call("channels:write", _Changed))
def map_items(request: HttpRequest, code: InPath, given: WantedItems) -> dict[str, Any]:
    """Say what codes are: all of them, or nothing changes; orders that waited for one go on"""
    return _changed(code, save_items(code, [ItemLine(**line.model_dump()) for line in given.lines]))


@call(router, "post", f"{_ITEMS}/remove", declared=Call("channels:write", _Changed))
def unmap_items(request: HttpRequest, code: InPath, given: GoneItems) -> dict[str, Any]:
    """Forget codes; listing, SKU and barcode count for them again"""
    return _changed(code, remove_items(code, [ItemLine(**line.model_dump()) for line in given.lines]))


@call(
    router,
    "get",
    _BEHAVIOUR,
    declared=Call("channels:read", parts_of("CustomerBehaviours", lines=list[BehaviourLine])),
)
def behaviours(request: HttpRequest, code: InPath) -> dict[str, Any]:
    """What is done with new customers and with guests, with the template of those that are made"""
    return {"lines": mapping_queries.behaviours(code)}


@call(router, "patch", _BEHAVIOUR, declared=Call("channels:write", _Changed))
def change_behaviours(request: HttpRequest, code: InPath, given: WantedBehaviours) -> dict[str, Any]:
    """Change it: both or neither; orders that waited for a pick are looked at anew"""
    lines = [BehaviourLine(**line.model_dump()) for line in given.lines]
    return _changed(code, save_behaviours(code, lines))


@call(router, "get", _BUYERS, declared=Call("channels:read", page_of("buyers", BuyerRow)))
def buyers(request: HttpRequest, code: InPath) -> Page:
    """Buyers whose customer a person picks, those who wait first; who they are is not told"""
    return Page("buyers", mapping_queries.buyers(code))


@call(router, "post", f"{_BUYERS}/pick", declared=Call("channels:write", _Picked))
def pick(request: HttpRequest, code: InPath, given: Pick) -> dict[str, Any]:
    """Say which customer a buyer is: his waiting orders go on"""
    pick_customer(code, given.identity, given.customer)
    return {
        "channel": code.upper(),
        "identity": given.identity.strip(),
        "customer": given.customer.strip().upper(),
    }


@call(router, "post", f"{_BUYERS}/forget", declared=Call("channels:write", _Picked))
def forget(request: HttpRequest, code: InPath, given: OneBuyer) -> dict[str, Any]:
    """Forget a pick: the next order of that buyer is asked about again; sales keep their customer"""
    forget_buyer(code, given.identity)
    return {"channel": code.upper(), "identity": given.identity.strip(), "customer": ""}


@call(router, "get", _TAX, declared=Call("channels:read", TaxLine))
def tax(request: HttpRequest, code: InPath) -> TaxLine:
    """How the sales of a channel show tax"""
    return mapping_queries.tax(code)


@call(router, "put", _TAX, declared=Call("channels:write", _Changed))
def change_tax(request: HttpRequest, code: InPath, given: WantedTax) -> dict[str, Any]:
    """Change how sales show tax; those that are built keep theirs"""
    return _changed(code, save_tax(code, TaxLine(**given.model_dump())))


@call(router, "get", "/{code}/locations", declared=Call("channels:read", page_of("locations", RoomOfChannel)))
def locations(request: HttpRequest, code: InPath) -> Page:
    """Amazon's location of each stock room, in the order in which goods are promised"""
    return Page("locations", queries.channel(code).rooms)


def _changed(code: str, changes: Sequence[str]) -> dict[str, Any]:
    return {"channel": code.upper(), "changed": changes}
