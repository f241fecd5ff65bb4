import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # Databases made before the migrations of an area were written as one.
    replaces = [
        ("core", "0001_initial"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('code', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('prefix', models.CharField(max_length=20)),
                ('digits', models.PositiveSmallIntegerField(default=6)),
                ('last', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='EventRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('payload', models.JSONField()),
                ('actor', models.CharField(max_length=150)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'indexes': [models.Index(fields=['name', '-id'], name='event_name_newest')],
            },
        ),
    ]
