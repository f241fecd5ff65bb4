from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0002_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='benchscan',
            index=models.Index(fields=['station', '-id'], name='bench_scan_newest'),
        ),
    ]
