import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # Databases made before the migrations of an area were written as one.
    replaces = [
        ("journal", "0001_initial"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Exchange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(max_length=20)),
                ('connection_id', models.BigIntegerField(null=True)),
                ('connection', models.CharField(db_default='', max_length=100)),
                ('operation', models.CharField(max_length=80)),
                ('method', models.CharField(max_length=10)),
                ('target', models.CharField(max_length=500)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('outcome', models.CharField(max_length=20)),
                ('sentence', models.TextField(db_default='')),
                ('started_at', models.DateTimeField()),
                ('milliseconds', models.PositiveIntegerField()),
                ('their_id', models.CharField(db_default='', max_length=100)),
                ('subjects', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], size=None)),
                ('request_body', models.BinaryField(db_default=b'')),
                ('answer_body', models.BinaryField(db_default=b'')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['subjects'], name='exchange_subjects'), models.Index(fields=['outcome', '-id'], name='exchange_outcome_newest')],
            },
        ),
        migrations.CreateModel(
            name='TimelineEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=120)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('actor', models.CharField(max_length=150)),
                ('what', models.CharField(max_length=80)),
                ('text', models.TextField()),
                ('exchange_id', models.BigIntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['subject', '-id'], name='timeline_subject_newest')],
            },
        ),
    ]
