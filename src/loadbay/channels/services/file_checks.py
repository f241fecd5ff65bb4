"""Everything that a channel cannot keep of a definitions file, told at once: each table asks its own rules.

Reads what is here (agents, services, customers, products) and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from loadbay.channels import action_rules, customer_rules, definition_rules, item_rules, matrix_rules
from loadbay.channels.customer_rules import BehaviourLine
from loadbay.channels.definition_rules import CarrierLine, DefinitionNotUsable, MethodLine
from loadbay.channels.file_rules import AllDefinitions, FileFault, column_of
from loadbay.channels.file_tables import TABLE_OF, Row, plain_url
from loadbay.channels.item_rules import ItemLine
from loadbay.channels.models import SalesChannel
from loadbay.channels.rules import MatrixContradicts, in_words
from loadbay.channels.services.changing import check_setting
from loadbay.channels.services.items import products_named
from loadbay.core.errors import Refusal
from loadbay.parties.queries import agents_with_services, customers_called

Faults = Iterator[FileFault]


def faults_of(channel: SalesChannel, now: AllDefinitions, wanted: AllDefinitions) -> tuple[FileFault, ...]:
    """Every refusal, in the order of the tables. Rows that are as they were are not looked at."""
    if wanted.faults and not wanted.tables:
        return wanted.faults
    if wanted.programme != channel.programme:
        said = wanted.programme[:40] or "none"
        sentence = (
            f"The file is for programme {said} and {channel.code} is {channel.programme}. Definitions are "
            "alike within one programme only: take a file of a channel of the same."
        )
        return (*wanted.faults, FileFault("", "", "programme", sentence))
    found = list(wanted.faults)
    for table, check in _CHECKS.items():
        if table in wanted.tables:
            found += check(now, wanted)
    return tuple(found)


def _fault(table: str, row: Row, refusal: Refusal) -> FileFault:
    return FileFault(table, TABLE_OF[table].name_of(row)[:80], column_of(refusal), refusal.sentence)


def _refused(table: str, row: Row, check: Callable[..., object], *given: Any, **named: Any) -> Faults:
    try:
        check(*given, **named)
    except Refusal as refusal:
        yield _fault(table, row, refusal)


def _moved(table: str, now: AllDefinitions, wanted: AllDefinitions) -> Iterator[Row]:
    """Rows that are new or other than they are; how the name is spelt makes no other row."""
    kept = TABLE_OF[table]
    names = [column.name for column in kept.columns if not column.is_key]
    before = {kept.key_of(row): row for row in now.rows(table)}
    for row in wanted.rows(table):
        was = before.get(kept.key_of(row))
        if was is None or any(was[name] != row[name] for name in names):
            yield row


def _settings(now: AllDefinitions, wanted: AllDefinitions) -> Faults:
    (row,), (was,) = wanted.rows("settings") or ({},), now.rows("settings")
    for name, value in row.items():
        if value != was[name]:
            yield from _refused("settings", row, check_setting, name, value)


def _methods(now: AllDefinitions, wanted: AllDefinitions) -> Faults:
    table, services = "shipping_methods", agents_with_services()
    for row in _moved(table, now, wanted):
        for fault in definition_rules.method_faults(MethodLine(**row), services=services):  # type: ignore[arg-type]
            yield _fault(table, row, fault)
    lines = [MethodLine(**row) for row in wanted.rows(table)]  # type: ignore[arg-type]
    yield from _together(table, lambda: definition_rules.check_outgoing_methods(lines))


def _carriers(now: AllDefinitions, wanted: AllDefinitions) -> Faults:
    table, known = "shipping_carriers", agents_with_services()
    for row in _moved(table, now, wanted):
        line = CarrierLine(**row)  # type: ignore[arg-type]
        yield from _refused(table, row, definition_rules.check_carrier, line, agents=known)
    lines = [CarrierLine(**row) for row in wanted.rows(table)]  # type: ignore[arg-type]
    yield from _together(table, lambda: definition_rules.check_outgoing_carriers(lines))


def _together(table: str, check: Callable[[], object]) -> Faults:
    """What no row is wrong in alone."""
    try:
        check()
    except DefinitionNotUsable as refusal:
        yield FileFault(table, refusal.line[:80], refusal.column, refusal.sentence)


def _payments(now: AllDefinitions, wanted: AllDefinitions) -> Faults:
    for row in _moved("payment_methods", now, wanted):
        check = definition_rules.check_payment_code
        yield from _refused("payment_methods", row, check, row["external_id"], row["code"])


def _currencies(now: AllDefinitions, wanted: AllDefinitions) -> Faults:
    for row in wanted.rows("currencies"):
        if not row["code"]:
            name = str(row["external_id"])
            yield FileFault(
                "currencies", name, "code", f"{name} has no Currency Code. Give one, or leave the row out."
            )


def _matrix(now: AllDefinitions, wanted: AllDefinitions) -> Faults:
    rows = wanted.rows("order_status_matrix")
    try:
        lines = matrix_rules.read_lines(rows)
        matrix_rules.check_lines(lines)
    except MatrixContradicts as refusal:
        first, second = (in_words(lines[position]) for position in refusal.positions)
        yield FileFault("order_status_matrix", f"{first}; {second}"[:80], "", refusal.sentence)
    except matrix_rules.LineNotUsable as refusal:
        name = TABLE_OF["order_status_matrix"].name_of(rows[min(refusal.position, len(rows) - 1)])
        yield FileFault("order_status_matrix", name[:80], refusal.field, refusal.sentence)


def _actions(now: AllDefinitions, wanted: AllDefinitions) -> Faults:
    table = TABLE_OF["status_actions"]
    known = {table.key_of(row) for row in now.rows(table.name)}
    for row in wanted.rows(table.name):
        key = table.key_of(row)
        if key in known:
            continue
        url, secret = wanted.secrets.get(key, (str(row["url"]), ""))
        is_webhook = row["kind"] == action_rules.ActionKind.WEBHOOK.value
        if is_webhook and (not secret or plain_url(url) == url and row["has_query"]):
            yield FileFault(table.name, table.name_of(row)[:80], "secret", _NO_SECRET.format(url=row["url"]))
            continue
        implied = action_rules.read_status(str(row["implied_status"]))
        kind = action_rules.read_kind(str(row["kind"]))
        given = {"text": row["text"], "url": url, "secret": secret}
        yield from _refused(table.name, row, action_rules.check_action, implied, kind, **given)
    pairs = [
        (action_rules.read_status(str(row["implied_status"])), action_rules.read_kind(str(row["kind"])))
        for row in wanted.rows(table.name)
    ]
    yield from _refused(table.name, {}, action_rules.check_together, pairs)


def _customers(now: AllDefinitions, wanted: AllDefinitions) -> Faults:
    known = customers_called(str(row["customer"]) for row in wanted.rows("customers"))
    for row in _moved("customers", now, wanted):
        line = BehaviourLine(**row)  # type: ignore[arg-type]
        yield from _refused("customers", row, customer_rules.check_behaviour, line, customers=known)


def _items(now: AllDefinitions, wanted: AllDefinitions) -> Faults:
    rows = list(_moved("items", now, wanted))
    lines: list[ItemLine] = [ItemLine(**row) for row in rows]  # type: ignore[arg-type]
    products = products_named(lines)
    for row, line in zip(rows, lines, strict=True):
        if not line.kind:
            sentence = f"{line.name} has no type. Say what it is, or leave the row out."
            yield FileFault("items", TABLE_OF["items"].name_of(row)[:80], "kind", sentence)
            continue
        yield from _refused("items", row, item_rules.check_item, line, products=products)


_NO_SECRET = (
    "The webhook {url} is not on this channel yet, and no file holds its secret or the query of its address. "
    "Write both into its row (url, secret), or add it on the Order Status Matrix page first."
)

_CHECKS: Mapping[str, Callable[[AllDefinitions, AllDefinitions], Iterable[FileFault]]] = {
    "settings": _settings,
    "shipping_methods": _methods,
    "shipping_carriers": _carriers,
    "payment_methods": _payments,
    "currencies": _currencies,
    "order_status_matrix": _matrix,
    "status_actions": _actions,
    "customers": _customers,
    "items": _items,
}
"""Tax is one row whose own rules read it; locations stay as they are."""
