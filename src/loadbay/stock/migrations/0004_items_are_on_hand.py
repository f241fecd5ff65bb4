"""On hand of a serialised product is the number of its items in the room: the database itself refuses else.

Products that were marked as serialised while goods of unknown number lie there are unmarked first, with a
task each; counting them in with their numbers marks them again.
"""

from django.db import migrations

UNMARK = """
    WITH unmarked AS (
        UPDATE catalogue_product p SET is_serialised = false
        WHERE p.is_serialised
            AND EXISTS (SELECT 1 FROM stock_level l WHERE l.product_id = p.id AND l.on_hand <> 0)
        RETURNING p.sku
    )
    INSERT INTO inbox_task (kind, matter, cause, is_alert, sentence, cure, link, subjects, times, closed_by)
    SELECT 'numbers_unknown', sku, 'stock', false,
        sku || ' was marked as serialised, but the numbers of its items on hand are not known.',
        'It counts as not serialised now. Serialise it on its Stock tab with the number of each item.',
        '', jsonb_build_array(sku), 1, ''
    FROM unmarked
    ON CONFLICT (kind, matter) WHERE closed_at IS NULL DO NOTHING;
"""

AGREE = """
CREATE FUNCTION stock_items_agree(the_product bigint, the_room bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    numbered bigint;
    lying bigint := 0;
BEGIN
    SELECT count(*) INTO numbered FROM stock_serialiseditem
        WHERE product_id = the_product AND room_id = the_room;
    IF (SELECT is_serialised FROM catalogue_product WHERE id = the_product) THEN
        SELECT on_hand INTO lying FROM stock_level WHERE product_id = the_product AND room_id = the_room;
    END IF;
    IF numbered <> coalesce(lying, 0) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'items_are_on_hand',
            MESSAGE = format('product %s in room %s: %s items with a number, %s on hand',
                             the_product, the_room, numbered, coalesce(lying, 0));
    END IF;
END $$;

CREATE FUNCTION stock_items_agree_with_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.room_id IS NOT NULL THEN
        PERFORM stock_items_agree(OLD.product_id, OLD.room_id);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.room_id IS NOT NULL THEN
        PERFORM stock_items_agree(NEW.product_id, NEW.room_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION stock_items_agree_with_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A plain product has no items, which the other two triggers see to; most levels are of plain ones.
    IF (SELECT is_serialised FROM catalogue_product WHERE id = NEW.product_id) THEN
        PERFORM stock_items_agree(NEW.product_id, NEW.room_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION stock_items_agree_with_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stock_items_agree(NEW.id, room_id) FROM stock_level WHERE product_id = NEW.id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER items_are_on_hand AFTER INSERT OR DELETE OR UPDATE OF room_id, product_id
    ON stock_serialiseditem DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION stock_items_agree_with_row();

CREATE CONSTRAINT TRIGGER items_are_on_hand AFTER UPDATE OF on_hand
    ON stock_level DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION stock_items_agree_with_level();

CREATE CONSTRAINT TRIGGER items_are_on_hand AFTER UPDATE OF is_serialised
    ON catalogue_product DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.is_serialised IS DISTINCT FROM NEW.is_serialised)
    EXECUTE FUNCTION stock_items_agree_with_product();
"""

GONE = """
DROP TRIGGER items_are_on_hand ON catalogue_product;
DROP TRIGGER items_are_on_hand ON stock_level;
DROP TRIGGER items_are_on_hand ON stock_serialiseditem;
DROP FUNCTION stock_items_agree_with_product();
DROP FUNCTION stock_items_agree_with_level();
DROP FUNCTION stock_items_agree_with_row();
DROP FUNCTION stock_items_agree(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_categories"),
        ("inbox", "0001_initial"),
        ("stock", "0003_serialised_items"),
    ]

    operations = [
        migrations.RunSQL(UNMARK, migrations.RunSQL.noop),
        migrations.RunSQL(AGREE, GONE),
    ]
