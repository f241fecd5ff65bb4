"""Connections: seller accounts. Their secrets go in and never come out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from loadbay import wiring
from loadbay.api.calls import Call, Page, call
from loadbay.api.fields import Body, InPath, Secret, Text
from loadbay.api.shapes import page_of, parts_of
from loadbay.channels import checks, queries, services
from loadbay.channels.checks import Finding
from loadbay.channels.queries import ConnectionCard
from loadbay.core.clock import SystemClock
from loadbay.core.errors import WrongInput

router = Router(tags=["Connections"])


class NewConnection(Body):
    """A seller account."""

    name: Text = Field(..., min_length=1, examples=["UK-seller"])
    region: Text = Field(..., description="eu, na or fe.", examples=["eu"])
    seller_id: Text = Field(..., description="Merchant token, from Seller Central.")
    client_id: Text = Field(..., description="LWA client id of the application.")
    client_secret: Secret
    refresh_token: Secret
    endpoint: Text = Field("", description="Another address than Amazon's for the region.")
    token_endpoint: Text = Field("", description="Another address than Amazon's for signing in.")


class NewSecrets(Body):
    """A new client secret, a new refresh token, or both."""

    client_secret: Secret = ""
    refresh_token: Secret = ""


class TestWanted(Body):
    """Where a connection is tried."""

    marketplace: Text = Field("", description="Country code; that of its channels when left out.")


@call(router, "get", "", declared=Call("channels:read", page_of("connections", ConnectionCard)))
def connections(request: HttpRequest) -> Page:
    """Every connection and whether it works"""
    return Page("connections", queries.connections())


@call(router, "post", "", declared=Call("admin:write", ConnectionCard, 201, adds=True))
def add(request: HttpRequest, given: NewConnection) -> ConnectionCard:
    """Add a connection; its secrets are stored encrypted and never shown again"""
    made = services.add_connection(services.NewConnection(**given.model_dump()))
    return queries.connection(made.name)


@call(router, "post", "/{path:name}/secrets", declared=Call("admin:write", ConnectionCard))
def change_secrets(request: HttpRequest, name: InPath, given: NewSecrets) -> ConnectionCard:
    """Give a connection new secrets; a stopped one goes on"""
    if not (given.client_secret.strip() or given.refresh_token.strip()):
        raise WrongInput("Give the new client secret, the new refresh token, or both.")
    services.change_secrets(name, now=SystemClock().now(), **given.model_dump())
    return queries.connection(name)


@call(
    router,
    "post",
    "/{path:name}/test",
    declared=Call("channels:write", parts_of("Tested", connection=str, works=bool, findings=list[Finding])),
)
def try_connection(request: HttpRequest, name: InPath, given: TestWanted) -> dict[str, Any]:
    """Try every feature of a connection and name in words what does not work"""
    card = queries.connection(name)
    target = checks.target_of(card, given.marketplace)
    findings = checks.test_connection(wiring.account_desk(queries.connection_row(card.id)), target=target)
    works = all(finding.works for finding in findings)
    if works:
        services.resume_connection(card.id)
    return {"connection": card.name, "works": works, "findings": findings}


@call(router, "get", "/{path:name}", declared=Call("channels:read", ConnectionCard))
def connection(request: HttpRequest, name: InPath) -> ConnectionCard:
    """One connection"""
    return queries.connection(name)
