"""The seller of the tests' shop in the pretend Amazon, and the shipping templates he has there."""

from __future__ import annotations

from loadbay.channels.models import Connection
from tests.contracts.stages import Simulator

STANDARD = {"id": "9f-1", "name": "Standard delivery"}
HEAVY = {"id": "9f-2", "name": "Heavy goods"}


def own_seller(amazon: Simulator) -> None:
    """Opens the account, and leads every connection there."""
    open_own_seller(amazon)
    tokens = f"{amazon.address}/auth/o2/token"
    Connection.objects.update(endpoint=amazon.address, token_endpoint=tokens)


def open_own_seller(amazon: Simulator) -> None:
    """An account with two templates that lets our program in."""
    amazon.post("/simulator/sellers", {"id": "A2SELLER", "name": "Ours", "marketplaces": ["GB"]})
    application = {
        "client_id": "client",
        "client_secret": "not-a-real-one",
        "roles": ["Product Listing"],
        "authorise": {"Atzr|none": "A2SELLER"},
        "grantless_scopes": [],
    }
    amazon.post("/simulator/applications", application)
    has(amazon, STANDARD, HEAVY)


def has(amazon: Simulator, *templates: dict[str, str]) -> None:
    """The seller has these templates from now on."""
    answer = amazon.control.patch("/simulator/sellers/A2SELLER", json={"templates": templates})
    assert answer.status_code == 200, answer.text
