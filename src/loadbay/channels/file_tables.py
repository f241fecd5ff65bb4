"""The tables of a definitions file: their columns, what tells two rows apart, how a row is kept. Pure.

Rule: a row means here what it means on its screen; each table's own rules read it. To add a table: its line
in `TABLES`, its rows in `file_queries`, and how it is kept in `services/applying`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from loadbay.channels import action_rules, matrix_rules, setting_rules
from loadbay.channels.customer_rules import BehaviourLine, tidied_behaviour
from loadbay.channels.definition_rules import (
    CarrierLine,
    MethodLine,
    TaxLine,
    check_collected_by,
    check_currency,
    check_external_id,
    key_of,
    tidied_carrier,
    tidied_method,
)
from loadbay.channels.item_rules import ItemLine, check_code
from loadbay.channels.tax_rules import check_tax

Value = str | bool | None
Row = Mapping[str, Value]
Key = tuple[str, ...]

TEXT, YES_NO = "text", "yes or no"


@dataclass(frozen=True)
class Column:
    """One field of a row. `start` is what a row without it says; null is allowed where that is null."""

    name: str
    kind: str = TEXT
    start: Value = ""
    is_key: bool = False
    """It tells two rows apart."""
    is_needed: bool = False


@dataclass(frozen=True)
class FileTable:
    """One table of the file. A table of one row is an object; the others are lists of objects."""

    name: str
    words: str
    columns: tuple[Column, ...]
    tidied: Callable[[Row], Row]
    """The row as it is kept. Raises a refusal that names the column."""
    key_of: Callable[[Row], Key]
    """What no two rows of the table may share."""
    is_one_row: bool = False
    stays: bool = False
    """It is shown and compared; applying the file leaves it as it is."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def name_of(self, row: Row) -> str:
        """What people call the row."""
        keys = [row[column.name] for column in self.columns if column.is_key and column.name in row]
        return " × ".join(shown(key) for key in keys if key != "") or self.words


def shown(value: Value) -> str:
    """A value as people read it."""
    if value is None:
        return "any"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def _text(row: Row, name: str) -> str:
    return str(row.get(name) or "")


def _called(row: Row) -> Key:
    """Spelling variants are one."""
    return (key_of(_text(row, "external_id")),)


def _all_of(*names: str) -> Callable[[Row], Key]:
    return lambda row: tuple(repr(row.get(name)) for name in names)


def _method(row: Row) -> Row:
    return asdict(tidied_method(MethodLine(**row)))  # type: ignore[arg-type]


def _carrier(row: Row) -> Row:
    return asdict(tidied_carrier(CarrierLine(**row)))  # type: ignore[arg-type]


def _payment(row: Row) -> Row:
    name = check_external_id(_text(row, "external_id"), what="payment method")
    return {
        "external_id": name,
        "code": _text(row, "code").strip().upper(),
        "collected_by": check_collected_by(name, _text(row, "collected_by")),
    }


def _currency(row: Row) -> Row:
    theirs, ours = check_currency(_text(row, "external_id"), _text(row, "code"))
    return {"external_id": theirs, "code": ours}


def _matrix(row: Row) -> Row:
    (line,) = matrix_rules.read_lines([row])
    return dict(zip(matrix_rules.FIELDS, matrix_rules.as_data(line), strict=True))  # type: ignore[arg-type]


def _action(row: Row) -> Row:
    """The address is told without its query, which may be a secret, and no secret is told at all."""
    implied = action_rules.read_status(_text(row, "implied_status"))
    kind = action_rules.read_kind(_text(row, "kind"))
    url = _text(row, "url").strip() if kind is action_rules.ActionKind.WEBHOOK else ""
    return {
        "implied_status": implied.value,
        "kind": kind.value,
        "text": _text(row, "text").strip(),
        "url": plain_url(url),
        "has_query": bool(row.get("has_query")) or plain_url(url) != url,
    }


def plain_url(url: str) -> str:
    """The address without its query; one that is no address is left for its own check."""
    try:
        return action_rules.shown_url(url)
    except ValueError:
        return url


def _customers(row: Row) -> Row:
    kept = asdict(tidied_behaviour(BehaviourLine(**row)))  # type: ignore[arg-type]
    return {name: kept[name] for name in row}


