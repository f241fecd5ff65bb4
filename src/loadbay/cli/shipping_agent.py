"""`loadbay shipping-agent`: who carries parcels, as our books know them, and their services."""

from __future__ import annotations

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.parties import queries, services


@click.group("shipping-agent", cls=ShopGroup)
def shipping_agent() -> None:
    """Shipping agents: list, add, rename, and their services."""


@shipping_agent.command("list")
def list_() -> Answer:
    """Every shipping agent with its services."""
    cards = queries.agent_cards()
    cells = [[card.code, card.name, ", ".join(code for code, _ in card.services)] for card in cards]
    empty = "No shipping agent yet. Add one: loadbay shipping-agent add CODE NAME"
    return Answer(cards, table(["code", "name", "services"], cells) if cards else empty)


@shipping_agent.command("add")
@click.argument("code")
@click.argument("name")
def add(code: str, name: str) -> Answer:
    """Add an agent; its code has at most 10 characters and stays for good."""
    kept = services.add_agent(code, name)
    return Answer(queries.agent_card(kept), f"Shipping agent {kept} is there.")


@shipping_agent.command("rename")
@click.argument("code")
@click.argument("name")
def rename(code: str, name: str) -> Answer:
    """Give an agent another name."""
    services.rename_agent(code, name)
    card = queries.agent_card(code)
    return Answer(card, f"{card.code} is called {card.name}.")


@shipping_agent.command("add-service")
@click.argument("agent")
@click.argument("code")
@click.argument("name")
def add_service(agent: str, code: str, name: str) -> Answer:
    """Add a service of an agent."""
    kept = services.add_service(agent, code, name)
    card = queries.agent_card(agent)
    return Answer(card, f"{card.code} has the service {kept}.")


@shipping_agent.command("rename-service")
@click.argument("agent")
@click.argument("code")
@click.argument("name")
def rename_service(agent: str, code: str, name: str) -> Answer:
    """Give a service another name."""
    services.rename_service(agent, code, name)
    return Answer(queries.agent_card(agent), f"Service {code.upper()} is called {name}.")


@shipping_agent.command("remove-service")
@click.argument("agent")
@click.argument("code")
def remove_service(agent: str, code: str) -> Answer:
    """Remove a service that no shipping method and no sale names."""
    services.remove_service(agent, code)
    return Answer(queries.agent_card(agent), f"Service {code.upper()} is removed.")
