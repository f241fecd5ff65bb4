"""Tables, and the triggers that count the items of a serialised product.

On hand of a serialised product is the number of its items in the room: the database itself refuses else.
`numbered` of a level is kept by statement triggers on the items: one addition per (product, room) and
statement. The deferred trigger compares two columns of the level, whatever lies there.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

COUNTED = """
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


class Migration(migrations.Migration):
    initial = True

    # Databases made before the migrations of an area were written as one.
    replaces = [
        ("stock", "0001_initial"),
        ("stock", "0002_fewer_indexes"),
        ("stock", "0003_serialised_items"),
        ("stock", "0004_items_are_on_hand"),
        ("stock", "0005_items_are_counted_once"),
    ]

    dependencies = [
        ('catalogue', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='StockRoom',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('allows_negative', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='SerialisedItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('in_stock', 'In stock'), ('packed', 'Packed'), ('gone', 'Gone'), ('disposed', 'Disposed of')], max_length=10)),
                ('holder', models.CharField(blank=True, db_default='', max_length=80)),
                ('reference', models.CharField(blank=True, db_default='', max_length=120)),
                ('parcel', models.CharField(blank=True, db_default='', max_length=20)),
                ('came_back', models.BooleanField(db_default=False, default=False)),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='catalogue.product')),
                ('room', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stock.stockroom')),
            ],
            options={
                'indexes': [models.Index(fields=['number'], name='item_by_number'), models.Index(condition=models.Q(('room__isnull', False)), fields=['product', 'room'], name='item_here'), models.Index(condition=models.Q(('state', 'packed')), fields=['holder'], name='item_packed')],
                'constraints': [models.UniqueConstraint(fields=('product', 'number'), name='item_number_once'), models.CheckConstraint(condition=models.Q(('number', ''), _negated=True), name='item_has_a_number'), models.CheckConstraint(condition=models.Q(models.Q(('room__isnull', False), ('state__in', ['in_stock', 'packed'])), models.Q(('room__isnull', True), ('state__in', ['gone', 'disposed'])), _connector='OR'), name='item_has_a_room_while_here'), models.CheckConstraint(condition=models.Q(models.Q(('holder', ''), ('state__in', ['in_stock', 'disposed'])), models.Q(('state__in', ['packed', 'gone']), models.Q(('holder', ''), _negated=True)), _connector='OR'), name='item_has_a_holder_when_packed')],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder', models.CharField(max_length=80)),
                ('units', models.PositiveIntegerField()),
                ('stage', models.CharField(choices=[('open', 'Open: the marketplace deducts it itself'), ('labelled', 'Labelled, not handed over'), ('put_back', 'Cancelled after the label, to be put back'), ('other', 'Other promise')], max_length=10)),
                ('sold_as', models.CharField(blank=True, max_length=40)),
                ('sold_units', models.PositiveIntegerField(default=0)),
                ('location', models.CharField(blank=True, max_length=40)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('room', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stock.stockroom')),
            ],
            options={
                'indexes': [models.Index(fields=['product', 'room', 'stage'], name='reservation_by_product'), models.Index(fields=['sold_as', 'location', 'stage'], name='reservation_by_sold_as')],
                'constraints': [models.UniqueConstraint(fields=('holder', 'product', 'room', 'sold_as'), name='reservation_once'), models.CheckConstraint(condition=models.Q(('units__gte', 1)), name='reservation_units_positive')],
            },
        ),
        migrations.CreateModel(
            name='Movement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.IntegerField()),
                ('kind', models.CharField(choices=[('goods_in', 'Goods in'), ('disposal', 'Disposal'), ('transfer', 'Transfer'), ('sale', 'Sale'), ('return', 'Return'), ('count', 'Stock count')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=120)),
                ('reference', models.CharField(blank=True, max_length=80)),
                ('actor', models.CharField(max_length=150)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stock.stockroom')),
            ],
            options={
                'indexes': [models.Index(fields=['product', 'room', '-id'], name='movement_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('units', 0), _negated=True), name='movement_moves_something')],
            },
        ),
        migrations.CreateModel(
            name='Level',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_hand', models.IntegerField(default=0)),
                ('numbered', models.IntegerField(db_default=0, default=0)),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='levels', to='catalogue.product')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='levels', to='stock.stockroom')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('product', 'room'), name='level_once')],
            },
        ),
        migrations.RunSQL(COUNTED, NOT_COUNTED),
    ]