def _item(row: Row) -> Row:
    return asdict(check_code(ItemLine(**row)))  # type: ignore[arg-type]


def _tax(row: Row) -> Row:
    return asdict(check_tax(TaxLine(**row)))  # type: ignore[arg-type]


def _settings(row: Row) -> Row:
    kept: dict[str, Value] = dict(row)
    for name in ("shipping_agent", "placeholder_customer"):
        if name in row:
            kept[name] = _text(row, name).strip().upper()
    if "external_document_template" in row:
        kept["external_document_template"] = _text(row, "external_document_template").strip()
    if "payment_behaviour" in row:
        kept["payment_behaviour"] = setting_rules.check_choice(
            "payment_behaviour", _text(row, "payment_behaviour")
        )
    return kept


def _location(row: Row) -> Row:
    return {
        "stock_room": _text(row, "stock_room").strip().upper(),
        "location": _text(row, "location").strip(),
    }


def _key(name: str) -> Column:
    return Column(name, is_key=True, is_needed=True)


def _any(name: str, kind: str = TEXT) -> Column:
    return Column(name, kind, None, is_key=True)


_NAME = _key("external_id")
_OUTGOING = Column("is_default_for_outgoing", YES_NO, start=False)

TABLES: tuple[FileTable, ...] = (
    FileTable(
        "settings",
        "Order Management",
        (
            Column("allows_multi_currency", YES_NO),
            Column("payment_behaviour"),
            Column("shipping_agent"),
            Column("placeholder_customer"),
            Column("external_document_template"),
        ),
        _settings,
        lambda row: (),
        is_one_row=True,
    ),
    FileTable(
        "shipping_methods",
        "Shipping Methods",
        (
            *(_NAME, Column("description"), Column("agent"), Column("service")),
            *(
                Column("behaviour", start="default"),
                Column("charge_type"),
                Column("charge_number"),
                _OUTGOING,
            ),
        ),
        _method,
        _called,
    ),
    FileTable(
        "shipping_carriers",
        "Shipping Carriers",
        (_NAME, Column("description"), Column("agent"), _OUTGOING),
        _carrier,
        _called,
    ),
    FileTable(
        "payment_methods",
        "Payment Methods",
        (_NAME, Column("code"), Column("collected_by", start="amazon")),
        _payment,
        _called,
    ),
    FileTable("currencies", "Currencies", (_NAME, Column("code")), _currency, _called),
    FileTable(
        "order_status_matrix",
        "Order Status Matrix",
        (
            *(_any("channel_status"), _any("order_status")),
            *(_any("balanced", YES_NO), _any("existing_orders", YES_NO)),
            Column("implied_status", is_needed=True),
        ),
        _matrix,
        _all_of("channel_status", "order_status", "balanced", "existing_orders"),
    ),
    FileTable(
        "status_actions",
        "Status actions",
        (
            *(_key("implied_status"), _key("kind"), Column("text", is_key=True), Column("url", is_key=True)),
            Column("has_query", YES_NO, start=False),
        ),
        _action,
        _all_of("implied_status", "kind", "text", "url", "has_query"),
    ),
    FileTable(
        "customers",
        "Customers",
        (
            *(_key("buyer"), Column("behaviour", is_needed=True), Column("customer"), Column("code_pattern")),
            *(Column("currency"), Column("tax_area"), Column("payment_terms")),
            *(Column("dimension_1"), Column("dimension_2")),
        ),
        _customers,
        _all_of("buyer"),
    ),
    FileTable(
        "items",
        "Items",
        (_key("code_type"), _key("external_id"), Column("kind"), Column("number")),
        _item,
        _all_of("code_type", "external_id"),
    ),
    FileTable(
        "tax",
        "Tax",
        (
            Column("shown", start="lines"),
            Column("account"),
            Column("leaves_out_collected", YES_NO, start=False),
        ),
        _tax,
        lambda row: (),
        is_one_row=True,
    ),
    FileTable(
        "locations",
        "Locations",
        (_key("stock_room"), Column("location")),
        _location,
        _all_of("stock_room"),
        stays=True,
    ),
)
TABLE_OF: Mapping[str, FileTable] = {table.name: table for table in TABLES}

SECRET = "secret"
"""What a person may write into a new webhook's row; it is read, and never written or shown."""
