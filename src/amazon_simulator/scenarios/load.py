"""Turns scenario files into the state of a world: who sells, what the catalogue holds, and a story to tell.

A scenario is a name of a file shipped here or a path, in TOML or JSON. The rule: a file that is not right is
refused with its name and the place in it. What its story may say is in `world.steps`.
"""

import csv
import tomllib
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from amazon_simulator.scenarios.check import ScenarioError, check_sellers, check_story
from amazon_simulator.world.state import Application, Location, Product, Seller, State
from amazon_simulator.world.steps import AnyStep
from amazon_simulator.world.switches import Switches

DEFAULT = "demo"
ENDINGS = (".toml", ".json")
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


class Scenario(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a scenario file. What it does not say it has from the one that it is `like`."""

    title: str
    about: str = ""
    like: str = ""
    catalogue: str = ""
    sellers: list[Seller] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)
    switches: Switches = field(default_factory=Switches)
    story: list[AnyStep] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    holds: list[dict[str, Any]] = field(default_factory=list)


class Troubles(Struct, frozen=True, kw_only=True):
    """What a scenario begins with on the wire, unread: it belongs to the wire, not to the world."""

    faults: list[dict[str, Any]]
    holds: list[dict[str, Any]]


def shipped() -> list[str]:
    """The names of the scenarios that come with the simulator."""
    found = (Path(str(each)) for each in files(__package__).iterdir())
    return sorted(each.stem for each in found if each.suffix in ENDINGS)


def troubles_of(name: str = DEFAULT) -> Troubles:
    """The faults and the holds of a scenario; those it does not name, it has from the one it is like."""
    source = _source(name)
    scenario, base, _ = _read_with_base(source)
    parts = scenario if base is None else base
    return Troubles(faults=scenario.faults or parts.faults, holds=scenario.holds or parts.holds)


def load(name: str = DEFAULT, *, seed: int = 1) -> State:
    source = _source(name)
    scenario, base, base_source = _read_with_base(source)
    state = _state(scenario, base, source=source, base_source=base_source)
    state.seed = seed
    check_sellers(state, source.name)
    check_story(state, source.name)
    return state


def _read_with_base(source: Path) -> tuple[Scenario, Scenario | None, Path]:
    """A scenario, the one that it is like, if any, and where that lies."""
    scenario = _read(source)
    if not scenario.like:
        return scenario, None, source
    base_source = _source(scenario.like, beside=source)
    base = _read(base_source)
    if base.like:
        raise ScenarioError(
            f"The scenario {source.name} is like {base_source.name}, which is like another one: "
            "name the one that has sellers."
        )
    return scenario, base, base_source


def _source(name: str, *, beside: Path | None = None) -> Path:
    if name.endswith(ENDINGS):
        return (beside.parent / name) if beside is not None else Path(name)
    folder = Path(str(files(__package__)))
    for ending in ENDINGS:
        if (folder / f"{name}{ending}").exists():
            return folder / f"{name}{ending}"
    raise ScenarioError(
        f"There is no scenario '{name}'. Shipped are {', '.join(shipped())}; a path ends with .toml or .json."
    )


def _read(source: Path) -> Scenario:
    try:
        content = source.read_bytes()
        if source.suffix == ".toml":
            return msgspec.convert(tomllib.loads(content.decode()), type=Scenario, strict=True)
        return msgspec.json.decode(content, type=Scenario)
    except OSError as error:
        raise ScenarioError(f"The scenario {source} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(f"The scenario {source.name} is not TOML: {error}.") from error
    except msgspec.MsgspecError as error:
        raise ScenarioError(_said(source.name, str(error))) from error


def _said(name: str, text: str) -> str:
    """msgspec ends with the place, as in "- at `$.story[3].lines`"."""
    what, _, place = text.partition(" - at `$")
    where = f" at {place.rstrip('`').lstrip('.')}" if place else ""
    return f"The scenario {name} is not right{where}: {what}."


def _state(scenario: Scenario, base: Scenario | None, *, source: Path, base_source: Path) -> State:
    parts = scenario if base is None else base
    sellers = scenario.sellers or parts.sellers
    applications = scenario.applications or parts.applications
    locations = scenario.locations or parts.locations
    catalogue = source.parent / scenario.catalogue if scenario.catalogue else None
    if catalogue is None and parts.catalogue:
        catalogue = base_source.parent / parts.catalogue
    if not sellers or not applications or catalogue is None:
        raise ScenarioError(
            f"The scenario {source.name} needs sellers, applications and a catalogue, "
            "or a `like` that has them."
        )
    return State(
        sellers={each.id: each for each in sellers},
        applications={each.client_id: each for each in applications},
        locations={each.id: each for each in locations},
        products={each.asin: each for each in read_catalogue(catalogue)},
        switches=scenario.switches,
        story=list(scenario.story),
    )


def read_catalogue(path: Path) -> list[Product]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return [_product(path, number, row) for number, row in enumerate(csv.DictReader(lines), start=2)]
    except OSError as error:
        raise ScenarioError(f"The catalogue {path} cannot be read: {error.strerror}.") from error


def _product(path: Path, line: int, row: dict[str, str]) -> Product:
    try:
        given: dict[str, Any] = {name: row[name] for name in _TEXTS}
        given |= {name: Decimal(row[name]) for name in _NUMBERS}
        return Product(is_hazmat=row["is_hazmat"] == "yes", **given)
    except (KeyError, InvalidOperation) as error:
        raise ScenarioError(f"{path.name}, line {line}: {error!r}.") from error
