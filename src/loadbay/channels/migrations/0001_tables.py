import django.db.models.deletion
import django.db.models.functions.datetime
import loadbay.core.encryption
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # Databases made before the migrations of an area were written as one.
    replaces = [
        ("channels", "0001_initial"),
        ("channels", "0002_days_without_a_lorry"),
        ("channels", "0003_definitions"),
        ("channels", "0004_programmes_mfn_and_fba"),
        ("channels", "0005_implied_actions"),
        ("channels", "0006_items_customers_tax"),
        ("channels", "0007_sale_series_and_erp"),
    ]

    dependencies = [
        ('catalogue', '0001_tables'),
        ('parties', '0001_tables'),
        ('stock', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('region', models.CharField(max_length=2)),
                ('seller_id', models.CharField(max_length=40)),
                ('client_id', models.CharField(max_length=200)),
                ('client_secret', loadbay.core.encryption.EncryptedText()),
                ('refresh_token', loadbay.core.encryption.EncryptedText()),
                ('endpoint', models.URLField()),
                ('token_endpoint', models.URLField()),
                ('secret_set_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('state', models.CharField(choices=[('working', 'Working'), ('stopped', 'Stopped')], default='working', max_length=10)),
                ('stopped_because', models.TextField(blank=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('last_success_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SalesChannel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('description', models.CharField(blank=True, max_length=100)),
                ('marketplace', models.CharField(max_length=2)),
                ('programme', models.CharField(choices=[('smartconnect', 'Amazon SmartConnect'), ('mfn', 'Merchant fulfilled (MFN)'), ('fba', 'Fulfilled by Amazon (FBA)')], max_length=20)),
                ('time_zone', models.CharField(default='Europe/London', max_length=60)),
                ('collection_weekdays', models.CharField(default='1234567', max_length=7)),
                ('price_category', models.CharField(default='Amazon', max_length=40)),
                ('external_document_template', models.CharField(default='{order_id}-{shipment_id}', max_length=80)),
                ('dimension_1', models.CharField(blank=True, max_length=20)),
                ('dimension_2', models.CharField(blank=True, max_length=20)),
                ('order_start_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('send_mode', models.CharField(choices=[('at_once', 'At once'), ('on_schedule', 'On schedule')], default='at_once', max_length=12)),
                ('confirms_by_itself', models.BooleanField(default=True)),
                ('is_watching', models.BooleanField(default=False)),
                ('finishes_with_last_scan', models.BooleanField(default=False)),
                ('reservation_ends', models.CharField(choices=[('label', 'When the label is made'), ('shipped', 'When the parcel is shipped')], default='label', max_length=8)),
                ('buyer_details_days', models.PositiveSmallIntegerField(default=7)),
                ('sale_prefix', models.CharField(db_default='S-', default='S-', max_length=10)),
                ('erp', models.CharField(db_default='ledger', default='ledger', max_length=20)),
                ('allows_multi_currency', models.BooleanField(db_default=False, default=False)),
                ('payment_behaviour', models.CharField(choices=[('channel', 'Channel'), ('mapped', 'Mapped')], db_default='channel', default='channel', max_length=8)),
                ('onsite_wait_hours', models.PositiveSmallIntegerField(db_default=6, default=6)),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='channels', to='channels.connection')),
                ('placeholder_customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.customer')),
                ('shipping_agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.shippingagent')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('connection', 'marketplace', 'programme'), name='programme_once')],
            },
        ),
        migrations.CreateModel(
            name='PickupTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('location', models.CharField(max_length=36)),
                ('at', models.TimeField()),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pickups', to='channels.saleschannel')),
            ],
            options={
                'ordering': ['location', 'at'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'location', 'at'), name='pickup_once')],
            },
        ),
        migrations.CreateModel(
            name='PaymentMethod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('external_id', models.CharField(max_length=60)),
                ('code', models.CharField(blank=True, max_length=20)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='payment_methods', to='channels.saleschannel')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'key'), name='payment_method_once')],
            },
        ),
        migrations.CreateModel(
            name='MatrixLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel_status', models.CharField(blank=True, max_length=40)),
                ('order_status', models.CharField(blank=True, max_length=12)),
                ('balanced', models.BooleanField(null=True)),
                ('existing_orders', models.BooleanField(null=True)),
                ('implied_status', models.CharField(max_length=12)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matrix', to='channels.saleschannel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'channel_status', 'order_status', 'balanced', 'existing_orders'), name='matrix_line_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='MappedItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_type', models.CharField(choices=[('sku', 'SKU'), ('asin', 'ASIN'), ('charge', 'Charge name')], default='sku', max_length=8)),
                ('external_id', models.CharField(max_length=60)),
                ('kind', models.CharField(blank=True, choices=[('account', 'G/L Account'), ('item', 'Item'), ('resource', 'Resource'), ('charge', 'Charge (Item)')], max_length=8)),
                ('number', models.CharField(blank=True, max_length=20)),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='channels.saleschannel')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'code_type', 'external_id'), name='item_once')],
            },
        ),
        migrations.CreateModel(
            name='KnownBuyer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.CharField(max_length=80)),
                ('order_id', models.CharField(blank=True, max_length=30)),
                ('purge_on', models.DateField(null=True)),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.customer')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='known_buyers', to='channels.saleschannel')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'identity'), name='known_buyer_once')],
            },
        ),
        migrations.CreateModel(
            name='ImpliedAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('implied_status', models.CharField(max_length=20)),
                ('kind', models.CharField(max_length=10)),
                ('text', models.CharField(blank=True, max_length=200)),
                ('url', models.CharField(blank=True, max_length=300)),
                ('secret', loadbay.core.encryption.EncryptedText(null=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actions', to='channels.saleschannel')),
            ],
            options={
                'ordering': ['channel', 'id'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'implied_status', 'kind', 'text', 'url'), name='implied_action_once')],
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holidays', to='channels.saleschannel')),
            ],
            options={
                'ordering': ['day'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'day'), name='holiday_once')],
            },
        ),
        migrations.CreateModel(
            name='CustomerBehaviour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('buyer', models.CharField(max_length=5)),
                ('behaviour', models.CharField(choices=[('auto_create', 'Auto Create'), ('sales_channel', 'Sales Channel'), ('manual', 'Manual')], max_length=14)),
                ('code_pattern', models.CharField(blank=True, max_length=40)),
                ('currency', models.CharField(blank=True, max_length=10)),
                ('tax_area', models.CharField(blank=True, max_length=20)),
                ('payment_terms', models.CharField(blank=True, max_length=20)),
                ('dimension_1', models.CharField(blank=True, max_length=20)),
                ('dimension_2', models.CharField(blank=True, max_length=20)),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.customer')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='customer_behaviours', to='channels.saleschannel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'buyer'), name='customer_behaviour_once')],
            },
        ),
        migrations.CreateModel(
            name='ChannelTax',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shown', models.CharField(choices=[('lines', 'On each line'), ('one_line', 'As one line')], default='lines', max_length=8)),
                ('account', models.CharField(blank=True, max_length=20)),
                ('leaves_out_collected', models.BooleanField(default=False)),
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='tax', to='channels.saleschannel')),
            ],
        ),
        migrations.CreateModel(
            name='ChannelRoom',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('location', models.CharField(blank=True, max_length=36)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stock.stockroom')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rooms', to='channels.saleschannel')),
            ],
            options={
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'room'), name='room_once_per_channel')],
            },
        ),
        migrations.CreateModel(
            name='ChannelCurrency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(max_length=3)),
                ('code', models.CharField(blank=True, max_length=10)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='currencies', to='channels.saleschannel')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'external_id'), name='currency_once')],
            },
        ),
        migrations.CreateModel(
            name='ShippingCarrier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('external_id', models.CharField(max_length=60)),
                ('description', models.CharField(blank=True, max_length=100)),
                ('is_default_for_outgoing', models.BooleanField(default=False)),
                ('agent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.shippingagent')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shipping_carriers', to='channels.saleschannel')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'key'), name='shipping_carrier_once'), models.UniqueConstraint(condition=models.Q(('is_default_for_outgoing', True)), fields=('channel', 'agent'), name='one_outgoing_carrier')],
            },
        ),
        migrations.CreateModel(
            name='ShippingMethod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('external_id', models.CharField(max_length=60)),
                ('description', models.CharField(blank=True, max_length=100)),
                ('behaviour', models.CharField(choices=[('default', 'Default'), ('skip', 'Skip')], default='default', max_length=8)),
                ('charge_type', models.CharField(blank=True, choices=[('account', 'G/L Account'), ('item', 'Item'), ('resource', 'Resource'), ('charge', 'Charge (Item)')], max_length=8)),
                ('charge_number', models.CharField(blank=True, max_length=20)),
                ('is_default_for_outgoing', models.BooleanField(default=False)),
                ('agent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.shippingagent')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shipping_methods', to='channels.saleschannel')),
                ('service', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.shippingagentservice')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'key'), name='shipping_method_once'), models.UniqueConstraint(condition=models.Q(('is_default_for_outgoing', True)), fields=('channel', 'agent', 'service'), name='one_outgoing_method', nulls_distinct=False)],
            },
        ),
    ]
