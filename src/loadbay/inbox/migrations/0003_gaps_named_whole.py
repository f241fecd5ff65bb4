"""Open tasks of missing matrix lines get the matter that they are looked up by today.

Before, one named a status without the balance (`5:ACCEPTED × Open`) or without the order status
(`5:ON_HOLD:balanced`); saving the matrix of their channel failed on them.
"""

from django.db import migrations
from django.db.models.functions import Now


def name_whole(apps, schema_editor):
    task = apps.get_model("inbox", "Task")
    still_open = task.objects.filter(kind="matrix_gap", closed_at=None)
    taken = set(still_open.values_list("matter", flat=True))
    for row in still_open.order_by("id"):
        matter = whole(row.matter)
        if matter == row.matter:
            continue
        if matter in taken:
            task.objects.filter(pk=row.pk).update(closed_at=Now(), closed_by="upgrade")
        else:
            task.objects.filter(pk=row.pk).update(matter=matter)
            taken.add(matter)


def whole(matter):
    """Channel, Amazon's status, order status and balance, as `gaps.matter_of` writes them."""
    channel, _, rest = matter.partition(":")
    if " × " in rest:
        status, _, order_status = rest.rpartition(" × ")
        return f"{channel}:{status}:{order_status}:balanced"
    if rest.count(":") == 1:
        status, _, balance = rest.partition(":")
        return f"{channel}:{status}:No Order:{balance}"
    return matter


class Migration(migrations.Migration):

    dependencies = [
        ("inbox", "0002_what_waits_since_when"),
    ]

    operations = [
        migrations.RunPython(name_whole, migrations.RunPython.noop),
    ]
