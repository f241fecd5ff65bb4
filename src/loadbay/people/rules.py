"""Which role may do what. One table; screens and services ask `may`."""

from __future__ import annotations

from enum import Enum


class Right(Enum):
    PACK = "pack"
    COMPLETE = "complete"
    SEE_OFFICE = "see_office"
    CHANGE_PRODUCTS = "change_products"
    MOVE_STOCK = "move_stock"
    CHANGE_LISTINGS = "change_listings"
    DECIDE_TASKS = "decide_tasks"
    SEE_BUYERS = "see_buyers"
    CHANGE_CHANNELS = "change_channels"
    CHANGE_PRINTERS = "change_printers"
    CHANGE_BOXES = "change_boxes"
    KEEP_LEDGER = "keep_ledger"
    CHANGE_CONNECTIONS = "change_connections"
    CHANGE_PEOPLE = "change_people"
    CHANGE_TOKENS = "change_tokens"


_PACKER = frozenset({Right.PACK, Right.COMPLETE})
_MANAGER = _PACKER | {
    Right.SEE_OFFICE,
    Right.CHANGE_PRODUCTS,
    Right.MOVE_STOCK,
    Right.CHANGE_LISTINGS,
    Right.DECIDE_TASKS,
    Right.SEE_BUYERS,
    Right.CHANGE_CHANNELS,
    Right.CHANGE_PRINTERS,
    Right.CHANGE_BOXES,
    Right.KEEP_LEDGER,
}
PACKER, MANAGER, ADMINISTRATOR = "packer", "manager", "administrator"
ROLE_NAMES = {PACKER: "Packer", MANAGER: "Shop manager", ADMINISTRATOR: "Administrator"}
RIGHTS: dict[str, frozenset[Right]] = {
    PACKER: _PACKER,
    MANAGER: _MANAGER,
    ADMINISTRATOR: frozenset(Right),
}


def may(role: str, right: Right) -> bool:
    return right in RIGHTS.get(role, frozenset())


def roles_with(right: Right) -> tuple[str, ...]:
    """The names of the roles that may, for the sentence that says whom to ask."""
    return tuple(ROLE_NAMES[role] for role, rights in RIGHTS.items() if right in rights)
