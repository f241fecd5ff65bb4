"""Many rows with one statement: writing them as one JSON text, asking for them by one array (`these`).

For pages and batches only: rows are plain mappings, because a model instance costs more than its row does.
Constraints hold as ever; nothing is overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from loadbay.core.encryption import EncryptedField, encrypting

Row = dict[str, Any]
_SIZE = re.compile(r"\(.*\)")
_encode = msgspec.json.Encoder().encode


def insert_rows(model: type[models.Model], rows: Sequence[Row]) -> list[int]:
    """Insert rows (column → value) and hand back their ids in the same order. Raises as the database does.

    Every row names the same columns; the others take the model's defaults.
    """
    if not rows:
        return []
    if any(row.keys() != rows[0].keys() for row in rows):
        raise ValueError(f"rows of {model.__name__} name different columns")
    fields = [_columns(model)[name] for name in rows[0]]
    others = [field for name, field in _columns(model).items() if name not in rows[0] and _has_default(field)]
    sql = (
        f'INSERT INTO "{model._meta.db_table}" ({", ".join(_quoted(field) for field in (*fields, *others))})'
        f" SELECT {', '.join([*map(_selected, fields), *(f'%s::{_type(field)}' for field in others)])}"
        f" FROM ROWS FROM (json_to_recordset(%s::json) AS ({', '.join(map(_column, fields))}))"
        f" WITH ORDINALITY AS t ({', '.join(map(_quoted, fields))}, ordinality)"
        f' ORDER BY ordinality RETURNING "{model._meta.pk.column}"'
    )
    defaults = [field.get_db_prep_save(field.get_default(), connection) for field in others]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*defaults, _as_json(rows, fields)])
        return [pk for (pk,) in cursor.fetchall()]


def update_many(model: type[models.Model], column: str, values: Mapping[int, Any]) -> None:
    """Set one column of many rows to a value each: id → value."""
    update_rows(model, {pk: {column: value} for pk, value in values.items()})


def update_rows(model: type[models.Model], rows: Mapping[int, Row]) -> None:
    """Set columns of many rows to values of their own: id → (column → value), the same columns of each."""
    if not rows:
        return
    fields = [_columns(model)[name] for name in next(iter(rows.values()))]
    sql = (
        f'UPDATE "{model._meta.db_table}" AS r SET '
        f"{', '.join(f'{_quoted(field)} = {_selected(field)}' for field in fields)}"
        f" FROM json_to_recordset(%s::json) AS t (k bigint, {', '.join(map(_column, fields))})"
        f' WHERE r."{model._meta.pk.column}" = t.k'
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [_as_json([{"k": pk, **values} for pk, values in rows.items()], fields)])


def _as_json(rows: Sequence[Row], fields: Sequence[Any]) -> str:
    """What msgspec cannot write by itself (it knows moments, decimals, enums) is what has to be encrypted."""
    closing = [(field.column, closer) for field in fields if (closer := _closer(field)) is not None]
    if closing:
        rows = [{**row, **{name: close(row[name]) for name, close in closing}} for row in rows]
    return _encode(rows).decode()


@lru_cache(maxsize=100)
def _columns(model: type[models.Model]) -> dict[str, Any]:
    return {field.column: field for field in model._meta.concrete_fields if not field.primary_key}


@lru_cache(maxsize=1000)
def _has_default(field: Any) -> bool:
    """Whether the model, and not the table, says what stands in the column when nothing is given."""
    return not field.has_db_default() and field.get_default() is not None


def _quoted(field: Any) -> str:
    return f'"{field.column}"'


def _column(field: Any) -> str:
    """The field as a column of the JSON: its own type without its size, which the table checks."""
    return f'"{field.column}" {"text" if _is_bytes(field) else _type(field)}'


def _selected(field: Any) -> str:
    return f"decode(t.\"{field.column}\", 'base64')" if _is_bytes(field) else f't."{field.column}"'


def _is_bytes(field: Any) -> bool:
    return isinstance(field, models.BinaryField)


@lru_cache(maxsize=1000)
def _type(field: Any) -> str:
    named = field.target_field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
    plain = _SIZE.sub("", named)
    return "text" if plain.startswith("varchar") else plain


def _closer(field: Any) -> Callable[[Any], Any] | None:
    """Encrypts a value of that field; None where nothing is to be encrypted."""
    if not isinstance(field, EncryptedField):
        return None
    close, to_bytes = encrypting(field.context), field.to_bytes
    return lambda value: None if value is None else close(to_bytes(value))


class These:
    """Many values, opaque to Django, so that it does not look at each of them."""

    __slots__ = ("values",)

    def __init__(self, values: Iterable[Any]) -> None:
        self.values = list(values)


def these(values: Iterable[Any]) -> These:
    """The right side of `column__among`, for whole numbers or texts: `filter(pk__among=these(pks))`.

    It means what `pk__in` does. Django gives `IN` a parameter for each value, and a batch pays for each of
    them in Django, in the driver and in the database's parser; this is one array, however long.
    """
    return These(values)


def _array(texts: Sequence[str]) -> str:
    """The texts as PostgreSQL writes an array: the driver would look at each of them by itself."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return '{"' + '","'.join(quoted) + '"}'


@models.Field.register_lookup
@models.ForeignKey.register_lookup
class Among(models.Lookup):
    """`= ANY` of the values; nothing is asked when there are none, as with `IN`."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        values = self.rhs.values
        if not values:
            raise EmptyResultSet
        column, params = self.process_lhs(compiler, connection)
        if isinstance(values[0], int):
            return f"{column} = ANY(%s::bigint[])", [*params, f"{{{','.join(map(str, values))}}}"]
        return f"{column} = ANY(%s::text[])", [*params, _array(values)]
