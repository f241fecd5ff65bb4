import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # Databases made before the migrations of an area were written as one.
    replaces = [
        ("inbox", "0001_initial"),
        ("inbox", "0002_what_waits_since_when"),
        ("inbox", "0003_gaps_named_whole"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('matter', models.CharField(max_length=200)),
                ('cause', models.CharField(choices=[('role', 'Role or rights'), ('mapping', 'Mapping'), ('stock', 'Stock'), ('throttle', 'Throttled'), ('outage', 'Outage'), ('decision', 'Decision'), ('bug', 'Fault in Loadbay')], max_length=20)),
                ('is_alert', models.BooleanField(default=False)),
                ('sentence', models.TextField()),
                ('cure', models.TextField(blank=True)),
                ('link', models.CharField(blank=True, max_length=300)),
                ('subjects', models.JSONField(default=list)),
                ('times', models.PositiveIntegerField(default=1)),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('last_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.CharField(blank=True, max_length=150)),
            ],
            options={
                'indexes': [models.Index(fields=['closed_at', '-last_at'], name='task_open_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('kind', 'matter'), name='task_one_open_per_matter')],
            },
        ),
        migrations.CreateModel(
            name='Waiting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=60)),
                ('subject', models.CharField(max_length=200)),
                ('since', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('what', 'subject'), name='waiting_once')],
            },
        ),
    ]
