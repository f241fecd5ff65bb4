from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # Databases made before the migrations of an area were written as one.
    replaces = [
        ("amazon", "0001_initial"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='RateBucket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('connection_id', models.BigIntegerField()),
                ('operation', models.CharField(max_length=60)),
                ('rate', models.FloatField()),
                ('burst', models.FloatField()),
                ('spoken_until', models.FloatField(db_default=0.0)),
                ('wait', models.FloatField(db_default=0.0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('connection_id', 'operation'), name='one_bucket_per_operation'), models.CheckConstraint(condition=models.Q(('burst__gte', 1), ('rate__gt', 0)), name='bucket_gives_something')],
            },
        ),
    ]
