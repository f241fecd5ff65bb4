"""Shipping agents, as our books know them, and their services."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Router

from loadbay.api.calls import Call, Page, call
from loadbay.api.fields import Body, InPath, Text
from loadbay.api.shapes import page_of
from loadbay.parties import queries, services
from loadbay.parties.queries import AgentCard

router = Router(tags=["Shipping agents"])


class Called(Body):
    """What an agent or a service is called."""

    name: Text = Field(..., examples=["Next day"])


class NewNamed(Called):
    """An agent or a service to be; its code stays for good."""

    code: Text = Field(..., description="At most 10 characters.", examples=["DPD"])


@call(router, "get", "", declared=Call("channels:read", page_of("shipping_agents", AgentCard)))
def agents(request: HttpRequest) -> Page:
    """Every shipping agent with its services"""
    return Page("shipping_agents", queries.agent_cards())


@call(router, "post", "", declared=Call("channels:write", AgentCard, 201, adds=True))
def add(request: HttpRequest, given: NewNamed) -> AgentCard:
    """Add a shipping agent"""
    return queries.agent_card(services.add_agent(given.code, given.name))


@call(router, "get", "/{agent}", declared=Call("channels:read", AgentCard))
def agent_card(request: HttpRequest, agent: InPath) -> AgentCard:
    """One shipping agent with its services"""
    return queries.agent_card(agent)


@call(router, "patch", "/{agent}", declared=Call("channels:write", AgentCard))
def rename(request: HttpRequest, agent: InPath, given: Called) -> AgentCard:
    """Give a shipping agent another name"""
    services.rename_agent(agent, given.name)
    return queries.agent_card(agent)


@call(router, "post", "/{agent}/services", declared=Call("channels:write", AgentCard, 201, adds=True))
def add_service(request: HttpRequest, agent: InPath, given: NewNamed) -> AgentCard:
    """Add a service of a shipping agent"""
    services.add_service(agent, given.code, given.name)
    return queries.agent_card(agent)


@call(router, "patch", "/{agent}/services/{service}", declared=Call("channels:write", AgentCard))
def rename_service(request: HttpRequest, agent: InPath, service: InPath, given: Called) -> AgentCard:
    """Give a service another name"""
    services.rename_service(agent, service, given.name)
    return queries.agent_card(agent)


@call(router, "delete", "/{agent}/services/{service}", declared=Call("channels:write", AgentCard))
def remove_service(request: HttpRequest, agent: InPath, service: InPath) -> AgentCard:
    """Remove a service that no shipping method and no sale names"""
    services.remove_service(agent, service)
    return queries.agent_card(agent)
