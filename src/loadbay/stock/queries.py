"""Reading stock: what lies where, what of it is promised, what is left. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from loadbay.catalogue.models import Product
from loadbay.catalogue.queries import contents
from loadbay.catalogue.rules import ProductUnknown
from loadbay.stock.models import Movement, StockRoom
from loadbay.stock.rules import Place


@dataclass(frozen=True)
class Position:
    """What lies in one room of one product, and what of it is promised, by stage."""

    on_hand: int = 0
    open: int = 0
    labelled: int = 0
    put_back: int = 0
    other: int = 0

    @property
    def promised(self) -> int:
        return self.open + self.labelled + self.put_back + self.other

    @property
    def free(self) -> int:
        return self.on_hand - self.promised


@dataclass(frozen=True)
class RoomStock:
    room: str
    name: str
    position: Position


@dataclass(frozen=True)
class ContentStock:
    """A component of a soft bundle: what is free of it, and how many bundles that makes."""

    sku: str
    units: int
    free: int
    bundles: int


@dataclass(frozen=True)
class StockCard:
    """A product in all its rooms. A soft bundle has contents instead of rooms."""

    sku: str
    name: str
    is_bundle: bool
    on_hand: int
    promised: int
    free: int
    rooms: tuple[RoomStock, ...]
    contents: tuple[ContentStock, ...]


@dataclass(frozen=True)
class MovementRow:
    id: int
    at: datetime
    kind: str
    room: str
    units: int
    reason: str
    reference: str
    actor: str


@dataclass(frozen=True)
class EnquiryRow:
    sku: str
    name: str
    room: str
    on_hand: int
    promised: int
    free: int


def positions(product_ids: Iterable[int], *, room_ids: Iterable[int] | None = None) -> dict[Place, Position]:
    """The position of each product in each room that knows it; one statement for any number of them."""
    rooms = None if room_ids is None else sorted(set(room_ids))
    ids = sorted(set(product_ids))
    with connection.cursor() as cursor:
        cursor.execute(_POSITIONS, {"products": ids, "rooms": rooms})
        return {
            (product, room): Position(*map(int, figures)) for product, room, *figures in cursor.fetchall()
        }


_POSITIONS = """
    SELECT product_id, room_id, sum(on_hand),
        sum(CASE stage WHEN 'open' THEN units ELSE 0 END),
        sum(CASE stage WHEN 'labelled' THEN units ELSE 0 END),
        sum(CASE stage WHEN 'put_back' THEN units ELSE 0 END),
        sum(CASE stage WHEN 'other' THEN units ELSE 0 END)
    FROM (
        SELECT product_id, room_id, on_hand, 0 AS units, '' AS stage FROM stock_level
        WHERE product_id = ANY(%(products)s) AND (%(rooms)s::bigint[] IS NULL OR room_id = ANY(%(rooms)s))
        UNION ALL
        SELECT product_id, room_id, 0, units, stage FROM stock_reservation
        WHERE product_id = ANY(%(products)s) AND (%(rooms)s::bigint[] IS NULL OR room_id = ANY(%(rooms)s))
    ) AS every GROUP BY product_id, room_id
"""


def overpromised(product_ids: Iterable[int]) -> dict[Place, int]:
    """On hand in each room of these products where more is promised than lies there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.product_id, r.room_id, coalesce(min(l.on_hand), 0) FROM stock_reservation r"
            " LEFT JOIN stock_level l ON l.product_id = r.product_id AND l.room_id = r.room_id"
            " WHERE r.product_id = ANY(%s) GROUP BY r.product_id, r.room_id"
            " HAVING sum(r.units) > greatest(0, coalesce(min(l.on_hand), 0))",
            [sorted(set(product_ids))],
        )
        return {(product, room): on_hand for product, room, on_hand in cursor.fetchall()}


