"""Related > Setup > Shipping Templates of a sales channel: what Amazon offers, and asking it again."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from loadbay import wiring
from loadbay.api.calls import Call, Page, call
from loadbay.api.fields import InPath
from loadbay.api.shapes import page_of
from loadbay.channels.queries import channel as channel_card
from loadbay.channels.queries import channel_row
from loadbay.core.clock import SystemClock
from loadbay.listings import readers
from loadbay.listings.template_queries import TemplateRow, shipping_templates
from loadbay.listings.template_rules import Retrieved

router = Router(tags=["Definitions"])
_TEMPLATES = "/{code}/shipping-templates"


@call(router, "get", _TEMPLATES, declared=Call("channels:read", page_of("shipping_templates", TemplateRow)))
def list_templates(request: HttpRequest, code: InPath) -> Page:
    """Shipping templates of a sales channel; one that listings name in vain stands first"""
    return Page("shipping_templates", shipping_templates(code))


@call(router, "post", f"{_TEMPLATES}/retrieve", declared=Call("channels:write", Retrieved))
def retrieve_templates(request: HttpRequest, code: InPath) -> Retrieved:
    """Actions > Retrieve Shipping Templates: ask Amazon which the seller has

    With trouble nothing changes.
    """
    card = channel_card(code)
    desk = wiring.catalogue_desk(channel_row(card.id))
    return readers.retrieve_templates(card.id, desk=desk, clock=SystemClock())
