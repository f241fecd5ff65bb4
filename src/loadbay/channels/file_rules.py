"""A definitions file: two can be compared by eye, and everything that is wrong with one is told. Pure.

What a file holds is in `file_tables`. What nobody has mapped yet is no definition and never in a file: it is
a question of its channel, which applying a file answers or leaves open.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from loadbay.channels.file_tables import (
    SECRET,
    TABLE_OF,
    TABLES,
    TEXT,
    Column,
    FileTable,
    Key,
    Row,
    Value,
    shown,
)
from loadbay.core.errors import Refusal

FORMAT, VERSION = "loadbay-channel-definitions", 1
HEAD = ("format", "version", "programme", "channel")
MOST_BYTES = 8 * 1024 * 1024
MOST_ROWS = 100_000
LONGEST_TEXT = 400
MOST_FAULTS_IN_WORDS = 20


@dataclass(frozen=True)
class FileFault:
    """One thing of a file that cannot be kept: the table and the row where it stands, its field, the cure."""

    table: str
    row: str
    field: str
    sentence: str

    @property
    def place(self) -> str:
        """Where in the file it stands; empty for what is wrong with the file as a whole."""
        return " ".join(part for part in (self.table, self.row, self.field) if part)


class DefinitionsNotUsable(Refusal):
    """A definitions file cannot be applied. `faults` has everything that is wrong with it."""

    code = "definitions_not_usable"

    def __init__(self, faults: tuple[FileFault, ...]) -> None:
        told = " ".join(_placed(fault) for fault in faults[:MOST_FAULTS_IN_WORDS])
        more = len(faults) - MOST_FAULTS_IN_WORDS
        rest = f" And {more} more: loadbay definitions diff shows them all." if more > 0 else ""
        count = "One thing" if len(faults) == 1 else f"{len(faults)} things"
        super().__init__(f"{count} cannot be kept, so nothing was changed. {told}{rest}")
        self.faults = faults


class DefinitionsChangedMeanwhile(Refusal):
    """The definitions, or the file, are not those whose differences were shown."""

    code = "definitions_changed_meanwhile"


def _placed(fault: FileFault) -> str:
    return f"[{fault.place}] {fault.sentence}" if fault.place else fault.sentence


@dataclass(frozen=True)
class AllDefinitions:
    """Every definition of a channel as rows; a table that is not there is not spoken of."""

    programme: str
    channel: str
    tables: Mapping[str, tuple[Row, ...]]
    faults: tuple[FileFault, ...] = ()
    """What cannot be kept of a file that was read."""
    secrets: Mapping[Key, tuple[str, str]] = field(default_factory=dict, repr=False)
    """Of webhooks: their key → whole address and secret. Never written."""

    def rows(self, table: str) -> tuple[Row, ...]:
        return self.tables.get(table, ())


# --- writing ---


def in_order(table: FileTable, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows as a file has them; stock rooms stay in the order in which they are taken from."""
    if table.stays:
        return tuple(rows)
    return tuple(sorted(rows, key=lambda row: [_sorted_as(row.get(name)) for name in table.names]))


def _sorted_as(value: Value) -> tuple[bool, str]:
    return (value is not None, str(value))


