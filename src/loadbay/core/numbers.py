"""Document numbers (sales, field calls, consignments) taken from a series, many at a time.

One atomic statement per take, inside the caller's transaction; numbers never repeat.
"""

from __future__ import annotations

from django.db import connection

DEFAULT_PREFIX = {
    "sale": "S-",
    "field_call": "FC-",
    "consignment": "CN-",
    "pick_list": "PL-",
    "customer": "CUS-",
}


def take_numbers(series: str, *, count: int = 1, prefix: str | None = None) -> list[str]:
    """The next `count` numbers of a series, oldest first (`FC-000123`).

    A series with another prefix than its own is a series for itself; whoever gives one sees to it that no
    prefix ends in a digit, so that two of them never make the same number.
    """
    own = DEFAULT_PREFIX.get(series, f"{series.upper()}-")
    code = series if prefix in (None, own) else f"{series}:{prefix}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_numberseries (code, prefix, digits, last) VALUES (%s, %s, 6, %s)"
            " ON CONFLICT (code) DO UPDATE SET last = core_numberseries.last + EXCLUDED.last"
            " RETURNING prefix, digits, last",
            [code, prefix or own, count],
        )
        kept, digits, last = cursor.fetchone()
    return [f"{kept}{number:0{digits}d}" for number in range(last - count + 1, last + 1)]
