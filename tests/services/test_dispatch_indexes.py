"""What runs every minute, and what deletes rows, reads a few rows of dispatch and never whole tables."""

from __future__ import annotations

from django.db import connection

from loadbay.dispatch import backlog
from loadbay.dispatch.models import FieldCall, Parcel
from tests.builders import Shop, a_field_call
from tests.services.goods import a_product


def plan(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {query}")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_deleting_lines_read_every_field_call_and_every_line(db: None):
    assert "field_call_waits_for_serial" in plan("SELECT 1 FROM dispatch_fieldcall WHERE serial_for_id = 5")
    by_line = plan("SELECT 1 FROM dispatch_fieldcallline WHERE shipment_line_id = 5")
    assert "dispatch_fieldcallline_shipment_line_id_" in by_line


def test_the_look_for_what_is_still_to_tell_read_every_parcel_ever_shipped(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).shipped()
    told = [
        Parcel(field_call=call.row, package_id=f"OLD-{n}", told_shipped_at=shop.clock.now())
        for n in range(3000)
    ]
    Parcel.objects.bulk_create(told)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dispatch_parcel")
        cursor.execute("ANALYZE dispatch_fieldcall")
    assert "parcel_untold" in backlog._untold(FieldCall.objects.all()).explain()


def test_a_call_with_two_parcels_to_tell_counts_once(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop, "RUG", 2).labelled_in_two()
    shop.completes(call.number)
    assert backlog.backlog()[2] == ("shipped to tell", 1, shop.clock.now())
    assert backlog.waiting(most=5)["shipped to tell"] == [(f"field_call:{call.number}", "")]
    assert backlog.held_by_watching(shop.channel.pk)[1][1] == 1
    shop.tells_shipped_until_settled()
    assert backlog.backlog()[2] == ("shipped to tell", 0, None)
