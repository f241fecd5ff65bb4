"""What a rule said when it decided about an order; for what it decided before, what it says now."""

from django.db import migrations, models

from loadbay.orders.order_rules import Action, Comparison, Condition, OrderRule


def words_of(row):
    conditions = tuple(
        Condition(entry["field"], Comparison(entry["comparison"]), entry["value"]) for entry in row.conditions
    )
    return f"{row.name}: {OrderRule(row.pk, row.name, Action(row.action), conditions, row.reason).of_order}"


def fill(apps, schema_editor):
    rules, verdicts = apps.get_model("orders", "OrderRule"), apps.get_model("orders", "RuleVerdict")
    for row in rules.objects.order_by("id"):
        verdicts.objects.filter(rule_id=row.pk, words="").update(words=words_of(row))


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_sales_that_change")]

    operations = [
        migrations.AddField("ruleverdict", "words", models.TextField(blank=True, db_default="", default="")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