def write_file(found: AllDefinitions) -> str:
    """The file as text: a row a line, tables and rows always in the same order, no secret, no id."""
    head = {"format": FORMAT, "version": VERSION, "programme": found.programme, "channel": found.channel}
    lines = [f"  {_json(name)}: {_json(value)}" for name, value in head.items()]
    for table in TABLES:
        if table.name in found.tables:
            lines.append(f"  {_json(table.name)}: {_table_text(table, found.tables[table.name])}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _table_text(table: FileTable, rows: tuple[Row, ...]) -> str:
    texts = [_json({name: row[name] for name in table.names if name in row}) for row in in_order(table, rows)]
    if table.is_one_row:
        return texts[0] if texts else "{}"
    return "[\n" + ",\n".join(f"    {text}" for text in texts) + "\n  ]" if texts else "[]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def fingerprint(now: AllDefinitions, wanted: AllDefinitions) -> str:
    """A short word for what is and what is wanted, by which applying notices that one of them changed."""
    return hashlib.sha256(f"{write_file(now)}\n{write_file(wanted)}".encode()).hexdigest()[:16]


# --- reading ---


def read_file(data: bytes) -> AllDefinitions:
    """What a file says, with everything of it that no channel could keep. Raises nothing."""
    try:
        found = _parsed(data)
    except _Unreadable as fault:
        return AllDefinitions("", "", {}, (FileFault("", "", "", str(fault)),))
    reader = _Reader(found)
    programme, channel = reader.head("programme"), reader.head("channel")
    tables = {table.name: reader.table(table) for table in TABLES if table.name in found}
    return AllDefinitions(programme, channel, tables, tuple(reader.faults), reader.secrets)


class _Unreadable(Exception):
    """The whole file says nothing."""


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise _Unreadable(
            f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. A table may come in a file of its own."
        )
    try:
        found = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_pairs, parse_constant=_no_number, parse_int=_whole
        )
    except UnicodeDecodeError:
        raise _Unreadable("The file is no UTF-8 text. Export it again, or save it as UTF-8.") from None
    except RecursionError:
        raise _Unreadable("The file is nested too deeply to be read. Export it again.") from None
    except ValueError as error:
        raise _Unreadable(f"The file is no JSON: {str(error)[:120]}. Mend it, or export it again.") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _Unreadable(
            f'The file is no definitions file: it lacks "format": "{FORMAT}". '
            "Make one with: loadbay definitions export CHANNEL."
        )
    if type(found.get("version")) is not int or found["version"] != VERSION:
        raise _Unreadable(
            f"The file has version {found.get('version')!r:.20} and this Loadbay reads version {VERSION}. "
            "Export it again from a Loadbay of this version."
        )
    return found


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Unreadable(f"The file names {twice[:60]!r} twice in one place. Name each once.")
    return found


def _no_number(text: str) -> NoReturn:
    raise _Unreadable(f"The file holds {text}, which is no number of JSON.")


def _whole(text: str) -> int:
    if len(text) > 18:
        raise _Unreadable(f"The file holds a number of {len(text)} digits. None has so many.")
    return int(text)


class _Reader:
    """Reads table after table and remembers what is wrong."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found = found
        self.faults: list[FileFault] = []
        self.secrets: dict[Key, tuple[str, str]] = {}
        known = [*HEAD, *TABLE_OF]
        for name in found:
            if name not in known:
                self._fault(
                    "",
                    "",
                    name,
                    f"{name[:60]!r} is no part of a definitions file. Known: {', '.join(known)}.",
                )

    def head(self, name: str) -> str:
        value = self._found.get(name, "")
        if isinstance(value, str) and value.isprintable():
            return value[:LONGEST_TEXT]
        self._fault("", "", name, f"{name} has to be a text of printable characters.")
        return ""

    def table(self, table: FileTable) -> tuple[Row, ...]:
        given = self._found[table.name]
        rows = [given] if table.is_one_row else given
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            form = "one object" if table.is_one_row else "a list of objects"
            self._fault(table.name, "", "", f"{table.name} has to be {form}, as an export writes it.")
            return ()
        if len(rows) > MOST_ROWS:
            self._fault(
                table.name, "", "", f"{table.name} has {len(rows)} rows; up to {MOST_ROWS} can be read."
            )
            return ()
        return self._each_once(table, enumerate(rows, start=1))

    def _each_once(self, table: FileTable, rows: Iterable[tuple[int, dict[str, Any]]]) -> tuple[Row, ...]:
        seen: dict[Key, int] = {}
        kept = []
        for number, given in rows:
            row = self._row(table, given, number)
            if row is None:
                continue
            key = table.key_of(row)
            if key in seen:
                name = table.name_of(row)
                self._fault(
                    table.name,
                    name,
                    "",
                    f"{name} stands there twice, in rows {seen[key]} and {number}. Keep one.",
                )
                continue
            seen[key] = number
            kept.append(row)
            if given.get(SECRET):
                self.secrets[key] = (str(given.get("url", "")).strip(), str(given[SECRET]))
        return tuple(kept)

    def _row(self, table: FileTable, given: dict[str, Any], number: int) -> Row | None:
        """The row as it is kept; None when something of it cannot be."""
        before = len(self.faults)
        named = _name_in(table, given) or f"row {number}"
        columns = {column.name: column for column in table.columns}
        if table.name == "status_actions":
            columns[SECRET] = Column(SECRET)
        for name in given:
            if name not in columns:
                known = ", ".join(columns)
                self._fault(
                    table.name, named, name, f"{name[:60]!r} is no field of {table.name}. Known: {known}."
                )
        for column in columns.values():
            wrong = _wrong(column, given)
            if wrong:
                self._fault(table.name, named, column.name, wrong)
        if len(self.faults) > before:
            return None
        full = {
            column.name: given.get(column.name, column.start)
            for column in table.columns
            if column.name in given or table.name != "settings"
        }
        try:
            return table.tidied(full)
        except Refusal as refusal:
            self._fault(table.name, named, column_of(refusal), refusal.sentence)
            return None

    def _fault(self, table: str, row: str, field_name: str, sentence: str) -> None:
        name = field_name if field_name.isprintable() else repr(field_name)
        self.faults.append(FileFault(table, row[:80], name[:60], sentence))


def column_of(refusal: Refusal) -> str:
    """The column that a table's own rules name in a refusal."""
    for where in ("column", "field", "setting"):
        if hasattr(refusal, where):
            return str(getattr(refusal, where))
    return ""


