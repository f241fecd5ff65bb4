"""Who takes the buyer's money, line by line of Payment Methods."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0001_tables'),
    ]

    operations = [
        migrations.AddField(
            model_name='paymentmethod',
            name='collected_by',
            field=models.CharField(choices=[('amazon', 'Amazon'), ('shop', 'The shop')], db_default='amazon', default='amazon', max_length=6),
        ),
    ]
