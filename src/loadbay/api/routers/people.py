"""Administration: people who sign in, and API tokens of programs."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router

from loadbay.api.access import known_of
from loadbay.api.calls import Call, Page, call
from loadbay.api.fields import Body, Figure, InPath, Search, Secret, Text
from loadbay.api.shapes import page_of, parts_of
from loadbay.core.clock import SystemClock
from loadbay.people import queries, services, token_queries, tokens
from loadbay.people.queries import Person
from loadbay.people.token_queries import Use
from loadbay.people.token_rules import SCOPES, Token, check_scope, check_scopes
from loadbay.people.tokens import MadeToken

router = Router(tags=["People"])
tokens_router = Router(tags=["API tokens"])
_Role = Annotated[
    str, Field(max_length=40, description="packer, manager or administrator.", examples=["packer"])
]


class NewPerson(Body):
    """Somebody who may sign in."""

    username: Text = Field(..., examples=["ann"])
    role: _Role
    password: Secret = Field(..., description="At least ten characters, nothing common.")
    first_name: Annotated[str, Field(max_length=80)] = ""
    last_name: Annotated[str, Field(max_length=80)] = ""


class NewRole(Body):
    """What somebody may do from now on."""

    role: _Role


class NewPassword(Body):
    """A password in place of the one that was."""

    password: Secret


class NewToken(Body):
    """An API token for a program; it can be given no scope that the caller has not."""

    name: Text = Field(..., description="After the program that uses it.", examples=["web-shop"])
    scopes: list[Text] = Field(
        ..., max_length=50, description=f"Of: {', '.join(SCOPES)}.", examples=[["stock:read"]]
    )
    days: Figure | None = Field(None, description="How long it works; until it is revoked when left out.")


@call(router, "get", "", declared=Call("admin:read", page_of("people", Person)))
def people(request: HttpRequest) -> Page:
    """Everybody, those who can sign in first"""
    return Page("people", queries.people())


@call(router, "post", "", declared=Call("admin:write", Person, 201, adds=True))
def add(request: HttpRequest, given: NewPerson) -> Person:
    """Let somebody sign in from now on"""
    return services.add_person(**given.model_dump())


@call(router, "get", "/{username}", declared=Call("admin:read", Person))
def person(request: HttpRequest, username: InPath) -> Person:
    """One person"""
    return queries.person(username)


@call(router, "put", "/{username}/role", declared=Call("admin:write", Person))
def set_role(request: HttpRequest, username: InPath, given: NewRole) -> Person:
    """Give somebody another role"""
    return services.set_role(username, role=given.role)


@call(router, "put", "/{username}/password", declared=Call("admin:write", Person))
def set_password(request: HttpRequest, username: InPath, given: NewPassword) -> Person:
    """Set somebody's password; every session of theirs ends"""
    return services.set_password(username, password=given.password)


@call(router, "post", "/{username}/let-go", declared=Call("admin:write", Person))
def let_go(request: HttpRequest, username: InPath) -> Person:
    """Let somebody sign in no longer; what they did stays in their name"""
    return services.let_go(username)


@call(router, "post", "/{username}/take-back", declared=Call("admin:write", Person))
def take_back(request: HttpRequest, username: InPath) -> Person:
    """Let somebody who was let go sign in again"""
    return services.take_back(username)


@call(tokens_router, "get", "", declared=Call("admin:read", page_of("tokens", Token)))
def list_tokens(request: HttpRequest, search: Search = "") -> Page:
    """Every API token: what it may do, when it was used last; never its secret"""
    return Page("tokens", token_queries.tokens(search))


@call(tokens_router, "post", "", declared=Call("admin:write", MadeToken, 201))
def add_token(request: HttpRequest, given: NewToken) -> MadeToken:
    """Make an API token; its secret is in this answer and nowhere else

    There is no Idempotency-Key here, because an answer that is kept would keep the secret.
    """
    for scope in check_scopes(given.scopes):
        check_scope(known_of(request).token, scope)
    return tokens.add_token(given.name, scopes=given.scopes, days=given.days, now=SystemClock().now())


@call(
    tokens_router,
    "get",
    "/{name}",
    declared=Call("admin:read", parts_of("TokenCard", token=Token, uses=list[Use])),
)
def token(request: HttpRequest, name: InPath) -> dict[str, Any]:
    """One API token, and what it was used for"""
    return {"token": token_queries.token(name), "uses": token_queries.uses(name)}


@call(tokens_router, "post", "/{name}/revoke", declared=Call("admin:write", Token))
def revoke_token(request: HttpRequest, name: InPath) -> Token:
    """Let an API token work no longer, from this moment on"""
    return tokens.revoke_token(name, now=SystemClock().now())
