"""A whole definitions file, or another channel's definitions: what would change, and changing just that.

Rule: nothing is written here. Each table is changed by the service that its screen uses, all in one
transaction, so refusals, timeline, events and the orders that go on are those of a change by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from loadbay.channels import matrix_rules
from loadbay.channels.customer_rules import BehaviourLine
from loadbay.channels.definition_rules import CarrierLine, MethodLine, TaxLine
from loadbay.channels.file_queries import action_ids, all_definitions, with_secrets
from loadbay.channels.file_rules import (
    AllDefinitions,
    DefinitionsChangedMeanwhile,
    DefinitionsNotUsable,
    FileFault,
    TableChanges,
    differences,
    fingerprint,
    read_file,
)
from loadbay.channels.file_tables import TABLE_OF, Row
from loadbay.channels.item_rules import ItemLine
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import SalesChannel
from loadbay.channels.queries import channel_among
from loadbay.channels.services import (
    actions,
    currencies,
    payment_methods,
    shipping_carriers,
    shipping_methods,
)
from loadbay.channels.services.changing import WantedSettings, change_channel
from loadbay.channels.services.customers import save_behaviours
from loadbay.channels.services.file_checks import faults_of
from loadbay.channels.services.items import remove_items, save_items
from loadbay.channels.services.matrix import change_matrix
from loadbay.channels.services.taxes import save_tax
from loadbay.channels.services.unmapped import keep_definitions, wait_for_readers
from loadbay.core.errors import WrongInput
from loadbay.journal.services import note


@dataclass(frozen=True)
class DefinitionsDiff:
    """What a file or another channel would change, and what of it cannot be kept."""

    channel: str
    source: str
    """The channel that the definitions come from; a file may not say."""
    fingerprint: str
    """To be given back when it is applied: what is and what is wanted are still these."""
    is_applied: bool
    added: int
    changed: int
    removed: int
    tables: tuple[TableChanges, ...]
    faults: tuple[FileFault, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


def diff_file(code: str, data: bytes) -> DefinitionsDiff:
    """What applying the file would do, and everything that is wrong with it. Raises `NotFound`."""
    return _diff(code, lambda: read_file(data))


def diff_copy(code: str, source: str) -> DefinitionsDiff:
    """What copying another channel's definitions would do. Raises `NotFound` or `WrongInput`."""
    return _diff(code, lambda: _of(source), source=source)


def apply_file(code: str, data: bytes, *, now: datetime, seen: str | None = None) -> DefinitionsDiff:
    """Have just the definitions of the file: all of it, or nothing. `seen` is the fingerprint that was shown.

    A table that the file leaves out stays; so does what nobody has mapped yet and the file does not answer.
    Raises `NotFound`, `DefinitionsNotUsable`, `DefinitionsChangedMeanwhile` or the refusal of a table.
    """
    return _apply(code, lambda: read_file(data), now=now, seen=seen)


def copy_definitions(code: str, source: str, *, now: datetime, seen: str | None = None) -> DefinitionsDiff:
    """Have just the definitions of another channel, webhooks with their secrets; as `apply_file`."""
    return _apply(code, lambda: _of(source), now=now, seen=seen, source=source)


def _of(source: str) -> AllDefinitions:
    return with_secrets(all_definitions(source))


@transaction.atomic
def _diff(code: str, wanted: Callable[[], AllDefinitions], *, source: str | None = None) -> DefinitionsDiff:
    channel = channel_among(SalesChannel.objects.all(), code)
    for connection_id in sorted({channel.connection_id, *_connection_of(source, channel)}):
        keep_definitions(connection_id)
    return _compared(channel, wanted()).diff


