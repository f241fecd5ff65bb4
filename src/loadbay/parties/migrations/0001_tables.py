import django.db.models.deletion
import loadbay.core.encryption
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # Databases made before the migrations of an area were written as one.
    replaces = [
        ("parties", "0001_initial"),
        ("parties", "0002_customer_templates"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('is_placeholder', models.BooleanField(default=False)),
                ('name', loadbay.core.encryption.EncryptedText()),
                ('address', loadbay.core.encryption.EncryptedJson(null=True)),
                ('email', loadbay.core.encryption.EncryptedText(null=True)),
                ('email_hash', models.CharField(blank=True, db_index=True, max_length=64)),
                ('external_id', models.CharField(blank=True, db_index=True, max_length=80)),
                ('purge_on', models.DateField(null=True)),
                ('currency', models.CharField(blank=True, db_default='', max_length=10)),
                ('tax_area', models.CharField(blank=True, db_default='', max_length=20)),
                ('payment_terms', models.CharField(blank=True, db_default='', max_length=20)),
                ('dimension_1', models.CharField(blank=True, db_default='', max_length=20)),
                ('dimension_2', models.CharField(blank=True, db_default='', max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='ShippingAgent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10, unique=True)),
                ('name', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='ShippingAgentService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10)),
                ('name', models.CharField(max_length=80)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='services', to='parties.shippingagent')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agent', 'code'), name='service_code_once_per_agent')],
            },
        ),
    ]
