"""The statements on levels, movements and reservations, each for many rows at once.

Called by `services.py` inside its transaction. A level never changes without its movement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from loadbay.core.actor import current_actor
from loadbay.stock.rules import Place


@dataclass(frozen=True)
class Promise:
    """One row of a reservation as it stands in the table."""

    holder: str
    product_id: int
    room_id: int
    units: int
    stage: str
    sold_as: str
    sold_units: int
    location: str


@dataclass(frozen=True)
class Step:
    """One movement to write: signed units of a product in a room."""

    product_id: int
    room_id: int
    units: int
    kind: str
    reason: str = ""
    reference: str = ""


def lock_levels(places: Iterable[Place]) -> dict[Place, int]:
    """On hand per place, its rows locked in (product, room) order; a missing row is made first."""
    wanted = sorted(set(places))
    found = _locked(wanted)
    if len(found) == len(wanted):
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stock_level (product_id, room_id, on_hand)"
            " SELECT p.product_id, p.room_id, 0"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS p (product_id, room_id)"
            " ORDER BY 1, 2 ON CONFLICT (product_id, room_id) DO NOTHING",
            _columns(wanted),
        )
    return _locked(wanted)


def levels(places: Iterable[Place]) -> dict[Place, int]:
    """On hand per place as it stands; nothing is locked, places without a row are left out."""
    return _on_hand(sorted(set(places)), locking="")


def _locked(places: Sequence[Place]) -> dict[Place, int]:
    return _on_hand(places, locking=" ORDER BY l.product_id, l.room_id FOR UPDATE OF l")


def _on_hand(places: Sequence[Place], *, locking: str) -> dict[Place, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.product_id, l.room_id, l.on_hand FROM stock_level l"
            " JOIN unnest(%s::bigint[], %s::bigint[]) AS p (product_id, room_id)"
            f" ON p.product_id = l.product_id AND p.room_id = l.room_id{locking}",
            _columns(places),
        )
        return {(product_id, room_id): on_hand for product_id, room_id, on_hand in cursor.fetchall()}


def _columns(places: Sequence[Place]) -> list[list[int]]:
    return [[product_id for product_id, _ in places], [room_id for _, room_id in places]]


def move(steps: Sequence[Step]) -> None:
    """Write the movements and change the levels by them. The levels' rows are locked already."""
    if not steps:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stock_movement (product_id, room_id, units, kind, reason, reference, actor)"
            " SELECT *, %s FROM"
            " unnest(%s::bigint[], %s::bigint[], %s::int[], %s::text[], %s::text[], %s::text[])",
            [
                current_actor(),
                [step.product_id for step in steps],
                [step.room_id for step in steps],
                [step.units for step in steps],
                [step.kind for step in steps],
                [step.reason for step in steps],
                [step.reference for step in steps],
            ],
        )
        cursor.execute(
            "UPDATE stock_level l SET on_hand = l.on_hand + s.units FROM"
            " (SELECT product_id, room_id, sum(units) AS units"
            "  FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS u (product_id, room_id, units)"
            "  GROUP BY product_id, room_id) s"
            " WHERE l.product_id = s.product_id AND l.room_id = s.room_id",
            [
                [step.product_id for step in steps],
                [step.room_id for step in steps],
                [step.units for step in steps],
            ],
        )


def promised_units(places: Iterable[Place]) -> dict[Place, int]:
    """Promised units per place, whatever their stage."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.product_id, r.room_id, sum(r.units) FROM stock_reservation r"
            " JOIN unnest(%s::bigint[], %s::bigint[]) AS p (product_id, room_id)"
            " ON p.product_id = r.product_id AND p.room_id = r.room_id GROUP BY r.product_id, r.room_id",
            _columns(sorted(set(places))),
        )
        return {(product_id, room_id): int(units) for product_id, room_id, units in cursor.fetchall()}


_PROMISE = "holder, product_id, room_id, units, stage, sold_as, sold_units, location"


def promises_of(holders: Sequence[str]) -> list[Promise]:
    """The rows of these holders, in the order they were written."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_PROMISE} FROM stock_reservation WHERE holder = ANY(%s) ORDER BY id",
            [list(holders)],
        )
        return [Promise(*row) for row in cursor.fetchall()]


def write_promises(promises: Sequence[Promise]) -> None:
    if not promises:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO stock_reservation ({_PROMISE}) SELECT * FROM unnest(%s::text[], %s::bigint[],"
            " %s::bigint[], %s::int[], %s::text[], %s::text[], %s::int[], %s::text[])",
            [
                [promise.holder for promise in promises],
                [promise.product_id for promise in promises],
                [promise.room_id for promise in promises],
                [promise.units for promise in promises],
                [promise.stage for promise in promises],
                [promise.sold_as for promise in promises],
                [promise.sold_units for promise in promises],
                [promise.location for promise in promises],
            ],
        )


def carry_promise(promise: Promise, *, to: int) -> None:
    """One unit of a promise is promised in another room from now on. Its holder is locked by the caller."""
    is_last = promise.units == 1
    key = [promise.holder, promise.product_id, promise.room_id, promise.sold_as]
    where = "WHERE holder = %s AND product_id = %s AND room_id = %s AND sold_as = %s"
    with connection.cursor() as cursor:
        change = (
            "DELETE FROM stock_reservation" if is_last else "UPDATE stock_reservation SET units = units - 1"
        )
        cursor.execute(f"{change} {where}", key)
        cursor.execute(
            f"INSERT INTO stock_reservation ({_PROMISE}) VALUES (%s, %s, %s, 1, %s, %s, %s, %s)"
            " ON CONFLICT (holder, product_id, room_id, sold_as) DO UPDATE SET"
            " units = stock_reservation.units + 1,"
            " sold_units = stock_reservation.sold_units + EXCLUDED.sold_units",
            [
                *(promise.holder, promise.product_id, to, promise.stage, promise.sold_as),
                *(promise.sold_units if is_last else 0, promise.location),
            ],
        )


def remove_promises(holders: Sequence[str]) -> list[Promise]:
    """Delete the rows of these holders and hand them back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (SELECT id FROM stock_reservation WHERE holder = ANY(%s) ORDER BY id FOR UPDATE)"
            f" DELETE FROM stock_reservation WHERE id IN (SELECT id FROM gone) RETURNING {_PROMISE}",
            [list(holders)],
        )
        return [Promise(*row) for row in cursor.fetchall()]


def restage_promises(holders: Sequence[str], *, to: str) -> list[int]:
    """Set the stage of every row of these holders; the products whose rows changed come back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH due AS (SELECT id FROM stock_reservation WHERE holder = ANY(%s) AND stage <> %s"
            " ORDER BY id FOR UPDATE)"
            " UPDATE stock_reservation SET stage = %s WHERE id IN (SELECT id FROM due) RETURNING product_id",
            [list(holders), to, to],
        )
        return sorted({product_id for (product_id,) in cursor.fetchall()})


def free_units(on_hand: Mapping[Place, int], *, promised: Mapping[Place, int]) -> dict[Place, int]:
    """What nobody was promised, per place; below zero where more was promised than lies there."""
    return {place: units - promised.get(place, 0) for place, units in on_hand.items()}