def _wrong(column: Column, given: Mapping[str, Any]) -> str:
    """What is wrong with the kind of value that a row gives for a column; empty when nothing is."""
    if column.name not in given:
        return f"{column.name} is missing." if column.is_needed else ""
    value = given[column.name]
    if value is None and column.start is None:
        return ""
    if column.kind != TEXT:
        words = "true, false or null for any" if column.start is None else "true or false"
        return "" if isinstance(value, bool) else f"{column.name} has to be {words}."
    if not isinstance(value, str):
        return f"{column.name} has to be a text in quotes."
    if len(value) > LONGEST_TEXT or not value.isprintable():
        return f"{column.name} has to be up to {LONGEST_TEXT} printable characters."
    return ""


def _name_in(table: FileTable, given: Mapping[str, Any]) -> str:
    keys = [given.get(column.name) for column in table.columns if column.is_needed and column.is_key]
    return " × ".join(key[:60] for key in keys if isinstance(key, str) and key.isprintable())


# --- comparing ---


@dataclass(frozen=True)
class FieldChange:
    """One field of a row that becomes another; of a row that comes or goes, each that says something."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class RowChange:
    """One row that applying would add, change or remove."""

    act: str
    """added, changed or removed."""
    row: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class TableChanges:
    """What applying would change in one table."""

    table: str
    words: str
    stays: bool
    """It differs, and applying leaves it as it is."""
    rows: tuple[RowChange, ...]

    def count(self, act: str) -> int:
        return sum(row.act == act for row in self.rows)


def differences(now: AllDefinitions, wanted: AllDefinitions) -> tuple[TableChanges, ...]:
    """What is added, changed from → to and removed, table by table; tables without a change are left out."""
    found = []
    for table in TABLES:
        if table.name in wanted.tables:
            rows = tuple(_row_changes(table, now.rows(table.name), wanted.rows(table.name)))
            if rows:
                found.append(TableChanges(table.name, table.words, table.stays, rows))
    return tuple(found)


def _row_changes(table: FileTable, now: Iterable[Row], wanted: Iterable[Row]) -> Iterator[RowChange]:
    before = {table.key_of(row): row for row in now}
    after = {table.key_of(row): row for row in wanted}
    for row in in_order(table, after.values()):
        was = before.get(table.key_of(row))
        fields = tuple(_field_changes(table, was, row))
        if was is None:
            yield RowChange("added", table.name_of(row), fields)
        elif fields:
            yield RowChange("changed", table.name_of(was), fields)
    for row in in_order(table, [row for key, row in before.items() if key not in after]):
        yield RowChange("removed", table.name_of(row), tuple(_field_changes(table, row, None)))


def _field_changes(table: FileTable, before: Row | None, after: Row | None) -> Iterator[FieldChange]:
    """A known row keeps the spelling of its name, so names are not compared."""
    for column in table.columns:
        if column.is_key or after is not None and column.name not in after:
            continue
        was, becomes = (row[column.name] if row else column.start for row in (before, after))
        if was != becomes:
            yield FieldChange(
                column.name, shown(was) if before else "", shown(becomes) if after is not None else ""
            )
