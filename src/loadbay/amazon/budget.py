"""The one rate budget: token buckets per connection and operation in PostgreSQL, shared by all workers.

Its rule: a token is taken by one atomic statement outside any business transaction, for a due moment at most
a few seconds away; who would wait longer is told when to come again. Plans and priorities are in `rates.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection

from loadbay.amazon.rates import BURST_SHARE, PLANS, SAFE_RATE, Plan, Priority, parse_rate, safe
from loadbay.core.clock import Clock
from loadbay.core.errors import Retryable
from loadbay.journal.services import no_open_transaction

PATIENCE = timedelta(seconds=2)
BENCH_PATIENCE = timedelta(seconds=5)
UNLIMITED = 50_000.0  # calls per second no shop makes: the bucket need not be asked
_UNKNOWN = Plan(1, 1)

# Generic cell rate: a call of this priority is due when the bucket is spoken for no further than its share of
# the burst. The row lock puts takers in line. "hurried": no token is worth waiting for a disk.
_NOW = "COALESCE(%(now)s::float8, extract(epoch FROM clock_timestamp())::float8)"
_TAKE = f"""
WITH asked AS (SELECT {_NOW} AS now, set_config('synchronous_commit', 'off', true) AS hurried)
UPDATE amazon_ratebucket AS b
SET wait = GREATEST(0, b.spoken_until - (GREATEST(1, b.burst * %(share)s) - 1) / b.rate - asked.now),
    spoken_until = CASE
        WHEN b.spoken_until - (GREATEST(1, b.burst * %(share)s) - 1) / b.rate - asked.now <= %(patience)s
        THEN GREATEST(b.spoken_until, asked.now) + 1 / b.rate
        ELSE b.spoken_until END
FROM asked
WHERE b.connection_id = %(connection)s AND b.operation = %(operation)s AND asked.hurried IS NOT NULL
RETURNING b.wait
"""
_SEED = """
INSERT INTO amazon_ratebucket (connection_id, operation, rate, burst)
VALUES (%(connection)s, %(operation)s, %(rate)s, %(burst)s)
ON CONFLICT (connection_id, operation) DO NOTHING
"""
_LEARN = f"""
WITH told AS (SELECT {_NOW} AS now)
UPDATE amazon_ratebucket AS b
SET rate = %(rate)s,
    spoken_until = told.now + GREATEST(0, b.spoken_until - told.now) * b.rate / %(rate)s
FROM told
WHERE b.connection_id = %(connection)s AND b.operation = %(operation)s
  AND abs(b.rate - %(rate)s) > 0.001 * b.rate
"""
_EMPTY = f"""
WITH told AS (SELECT {_NOW} AS now)
UPDATE amazon_ratebucket AS b SET spoken_until = GREATEST(b.spoken_until, told.now + b.burst / b.rate)
FROM told
WHERE b.connection_id = %(connection)s AND b.operation = %(operation)s
RETURNING b.rate
"""


@dataclass
class RateBudget:
    """The budget of one connection. `clock` waits; `source` gives the time, None meaning the database's own
    clock, so that machines with different clocks share one bucket."""

    connection_id: int
    clock: Clock
    source: Clock | None = None
    _told: dict[str, float] = field(default_factory=dict)

    def take(self, operation: str, *, priority: Priority, patience: timedelta | None = None) -> None:
        no_open_transaction(f"Amazon {operation}")
        if self._told.get(operation, 0.0) >= UNLIMITED:
            return
        usual = BENCH_PATIENCE if priority is Priority.BENCH else PATIENCE
        limit = usual if patience is None else patience
        wait = self._reserve(operation, share=BURST_SHARE[priority], patience=limit.total_seconds())
        if wait > limit.total_seconds():
            raise Retryable(
                f"Amazon's rate for {operation} is used up for another {wait:.0f} s. It goes on by itself.",
                after=timedelta(seconds=wait),
            )
        self.clock.wait(wait)

    def learn(self, operation: str, header: str | None) -> None:
        rate = parse_rate(header)
        if rate is None or self._told.get(operation) == rate:
            return
        self._told[operation] = rate
        self._run(_LEARN, operation, rate=rate * SAFE_RATE)

    def refused(self, operation: str) -> timedelta:
        self._told.pop(operation, None)
        row = self._run(_EMPTY, operation)
        rate = row[0] if row else safe(PLANS.get(operation, _UNKNOWN)).rate
        return timedelta(seconds=max(0.2, 1 / rate))

    def _reserve(self, operation: str, *, share: float, patience: float) -> float:
        asked = {"share": share, "patience": patience}
        row = self._run(_TAKE, operation, **asked)
        if row is None:
            plan = safe(PLANS.get(operation, _UNKNOWN))
            self._run(_SEED, operation, rate=plan.rate, burst=plan.burst)
            row = self._run(_TAKE, operation, **asked)
        return float(row[0])

    def _run(self, statement: str, operation: str, **values: float) -> Any:
        now = None if self.source is None else self.source.now().timestamp()
        named = {"connection": self.connection_id, "operation": operation, "now": now, **values}
        with connection.cursor() as cursor:
            cursor.execute(statement, named)
            return cursor.fetchone() if cursor.description else None
