"""A shop with a past: many orders that were sold, packed and handed over long ago, written straight in.

Some orders are imported as usual and then multiplied by SQL, table by table: ids and what points to them are
shifted, what must be unique gets a suffix, dates lie further back. So the rows are as real ones are.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import ceil

from django.db import connection, models, transaction
from django.utils import timezone

from benchmarks.ground import CHANNEL, Ground
from benchmarks.importing import import_here
from loadbay.channels.models import SalesChannel
from loadbay.core.bulk import insert_rows
from loadbay.dispatch.models import FieldCall, FieldCallLine, Parcel, ParcelLine
from loadbay.journal.models import TimelineEntry
from loadbay.orders.models import BuyerDetails, ChannelOrder, Sale, SaleLine, Shipment, ShipmentLine
from loadbay.stock.models import Reservation

BASE = 1_000
"""Orders that are imported; the past is a multiple of them. Three times as many make a day."""
COPIES_AT_ONCE = 25
TABLES: tuple[type[models.Model], ...] = (
    *(ChannelOrder, BuyerDetails, Shipment, ShipmentLine, Sale, SaleLine),
    *(FieldCall, FieldCallLine, Parcel, ParcelLine, TimelineEntry),
)
UNIQUE = {"order_id", "shipment_id", "number", "subject", "tracking_id"}


@dataclass(frozen=True)
class Past:
    """`span` is where the ids of the imported orders end; each copy is shifted by a multiple of it."""

    span: int

    @classmethod
    def begin(cls, shop: Ground) -> Past:
        """Import some orders and hand them over."""
        SalesChannel.objects.filter(code=CHANNEL).update(confirms_by_itself=False)
        import_here(shop, BASE)
        _hand_over()
        return cls(max(_highest_id(model) for model in TABLES))

    def grow(self, *, to: int) -> int:
        """Copy until there are that many orders; how many there are comes back."""
        first = max(_highest_id(model) for model in TABLES) // self.span + 1
        last = first + ceil((to - FieldCall.objects.count()) / BASE)
        for start in range(first, last, COPIES_AT_ONCE):
            with transaction.atomic():
                for model in TABLES:
                    _multiply(model, span=self.span, copies=(start, min(start + COPIES_AT_ONCE, last) - 1))
        for model in TABLES:
            _tidy(model)
        os.sync()  # no commit that is measured waits until the disk has all of the past
        return FieldCall.objects.count()


def _hand_over() -> None:
    """Everything imported so far was packed, labelled, completed and delivered."""
    calls = list(FieldCall.objects.order_by("id").values_list("pk", flat=True))
    parcels = insert_rows(Parcel, [_parcel(call) for call in calls])
    of_call = dict(zip(calls, parcels, strict=True))
    lines = FieldCallLine.objects.order_by("id").values_list("pk", "field_call_id", "units")
    insert_rows(
        ParcelLine,
        [{"parcel_id": of_call[call], "line_id": pk, "units": units} for pk, call, units in lines],
    )
    FieldCall.objects.update(state=FieldCall.State.COMPLETED, packed_at=models.F("collection_at"))
    Shipment.objects.update(status="DELIVERED", promise=Shipment.Promise.CONFIRMED)
    Sale.objects.update(order_status=Sale.OrderStatus.POSTED)
    Reservation.objects.all().delete()


def _parcel(call: int) -> dict[str, object]:
    return {
        "field_call_id": call,
        "package_id": "PKG-1",
        "is_closed": True,
        "carrier_name": "Amazon",
        "tracking_id": f"TBA{call}",
        "told_shipped_at": timezone.now(),
    }


def _multiply(model: type[models.Model], *, span: int, copies: tuple[int, int]) -> None:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(field) for field in fields)
    _run(
        f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {values} FROM "{model._meta.db_table}" r,'
        " generate_series(%(first)s::int, %(last)s::int) AS copy WHERE r.id <= %(span)s",
        {"span": span, "first": copies[0], "last": copies[1]},
    )


def _value(field: models.Field) -> str:
    """The column in copy number `copy`, which lies that many thirds of a day further back."""
    column = f'r."{field.column}"'
    if field.primary_key or field.related_model in TABLES:
        return f"{column} + copy * %(span)s"
    if isinstance(field, models.CharField) and field.name in UNIQUE:
        return f"CASE WHEN {column} = '' THEN '' ELSE {column} || '-' || copy END"
    if isinstance(field, models.DateTimeField):
        return f"{column} - copy * interval '8 hours'"
    if isinstance(field, models.DateField):
        return f"{column} - copy / 3"
    return column


def _highest_id(model: type[models.Model]) -> int:
    return int(model.objects.aggregate(highest=models.Max("pk"))["highest"])


def _tidy(model: type[models.Model]) -> None:
    """New rows get higher ids, and the planner knows the table, as in a shop that has run for long."""
    table = model._meta.db_table
    _run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM \"{table}\"))")
    _run(f'VACUUM ANALYZE "{table}"')


def _run(statement: str, values: dict[str, int] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
