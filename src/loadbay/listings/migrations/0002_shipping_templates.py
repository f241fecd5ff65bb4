"""Shipping templates that Amazon offers a connection, found ahead."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0001_tables"),
        ("listings", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShippingTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=100)),
                ("last_seen_at", models.DateTimeField()),
                ("gone_since", models.DateTimeField(null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="channels.saleschannel",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("channel", "external_id"), name="shipping_template_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(fields=["channel", "shipping_template"], name="listing_by_template"),
        ),
    ]