@transaction.atomic
def _apply(
    code: str,
    wanted: Callable[[], AllDefinitions],
    *,
    now: datetime,
    seen: str | None,
    source: str | None = None,
) -> DefinitionsDiff:
    found = _compared(_locked(code, source), wanted())
    if seen is not None and seen != found.diff.fingerprint:
        raise DefinitionsChangedMeanwhile(
            f"The definitions of {found.channel.code}, or those to be applied, are not the ones whose "
            "differences were shown: somebody changed them meanwhile. Look at the differences again."
        )
    if found.diff.faults:
        raise DefinitionsNotUsable(found.diff.faults)
    changed = {table.table for table in found.diff.tables if not table.stays}
    for table, keep in _KEEPERS.items():
        if table in changed:
            keep(found, now)
    if changed:
        _tell(found.diff)
    return replace(found.diff, is_applied=True)


def _locked(code: str, source: str | None) -> SalesChannel:
    """The channel, by one person at a time and after who builds by its definitions; the source is kept.

    The row first, as whoever changes a setting or the matrix does; then connections in their order.
    """
    rows = SalesChannel.objects.select_for_update(of=("self",), no_key=True)
    channel = channel_among(rows, code)
    for connection_id in sorted({channel.connection_id, *_connection_of(source, channel)}):
        if connection_id == channel.connection_id:
            wait_for_readers(connection_id)
        else:
            keep_definitions(connection_id)
    return channel


def _connection_of(source: str | None, channel: SalesChannel) -> tuple[int, ...]:
    """Of the channel that is copied from. Raises `WrongInput` for one that nothing can be copied from."""
    if source is None:
        return ()
    other = channel_among(SalesChannel.objects.all(), source)
    if other.pk == channel.pk:
        raise WrongInput(f"{channel.code} would be copied to itself. Choose another channel.")
    return (other.connection_id,)


@dataclass(frozen=True)
class _Found:
    channel: SalesChannel
    now: AllDefinitions
    wanted: AllDefinitions
    diff: DefinitionsDiff

    def gone(self, table: str) -> list[Row]:
        """Rows that are here and not wanted any more."""
        kept = TABLE_OF[table]
        wanted = {kept.key_of(row) for row in self.wanted.rows(table)}
        return [row for row in self.now.rows(table) if kept.key_of(row) not in wanted]

    def new(self, table: str) -> list[Row]:
        kept = TABLE_OF[table]
        known = {kept.key_of(row) for row in self.now.rows(table)}
        return [row for row in self.wanted.rows(table) if kept.key_of(row) not in known]


def _compared(channel: SalesChannel, given: AllDefinitions) -> _Found:
    now = all_definitions(channel.code)
    faults = faults_of(channel, now, given)
    wanted = _with_what_stays(channel, now, given)
    tables = differences(now, wanted) if given.programme == channel.programme else ()
    counts = {
        act: sum(table.count(act) for table in tables if not table.stays)
        for act in ("added", "changed", "removed")
    }
    diff = DefinitionsDiff(
        channel=channel.code,
        source=given.channel,
        fingerprint=fingerprint(now, wanted),
        is_applied=False,
        tables=tables,
        faults=faults,
        **counts,
    )
    return _Found(channel, now, wanted, diff)


def _with_what_stays(channel: SalesChannel, now: AllDefinitions, given: AllDefinitions) -> AllDefinitions:
    """What a file that does not name it leaves: the marketplace's own currency, which is known before the
    first order, and what is done with new customers and with guests, which is always something."""
    own = MARKETPLACES[channel.marketplace].currency
    stays = {
        "currencies": [row for row in now.rows("currencies") if row["external_id"] == own],
        "customers": now.rows("customers"),
    }
    tables = dict(given.tables)
    for table, rows in stays.items():
        if table in tables:
            named = {TABLE_OF[table].key_of(row) for row in tables[table]}
            tables[table] += tuple(row for row in rows if TABLE_OF[table].key_of(row) not in named)
    return replace(given, tables=tables)


def _tell(diff: DefinitionsDiff) -> None:
    of = f" of {diff.source}" if diff.source and diff.source != diff.channel else ""
    words = (
        f"Definitions{of} applied as a whole: {diff.added} added, {diff.changed} changed, "
        f"{diff.removed} removed."
    )
    note(f"channel:{diff.channel}", words, what="definition")


