import django.db.models.deletion
import django.db.models.functions.datetime
import loadbay.core.encryption
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # Databases made before the migrations of an area were written as one.
    replaces = [
        ("dispatch", "0001_initial"),
        ("dispatch", "0002_initial"),
        ("dispatch", "0003_newest_scans"),
        ("dispatch", "0004_no_full_scans"),
        ("dispatch", "0005_fewer_indexes"),
        ("dispatch", "0006_boxes_of_the_house"),
        ("dispatch", "0007_indexes_of_what_is_deleted"),
        ("dispatch", "0008_one_in_hand_kept"),
        ("dispatch", "0009_one_in_hand"),
        ("dispatch", "0010_own_carriers"),
    ]

    dependencies = [
        ('catalogue', '0001_tables'),
        ('channels', '0001_tables'),
        ('orders', '0001_tables'),
        ('parties', '0001_tables'),
        ('people', '__first__'),
        ('stock', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='HouseBox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True)),
                ('name', models.CharField(blank=True, max_length=40)),
                ('length_mm', models.PositiveIntegerField()),
                ('width_mm', models.PositiveIntegerField()),
                ('height_mm', models.PositiveIntegerField()),
                ('weight_g', models.PositiveIntegerField()),
                ('is_house_box', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_house_box', True)), fields=('is_house_box',), name='house_box_one')],
            },
        ),
        migrations.CreateModel(
            name='Printer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('kind', models.CharField(choices=[('raw', 'Network printer (raw, port 9100)'), ('folder', 'Folder'), ('browser', 'Browser')], max_length=10)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('formats', models.CharField(default='zpl,png,pdf', max_length=20)),
                ('is_default', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Consignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('location', models.CharField(max_length=36)),
                ('collection_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.shippingagent')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('location', 'agent', 'collection_at'), name='consignment_one_open_per_collection')],
            },
        ),
        migrations.CreateModel(
            name='FieldCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('location', models.CharField(max_length=36)),
                ('collection_date', models.DateField()),
                ('collection_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('to_pack', 'To pack'), ('packing', 'On the bench'), ('packed', 'Packed, label awaited'), ('labelled', 'Labelled'), ('completed', 'Completed'), ('cancelled', 'Cancelled')], default='to_pack', max_length=10)),
                ('state_since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('station', models.CharField(blank=True, max_length=40)),
                ('problem', models.TextField(blank=True)),
                ('label_wanted', models.CharField(blank=True, max_length=10)),
                ('packed_at', models.DateTimeField(null=True)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('completed_at', models.DateTimeField(null=True)),
                ('completed_by', models.CharField(blank=True, max_length=150)),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.shippingagent')),
                ('channel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.saleschannel')),
                ('packer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sale', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='field_call', to='orders.sale')),
            ],
            options={
                'indexes': [models.Index(fields=['collection_at', 'id'], name='field_call_by_pickup'), models.Index(fields=['collection_date', 'collection_at', 'id'], name='field_call_of_day'), models.Index(condition=models.Q(('state__in', ['packing', 'packed', 'labelled'])), fields=['station', '-packed_at'], name='field_call_at_bench'), models.Index(condition=models.Q(('label_wanted', ''), _negated=True), fields=['channel', 'id'], name='field_call_to_label'), models.Index(condition=models.Q(('state__in', ['to_pack', 'packing', 'packed', 'labelled'])), fields=['channel', 'id'], name='field_call_in_work')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'packing')), fields=('station',), name='field_call_one_in_hand')],
            },
        ),
        migrations.CreateModel(
            name='BenchScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('station', models.CharField(blank=True, max_length=40)),
                ('actor', models.CharField(max_length=150)),
                ('code', models.CharField(max_length=120)),
                ('outcome', models.CharField(max_length=40)),
                ('answer', models.JSONField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('field_call', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='scans', to='dispatch.fieldcall')),
            ],
            options={
                'indexes': [models.Index(fields=['station', '-id'], name='bench_scan_newest')],
            },
        ),
        migrations.CreateModel(
            name='FieldCallLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.PositiveIntegerField()),
                ('field_call', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='dispatch.fieldcall')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('room', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stock.stockroom')),
                ('shipment_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.shipmentline')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('field_call', 'shipment_line', 'product', 'room'), name='pick_once')],
            },
        ),
        migrations.CreateModel(
            name='Parcel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('package_id', models.CharField(max_length=20)),
                ('is_closed', models.BooleanField(default=False)),
                ('length_mm', models.PositiveIntegerField(null=True)),
                ('width_mm', models.PositiveIntegerField(null=True)),
                ('height_mm', models.PositiveIntegerField(null=True)),
                ('weight_g', models.PositiveIntegerField(null=True)),
                ('is_size_given', models.BooleanField(default=False)),
                ('is_weight_given', models.BooleanField(default=False)),
                ('told', models.CharField(blank=True, max_length=64)),
                ('carrier_name', models.CharField(blank=True, max_length=60)),
                ('carrier_code', models.CharField(blank=True, db_default='', max_length=60)),
                ('ship_method', models.CharField(blank=True, db_default='', max_length=60)),
                ('tracking_id', models.CharField(blank=True, db_index=True, max_length=80)),
                ('told_shipped_at', models.DateTimeField(null=True)),
                ('consignment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parcels', to='dispatch.consignment')),
                ('field_call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parcels', to='dispatch.fieldcall')),
                ('house_box', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='dispatch.housebox')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('told_shipped_at__isnull', True)), fields=['field_call'], name='parcel_untold')],
                'constraints': [models.UniqueConstraint(fields=('field_call', 'package_id'), name='package_id_once')],
            },
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tracking_id', models.CharField(max_length=80)),
                ('carrier_name', models.CharField(max_length=60)),
                ('pickup_from', models.DateTimeField(null=True)),
                ('link', loadbay.core.encryption.EncryptedText(null=True)),
                ('format', models.CharField(blank=True, max_length=4)),
                ('content', loadbay.core.encryption.EncryptedField(null=True)),
                ('is_void', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('stored_at', models.DateTimeField(null=True)),
                ('parcel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='labels', to='dispatch.parcel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_void', False)), fields=('parcel',), name='label_one_valid_per_parcel')],
            },
        ),
        migrations.CreateModel(
            name='ParcelLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.PositiveIntegerField()),
                ('serials', models.JSONField(default=list)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='packed', to='dispatch.fieldcallline')),
                ('parcel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='dispatch.parcel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('parcel', 'line'), name='parcel_line_once')],
            },
        ),
        migrations.CreateModel(
            name='PrintJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('station', models.CharField(blank=True, max_length=40)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Sending'), ('printed', 'Printed'), ('failed', 'Failed'), ('unclear', 'Not known whether it came out')], default='waiting', max_length=10)),
                ('sentence', models.TextField(blank=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('sending_since', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('label', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prints', to='dispatch.label')),
                ('printer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dispatch.printer')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'sending'])), fields=['id'], name='print_to_do')],
            },
        ),
        migrations.AddField(
            model_name='fieldcall',
            name='serial_for',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='dispatch.fieldcallline'),
        ),
        migrations.AddIndex(
            model_name='fieldcall',
            index=models.Index(condition=models.Q(('serial_for__isnull', False)), fields=['serial_for'], name='field_call_waits_for_serial'),
        ),
    ]
