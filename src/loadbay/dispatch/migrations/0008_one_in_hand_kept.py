from django.db import migrations

SET_ASIDE = """
WITH ranked AS (
    SELECT id, packed_at, row_number() OVER (
        PARTITION BY station ORDER BY packed_at IS NULL DESC, state_since DESC, id DESC
    ) AS place
    FROM dispatch_fieldcall WHERE state = 'packing'
)
UPDATE dispatch_fieldcall AS field_call
SET state = CASE WHEN ranked.packed_at IS NULL THEN 'packing' ELSE 'packed' END,
    station = CASE WHEN ranked.packed_at IS NULL
        THEN left(field_call.station, 20) || '-' || field_call.id ELSE field_call.station END
FROM ranked WHERE ranked.id = field_call.id AND ranked.place > 1
"""
"""Of several field calls in hand at one bench, which only Open again could bring about, the bench keeps one:
the one it is just packing, else the newest. One that was packed before is laid aside as it is packed; should
there be another one never packed yet, it goes on at a bench called after it."""

CLOSE_PARCELS = """
UPDATE dispatch_parcel AS parcel SET is_closed = true
FROM dispatch_fieldcall AS field_call
WHERE field_call.id = parcel.field_call_id AND field_call.state = 'packed' AND NOT parcel.is_closed
"""


class Migration(migrations.Migration):
    """Before the database itself allows one field call in hand per bench: those of before."""

    dependencies = [("dispatch", "0007_indexes_of_what_is_deleted")]

    operations = [
        migrations.RunSQL(SET_ASIDE, migrations.RunSQL.noop),
        migrations.RunSQL(CLOSE_PARCELS, migrations.RunSQL.noop),
    ]