# --- each table by its own service ---


def _names(rows: list[Row]) -> list[str]:
    return [str(row["external_id"]) for row in rows]


def _codes(rows: tuple[Row, ...]) -> dict[str, str]:
    return {str(row["external_id"]): str(row["code"]) for row in rows}


def _keep_methods(found: _Found, now: datetime) -> None:
    for name in _names(found.gone("shipping_methods")):
        shipping_methods.remove_method(found.channel.code, name)
    lines = [MethodLine(**_values(row)) for row in found.wanted.rows("shipping_methods")]
    shipping_methods.save_methods(found.channel.code, lines)


def _keep_carriers(found: _Found, now: datetime) -> None:
    for name in _names(found.gone("shipping_carriers")):
        shipping_carriers.remove_carrier(found.channel.code, name)
    lines = [CarrierLine(**_values(row)) for row in found.wanted.rows("shipping_carriers")]
    shipping_carriers.save_carriers(found.channel.code, lines)


def _keep_payments(found: _Found, now: datetime) -> None:
    for name in _names(found.gone("payment_methods")):
        payment_methods.remove_payment_method(found.channel.code, name)
    rows = found.wanted.rows("payment_methods")
    collected_by = {str(row["external_id"]): str(row["collected_by"]) for row in rows}
    payment_methods.save_payment_methods(found.channel.code, _codes(rows), collected_by=collected_by)


def _keep_currencies(found: _Found, now: datetime) -> None:
    for name in _names(found.gone("currencies")):
        currencies.remove_currency(found.channel.code, name)
    currencies.save_currencies(found.channel.code, _codes(found.wanted.rows("currencies")))


def _keep_matrix(found: _Found, now: datetime) -> None:
    change_matrix(found.channel.code, matrix_rules.read_lines(found.wanted.rows("order_status_matrix")))


def _keep_actions(found: _Found, now: datetime) -> None:
    ids = action_ids(found.channel.pk)
    key_of = TABLE_OF["status_actions"].key_of
    for row in found.gone("status_actions"):
        for action_id in ids[key_of(row)]:
            actions.remove_action(found.channel.code, action_id)
    for row in found.new("status_actions"):
        url, secret = found.wanted.secrets.get(key_of(row), (str(row["url"]), ""))
        actions.add_action(
            found.channel.code,
            implied_status=str(row["implied_status"]),
            kind=str(row["kind"]),
            text=str(row["text"]),
            url=url,
            secret=secret,
        )


def _keep_customers(found: _Found, now: datetime) -> None:
    lines = [BehaviourLine(**_values(row)) for row in found.wanted.rows("customers")]
    save_behaviours(found.channel.code, lines)


def _keep_items(found: _Found, now: datetime) -> None:
    gone = [ItemLine(**_values(row)) for row in found.gone("items")]
    if gone:
        remove_items(found.channel.code, gone)
    save_items(found.channel.code, [ItemLine(**_values(row)) for row in found.wanted.rows("items")])


def _keep_tax(found: _Found, now: datetime) -> None:
    for row in found.wanted.rows("tax"):
        save_tax(found.channel.code, TaxLine(**_values(row)))


def _keep_settings(found: _Found, now: datetime) -> None:
    for row in found.wanted.rows("settings"):
        change_channel(found.channel.code, WantedSettings(**_values(row)), now=now)


def _values(row: Row) -> dict[str, Any]:
    return dict(row)


_KEEPERS: Mapping[str, Callable[[_Found, datetime], None]] = {
    "shipping_methods": _keep_methods,
    "shipping_carriers": _keep_carriers,
    "payment_methods": _keep_payments,
    "currencies": _keep_currencies,
    "order_status_matrix": _keep_matrix,
    "status_actions": _keep_actions,
    "customers": _keep_customers,
    "items": _keep_items,
    "tax": _keep_tax,
    "settings": _keep_settings,
}
"""Settings come last, so that orders which they let go find every definition."""
