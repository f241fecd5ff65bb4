"""The two customer categories every shop begins with; the one called Amazon makes an Amazon product."""

from django.db import migrations


def add(apps, schema_editor):
    category = apps.get_model("catalogue", "CustomerCategory")
    for name in ("Amazon", "Retail"):
        category.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
