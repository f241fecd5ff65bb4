"""Items of a room are counted as they change, no longer all of them once per changed item.

`numbered` of a level is kept by statement triggers on the items: one addition per (product, room) and
statement. The deferred trigger compares two columns of the level, whatever lies there.

Open tasks name a product as everywhere else, `product:SKU`, so that they show on its page.
"""

from importlib import import_module

from django.db import migrations, models

_BEFORE = import_module("loadbay.stock.migrations.0004_items_are_on_hand")

GONE = """
DROP TRIGGER IF EXISTS items_are_on_hand ON catalogue_product;
DROP TRIGGER IF EXISTS items_are_on_hand ON stock_level;
DROP TRIGGER IF EXISTS items_are_on_hand ON stock_serialiseditem;
DROP FUNCTION IF EXISTS stock_items_agree_with_product();
DROP FUNCTION IF EXISTS stock_items_agree_with_level();
DROP FUNCTION IF EXISTS stock_items_agree_with_row();
DROP FUNCTION IF EXISTS stock_items_agree(bigint, bigint);
"""
"""IF EXISTS: the first databases of 0004 had no function of its own for levels."""

COUNTED = """
UPDATE stock_level l SET numbered = i.numbered
FROM (
    SELECT product_id, room_id, count(*) AS numbered FROM stock_serialiseditem
    WHERE room_id IS NOT NULL GROUP BY product_id, room_id
) i
WHERE l.product_id = i.product_id AND l.room_id = i.room_id;

CREATE FUNCTION stock_items_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stock_level AS l (product_id, room_id, on_hand, numbered)
        SELECT product_id, room_id, 0, count(*) FROM came
        WHERE room_id IS NOT NULL GROUP BY product_id, room_id ORDER BY product_id, room_id
    ON CONFLICT (product_id, room_id) DO UPDATE SET numbered = l.numbered + EXCLUDED.numbered;
    RETURN NULL;
END $$;

CREATE FUNCTION stock_items_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE stock_level l SET numbered = l.numbered - w.numbered
    FROM (
        SELECT product_id, room_id, count(*) AS numbered FROM went
        WHERE room_id IS NOT NULL GROUP BY product_id, room_id
    ) w
    WHERE l.product_id = w.product_id AND l.room_id = w.room_id;
    RETURN NULL;
END $$;

CREATE FUNCTION stock_items_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stock_level AS l (product_id, room_id, on_hand, numbered)
        SELECT product_id, room_id, 0, sum(change) FROM (
            SELECT product_id, room_id, 1 AS change FROM came
            UNION ALL
            SELECT product_id, room_id, -1 FROM went
        ) both_sides
        WHERE room_id IS NOT NULL GROUP BY product_id, room_id HAVING sum(change) <> 0
        ORDER BY product_id, room_id
    ON CONFLICT (product_id, room_id) DO UPDATE SET numbered = l.numbered + EXCLUDED.numbered;
    RETURN NULL;
END $$;

CREATE FUNCTION stock_level_agrees(the_product bigint, the_room bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    -- As it stands at the end: a level may have changed again since this was asked for.
    counted bigint;
    lying bigint;
BEGIN
    SELECT l.numbered, CASE WHEN p.is_serialised THEN l.on_hand ELSE 0 END INTO counted, lying
        FROM stock_level l JOIN catalogue_product p ON p.id = l.product_id
        WHERE l.product_id = the_product AND l.room_id = the_room;
    IF counted <> lying THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'items_are_on_hand',
            MESSAGE = format('product %s in room %s: %s items with a number, %s on hand',
                             the_product, the_room, counted, lying);
    END IF;
END $$;

CREATE FUNCTION stock_level_agrees_with_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stock_level_agrees(NEW.product_id, NEW.room_id);
    RETURN NULL;
END $$;

CREATE FUNCTION stock_levels_agree_with_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stock_level_agrees(NEW.id, room_id) FROM stock_level WHERE product_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER items_came AFTER INSERT ON stock_serialiseditem
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION stock_items_came();

CREATE TRIGGER items_went AFTER DELETE ON stock_serialiseditem
    REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION stock_items_went();

CREATE TRIGGER items_moved AFTER UPDATE ON stock_serialiseditem
    REFERENCING OLD TABLE AS went NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION stock_items_moved();

CREATE CONSTRAINT TRIGGER items_are_on_hand AFTER UPDATE OF on_hand, numbered
    ON stock_level DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION stock_level_agrees_with_items();

CREATE CONSTRAINT TRIGGER items_are_on_hand_at_first AFTER INSERT
    ON stock_level DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.on_hand <> 0 OR NEW.numbered <> 0)
    EXECUTE FUNCTION stock_level_agrees_with_items();

CREATE CONSTRAINT TRIGGER items_are_on_hand AFTER UPDATE OF is_serialised
    ON catalogue_product DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.is_serialised IS DISTINCT FROM NEW.is_serialised)
    EXECUTE FUNCTION stock_levels_agree_with_product();
"""

NOT_COUNTED = """
DROP TRIGGER items_are_on_hand ON catalogue_product;
DROP TRIGGER items_are_on_hand_at_first ON stock_level;
DROP TRIGGER items_are_on_hand ON stock_level;
DROP TRIGGER items_moved ON stock_serialiseditem;
DROP TRIGGER items_went ON stock_serialiseditem;
DROP TRIGGER items_came ON stock_serialiseditem;
DROP FUNCTION stock_levels_agree_with_product();
DROP FUNCTION stock_level_agrees_with_items();
DROP FUNCTION stock_level_agrees(bigint, bigint);
DROP FUNCTION stock_items_moved();
DROP FUNCTION stock_items_went();
DROP FUNCTION stock_items_came();
"""

NAMED = """
    UPDATE inbox_task SET subjects = (
        SELECT jsonb_agg(CASE WHEN name LIKE '%:%' THEN name ELSE 'product:' || name END)
        FROM jsonb_array_elements_text(subjects) AS s (name)
    )
    WHERE kind IN ('numbers_unknown', 'stock_below_zero') AND closed_at IS NULL AND subjects <> '[]';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0004_items_are_on_hand"),
    ]

    operations = [
        migrations.RunSQL(GONE, _BEFORE.AGREE),
        migrations.AddField("level", "numbered", models.IntegerField(db_default=0, default=0)),
        migrations.RunSQL(COUNTED, NOT_COUNTED),
        migrations.RunSQL(NAMED, migrations.RunSQL.noop),
    ]
