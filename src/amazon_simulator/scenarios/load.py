"""Turns scenario files into the state of a world: sellers, applications, locations as JSON, products as CSV.

A scenario is a name of a file shipped here or a path. The rule: a file that cannot be read is refused with
its name and the line.
"""

import csv
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from amazon_simulator.world.state import Application, Location, Product, Seller, State

DEFAULT = "demo"
_TEXTS = (
    "asin",
    "ean",
    "brand",
    "title",
    "product_type",
    "browse_node",
    "origin",
    "gate",
    "colour",
    "model_number",
)
_NUMBERS = ("length", "width", "height", "weight")


class ScenarioError(Exception):
    """A scenario file that cannot be used, and why."""


class Scenario(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a scenario file."""

    title: str
    catalogue: str
    sellers: list[Seller]
    applications: list[Application]
    locations: list[Location] = field(default_factory=list)


def load(name: str = DEFAULT, *, seed: int = 1) -> State:
    source = Path(name) if name.endswith(".json") else Path(str(files(__package__) / f"{name}.json"))
    try:
        scenario = msgspec.json.decode(source.read_bytes(), type=Scenario)
    except OSError as error:
        raise ScenarioError(f"The scenario {name} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise ScenarioError(f"The scenario {source.name} is not right: {error}.") from error
    return State(
        seed=seed,
        sellers={each.id: each for each in scenario.sellers},
        applications={each.client_id: each for each in scenario.applications},
        locations={each.id: each for each in scenario.locations},
        products={each.asin: each for each in read_catalogue(source.parent / scenario.catalogue)},
    )


def read_catalogue(path: Path) -> list[Product]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [_product(path, number, row) for number, row in enumerate(csv.DictReader(lines), start=2)]


def _product(path: Path, line: int, row: dict[str, str]) -> Product:
    try:
        given: dict[str, Any] = {name: row[name] for name in _TEXTS}
        given |= {name: Decimal(row[name]) for name in _NUMBERS}
        return Product(is_hazmat=row["is_hazmat"] == "yes", **given)
    except (KeyError, InvalidOperation) as error:
        raise ScenarioError(f"{path.name}, line {line}: {error!r}.") from error
