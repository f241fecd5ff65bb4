from django.db import migrations, models


class Migration(migrations.Migration):
    """A bench has one field call in hand."""

    dependencies = [("dispatch", "0008_one_in_hand_kept")]

    operations = [
        migrations.AddConstraint(
            model_name="fieldcall",
            constraint=models.UniqueConstraint(
                fields=["station"], condition=models.Q(state="packing"), name="field_call_one_in_hand"
            ),
        ),
    ]