def sold_units(pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], dict[str, int]]:
    """Units sold and promised per stage, for each (what it was sold as, the marketplace's location)."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.sold_as, r.location, r.stage, sum(r.sold_units) FROM stock_reservation r"
            " JOIN unnest(%s::text[], %s::text[]) AS p (sold_as, location)"
            " ON p.sold_as = r.sold_as AND p.location = r.location"
            " GROUP BY r.sold_as, r.location, r.stage",
            [list(column) for column in zip(*set(pairs), strict=True)] or [[], []],
        )
        for sold_as, location, stage, units in cursor.fetchall():
            found.setdefault((sold_as, location), {})[stage] = int(units)
    return found


def show(sku: str) -> StockCard:
    """A product's stock, room by room. Raises `ProductUnknown`."""
    product = Product.objects.filter(sku=sku.strip()).first()
    if product is None:
        raise ProductUnknown.called(sku)
    if product.is_bundle:
        return _bundle_card(product)
    rooms = _rooms(positions([product.pk]))
    return StockCard(
        sku=product.sku,
        name=product.name,
        is_bundle=False,
        on_hand=sum(room.position.on_hand for room in rooms),
        promised=sum(room.position.promised for room in rooms),
        free=sum(room.position.free for room in rooms),
        rooms=rooms,
        contents=(),
    )


def _rooms(found: Mapping[Place, Position]) -> tuple[RoomStock, ...]:
    rooms = StockRoom.objects.in_bulk({room_id for _, room_id in found})
    lines = [RoomStock(rooms[room].code, rooms[room].name, position) for (_, room), position in found.items()]
    return tuple(sorted(lines, key=lambda line: line.room))


def _bundle_card(product: Product) -> StockCard:
    parts = contents([product.pk]).get(product.pk, ())
    free: dict[int, int] = {}
    for (product_id, _), position in positions(part.product_id for part in parts).items():
        free[product_id] = free.get(product_id, 0) + position.free
    lines = tuple(
        ContentStock(
            part.sku, part.units, free.get(part.product_id, 0), free.get(part.product_id, 0) // part.units
        )
        for part in parts
    )
    return StockCard(
        sku=product.sku,
        name=product.name,
        is_bundle=True,
        on_hand=0,
        promised=0,
        free=max(0, min((line.bundles for line in lines), default=0)),
        rooms=(),
        contents=lines,
    )


def movements(sku: str, *, before_id: int | None = None, limit: int = 50) -> tuple[MovementRow, ...]:
    """The ledger of a product, newest first."""
    rows = Movement.objects.filter(product__sku=sku).order_by("-id")
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    columns = ("id", "at", "kind", "room__code", "units", "reason", "reference", "actor")
    return tuple(MovementRow(*row) for row in rows.values_list(*columns)[:limit])


def enquiry(*, room: str = "", after_sku: str = "", limit: int = 50) -> tuple[EnquiryRow, ...]:
    """What lies where, by SKU; a page of products after the given SKU, in one room or in all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.sku, p.name, r.code, l.on_hand, coalesce((SELECT sum(units) FROM stock_reservation v"
            " WHERE v.product_id = l.product_id AND v.room_id = l.room_id), 0)"
            " FROM catalogue_product p JOIN stock_level l ON l.product_id = p.id"
            " JOIN stock_stockroom r ON r.id = l.room_id"
            " WHERE p.sku > %s AND (%s = '' OR r.code = %s) ORDER BY p.sku, r.code LIMIT %s",
            [after_sku, room, room, limit],
        )
        rows = cursor.fetchall()
    return tuple(
        EnquiryRow(sku, name, code, on_hand, int(promised), on_hand - int(promised))
        for sku, name, code, on_hand, promised in rows
    )


def rooms() -> tuple[tuple[str, str], ...]:
    """Code and name of every stock room."""
    return tuple(StockRoom.objects.order_by("code").values_list("code", "name"))


def ledger_differences() -> tuple[tuple[str, str, int, int], ...]:
    """Levels that are not the sum of their movements (SKU, room, level, sum). Always empty, or a fault."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.sku, r.code, coalesce(l.on_hand, 0), coalesce(m.units, 0) FROM stock_level l"
            " FULL JOIN (SELECT product_id, room_id, sum(units) AS units FROM stock_movement"
            "  GROUP BY product_id, room_id) m ON m.product_id = l.product_id AND m.room_id = l.room_id"
            " JOIN catalogue_product p ON p.id = coalesce(l.product_id, m.product_id)"
            " JOIN stock_stockroom r ON r.id = coalesce(l.room_id, m.room_id)"
            " WHERE coalesce(l.on_hand, 0) <> coalesce(m.units, 0) ORDER BY p.sku, r.code"
        )
        return tuple((sku, room, level, int(total)) for sku, room, level, total in cursor.fetchall())
