from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_tables")]

    operations = [
        migrations.AddField(
            model_name="shipmentline",
            name="gone_units",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
