import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # Databases made before the migrations of an area were written as one.
    replaces = [
        ("listings", "0001_initial"),
        ("listings", "0002_changed_after_submission"),
        ("listings", "0003_figures_wait_for_the_schedule"),
        ("listings", "0004_handling_days_as_submitted"),
        ("listings", "0005_seen_gone_and_put_off"),
        ("listings", "0006_marking_a_channel"),
    ]

    dependencies = [
        ('catalogue', '0001_tables'),
        ('channels', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='StockCap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.PositiveIntegerField()),
                ('valid_from', models.DateField(unique=True)),
                ('valid_until', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Listing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.CharField(max_length=40)),
                ('asin', models.CharField(max_length=10)),
                ('condition', models.CharField(default='new_new', max_length=30)),
                ('type', models.CharField(choices=[('onsite_fba', 'On Site FBA'), ('fba', 'FBA'), ('mfn', 'MFN')], default='onsite_fba', max_length=12)),
                ('country_of_origin', models.CharField(max_length=2)),
                ('shipping_template', models.CharField(max_length=100)),
                ('handling_days', models.PositiveSmallIntegerField(null=True)),
                ('stock_offset', models.IntegerField(default=0)),
                ('stock_fixed', models.PositiveIntegerField(null=True)),
                ('stock_percentage', models.PositiveSmallIntegerField(null=True)),
                ('stock_minimum', models.PositiveIntegerField(null=True)),
                ('stock_cap', models.PositiveIntegerField(null=True)),
                ('product_type', models.CharField(blank=True, max_length=80)),
                ('catalogue', models.JSONField(default=dict)),
                ('issues', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('live_as_mfn', 'Live as MFN'), ('awaiting_conversion', 'Awaiting conversion'), ('linked', 'Linked'), ('rejected', 'Rejected'), ('suppressed', 'Suppressed'), ('delisted', 'Delisted')], default='draft', max_length=20)),
                ('state_since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('submission_wanted', models.BooleanField(default=False)),
                ('submission_id', models.CharField(blank=True, max_length=80)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('next_look_at', models.DateTimeField(null=True)),
                ('linked_because', models.CharField(blank=True, max_length=200)),
                ('channel_codes', models.JSONField(default=list)),
                ('shown_by_amazon_at', models.DateTimeField(null=True)),
                ('missing_since', models.DateTimeField(null=True)),
                ('offer_told', models.JSONField(default=dict)),
                ('offer_dirty', models.BooleanField(default=False)),
                ('offer_told_at', models.DateTimeField(null=True)),
                ('offer_next_try_at', models.DateTimeField(null=True)),
                ('offer_tries', models.PositiveSmallIntegerField(default=0)),
                ('offer_refusal', models.TextField(blank=True)),
                ('offer_troubles', models.PositiveSmallIntegerField(default=0)),
                ('delisting_wanted', models.BooleanField(default=False)),
                ('gone_look_at', models.DateTimeField(null=True)),
                ('price_dirty', models.BooleanField(default=False)),
                ('price_amount', models.DecimalField(decimal_places=4, max_digits=14, null=True)),
                ('price_currency', models.CharField(blank=True, max_length=3)),
                ('price_told_at', models.DateTimeField(null=True)),
                ('price_in_flight', models.BooleanField(default=False)),
                ('price_next_try_at', models.DateTimeField(null=True)),
                ('price_tries', models.PositiveSmallIntegerField(default=0)),
                ('price_refusal', models.TextField(blank=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='channels.saleschannel')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='catalogue.product')),
            ],
            options={
                'indexes': [models.Index(fields=['channel', 'state'], name='listing_by_state'), models.Index(condition=models.Q(('submission_wanted', True)), fields=['channel'], name='listing_to_submit'), models.Index(models.F('channel'), models.OrderBy(models.F('next_look_at'), nulls_first=True), condition=models.Q(('state__in', ('submitted', 'live_as_mfn', 'awaiting_conversion', 'linked', 'suppressed'))), name='listing_to_look_at'), models.Index(condition=models.Q(('offer_dirty', True), ('delisting_wanted', True), _connector='OR'), fields=['channel'], name='listing_to_change'), models.Index(condition=models.Q(('gone_look_at__isnull', False)), fields=['channel'], name='listing_to_see_gone'), models.Index(condition=models.Q(('price_dirty', True), ('price_in_flight', True), _connector='OR'), fields=['channel'], name='listing_price_to_send')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'sku'), name='listing_once_per_channel'), models.CheckConstraint(condition=models.Q(('stock_percentage__lte', 100), ('stock_percentage__isnull', True), _connector='OR'), name='listing_percentage_of_a_hundred')],
            },
        ),
        migrations.CreateModel(
            name='StockFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('location', models.CharField(max_length=36)),
                ('is_dirty', models.BooleanField(default=True)),
                ('dirty_since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('urgency', models.PositiveSmallIntegerField(choices=[(1, 'Zero or lowered'), (3, 'A setting of its channel changed'), (5, 'Other'), (6, 'Its turn on the schedule'), (7, 'Waits for the schedule')], default=5)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('sequence', models.BigIntegerField(default=0)),
                ('sent_quantity', models.PositiveIntegerField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('in_flight', models.BooleanField(default=False)),
                ('acknowledged_quantity', models.PositiveIntegerField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('amazon_sellable', models.IntegerField(null=True)),
                ('amazon_reserved', models.IntegerField(null=True)),
                ('refusal', models.TextField(blank=True)),
                ('stale_refusals', models.PositiveIntegerField(default=0)),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='listings.listing')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_dirty', True)), fields=['urgency', 'dirty_since'], name='figure_to_send'), models.Index(condition=models.Q(('in_flight', True)), fields=['listing'], name='figure_in_flight')],
                'constraints': [models.UniqueConstraint(fields=('listing', 'location'), name='figure_once')],
            },
        ),
        migrations.CreateModel(
            name='ChannelMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('stock', 'Stock'), ('prices', 'Prices')], max_length=10)),
                ('after', models.BigIntegerField(default=0)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.saleschannel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'what'), name='channel_mark_once')],
            },
        ),
    ]
