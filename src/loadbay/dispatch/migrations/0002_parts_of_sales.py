from django.db import migrations, models
from django.db.models import deletion


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0001_tables"), ("orders", "0002_units_that_are_gone")]

    operations = [
        migrations.AddField(
            model_name="fieldcall",
            name="part",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="fieldcall",
            name="sale",
            field=models.ForeignKey(
                db_index=False,
                on_delete=deletion.PROTECT,
                related_name="field_calls",
                related_query_name="field_call",
                to="orders.sale",
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldcall",
            constraint=models.UniqueConstraint(fields=["sale", "part"], name="field_call_once"),
        ),
        migrations.AddField(
            model_name="fieldcallline",
            name="sold_units",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
