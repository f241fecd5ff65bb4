from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    """Deleting a line of a field call or of a shipment looks for what points at it."""

    dependencies = [
        ("dispatch", "0006_boxes_of_the_house"),
        ("orders", "0003_no_full_scans"),
    ]

    operations = [
        migrations.AlterField(
            model_name="fieldcallline",
            name="shipment_line",
            field=models.ForeignKey(on_delete=PROTECT, related_name="+", to="orders.shipmentline"),
        ),
        migrations.AddIndex(
            model_name="fieldcall",
            index=models.Index(
                fields=["serial_for"],
                condition=models.Q(serial_for__isnull=False),
                name="field_call_waits_for_serial",
            ),
        ),
    ]
