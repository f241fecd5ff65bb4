import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_units_that_are_gone")]

    operations = [
        migrations.AddField(
            "sale", "changes", models.PositiveIntegerField(db_default=0, default=0)
        ),
        migrations.AddField(
            "sale", "document_changes", models.PositiveIntegerField(db_default=0, default=0)
        ),
        migrations.RemoveIndex("sale", "sale_to_hand_over"),
        migrations.AddIndex(
            "sale",
            models.Index(
                fields=["id"],
                condition=models.Q(("document_status", models.F("order_status")), _negated=True)
                | models.Q(("document_changes", models.F("changes")), _negated=True),
                name="sale_to_hand_over",
            ),
        ),
        migrations.CreateModel(
            "SaleSupplement",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30, unique=True)),
                ("external_document", models.CharField(max_length=80)),
                ("wanted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("document", models.CharField(blank=True, db_default="", max_length=40)),
                ("status", models.CharField(blank=True, db_default="", max_length=10)),
                (
                    "sale",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplements",
                        to="orders.sale",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            "saleline",
            "supplement",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="orders.salesupplement",
            ),
        ),
        migrations.AddField(
            "salecredit",
            "supplement",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.salesupplement",
            ),
        ),
        migrations.AddField(
            "salecredit",
            "follows_change",
            models.BooleanField(db_default=False, default=False),
        ),
    ]
