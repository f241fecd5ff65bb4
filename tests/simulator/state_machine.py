"""Amazon's states of External Fulfillment as the reference table has them: which status may follow which.

The table stands beside Amazon's models and is not part of this repository; see `amazon_models`.
"""

import json
from functools import cache
from typing import Any

from tests.simulator import amazon_models

PROGRAMMES = {"smartconnect": "seller_flex", "easy_ship": "easy_ship", "self_ship": "self_ship"}
BEGIN = ""
Step = tuple[str, str]


def _file() -> Any:
    return amazon_models.folder().parent / "reference" / "ef_state_machine.json"


def is_here() -> bool:
    return _file().exists()


@cache
def _table() -> dict[str, Any]:
    return json.loads(_file().read_text())


def allowed(programme: str) -> set[Step]:
    """Every single step from one status to the next."""
    found: set[Step] = set()
    for each in _table()["transitions"]:
        names = {name.split()[0] for name in each["programmes"]}
        if PROGRAMMES[programme] in names:
            starts = each["from"] if isinstance(each["from"], list) else [each["from"]]
            for start in starts:
                found |= {(first, to) for first in _starts(start) for to in each["to"].split(" or ")}
    return found


def _starts(start: str | None) -> list[str]:
    if start is None:
        return [BEGIN]
    return _table()["reject_allowed_sample"] if start.startswith("<any") else [start]


def by_amazon(programme: str) -> set[Step]:
    """Steps that come without the seller, and what several of them in a row lead to."""
    own = {step for step in allowed(programme) if step in _of_amazon(programme)}
    while True:
        more = {(a, d) for a, b in own for c, d in own if b == c} - own
        if not more:
            return own
        own |= more


def _of_amazon(programme: str) -> set[Step]:
    found: set[Step] = set()
    for each in _table()["transitions"]:
        names = {name.split()[0] for name in each["programmes"]}
        if each["by"] == "amazon" and PROGRAMMES[programme] in names:
            starts = each["from"] if isinstance(each["from"], list) else [each["from"]]
            found |= {(first, each["to"]) for start in starts for first in _starts(start)}
    return found
