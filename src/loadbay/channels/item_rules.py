"""What a code of a channel may be mapped to: a product, or an account, resource or charge of our books. Pure.

A code is a SKU, an ASIN or the name of a charge. What is no product needs no stock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from loadbay.channels.definition_rules import CHARGE_TYPES, LONGEST_ID, LONGEST_NUMBER, DefinitionNotUsable

SKU, ASIN, CHARGE = "sku", "asin", "charge"
CODE_TYPES: Mapping[str, str] = {SKU: "SKU", ASIN: "ASIN", CHARGE: "Charge name"}
ITEM = "item"
KINDS: Mapping[str, str] = CHARGE_TYPES
GIFT_WRAP, OTHER = "GIFT_WRAP", "OTHER"
CHARGE_NAMES: Mapping[str, str] = {GIFT_WRAP: "Gift wrap", OTHER: "Other charges"}
"""The charges an order can carry; shipping is posted by its shipping method."""
LONGEST_SKU = 40


@dataclass(frozen=True)
class ItemLine:
    """A line of *Items* as it is to be kept; `number` is a product's SKU for the kind item."""

    code_type: str
    external_id: str
    kind: str = ""
    number: str = ""

    @property
    def name(self) -> str:
        return f"{CODE_TYPES.get(self.code_type, self.code_type)} {self.external_id}"


@dataclass(frozen=True)
class Target:
    """What a mapped code is: a product, or where its line is posted."""

    product_id: int | None = None
    kind: str = ITEM
    number: str = ""


def item_key(code_type: str, external_id: str) -> str:
    """How an order that waits for a code keeps it: codes are compared as they are written."""
    return f"item:{external_id}" if code_type == SKU else f"item:{code_type}:{external_id}"


def check_code(line: ItemLine) -> ItemLine:
    """The line as it is kept. Raises `DefinitionNotUsable` for a code that no order can carry."""
    code_type, external_id = line.code_type.strip().lower(), line.external_id.strip()
    if code_type not in CODE_TYPES:
        raise DefinitionNotUsable(
            line.external_id,
            "code_type",
            f"Code type {line.code_type[:20]!r} of item {line.external_id[:60]} is not known. Use "
            f"{', '.join(CODE_TYPES)}.",
        )
    if not external_id or len(external_id) > LONGEST_ID or not external_id.isprintable():
        raise DefinitionNotUsable(
            line.external_id,
            "external_id",
            f"An item needs an External Code of 1 to {LONGEST_ID} characters.",
        )
    if code_type == CHARGE and external_id.upper() not in CHARGE_NAMES:
        raise DefinitionNotUsable(
            external_id,
            "external_id",
            f"No order carries a charge called {external_id}. The charges are {', '.join(CHARGE_NAMES)}; "
            "shipping is posted by its shipping method.",
        )
    external_id = external_id if code_type == SKU else external_id.upper()
    return ItemLine(code_type, external_id, line.kind.strip().lower(), line.number.strip())


def check_item(line: ItemLine, *, products: Collection[str]) -> None:
    """A checked code that a person maps. `products`: those of the named SKUs that are products."""
    if not line.kind:
        if line.number:
            raise DefinitionNotUsable(
                line.external_id,
                "kind",
                f"{line.name} has No. {line.number} but no type. Choose what {line.number} is.",
            )
        return
    if line.kind not in KINDS:
        known = ", ".join(f"{code} ({words})" for code, words in KINDS.items())
        raise DefinitionNotUsable(
            line.external_id, "kind", f"Type {line.kind[:20]!r} of {line.name} is not known. Use {known}."
        )
    if line.kind == ITEM:
        if line.number not in products:
            raise DefinitionNotUsable(
                line.external_id,
                "number",
                f"{line.number[:60] or 'An empty No.'} of {line.name} is no product. Give the SKU of one "
                "that is here, or add it first.",
            )
    elif not line.number or len(line.number) > LONGEST_NUMBER:
        raise DefinitionNotUsable(
            line.external_id,
            "number",
            f"{line.name} needs the No. of its {KINDS[line.kind]}, 1 to {LONGEST_NUMBER} characters.",
        )
