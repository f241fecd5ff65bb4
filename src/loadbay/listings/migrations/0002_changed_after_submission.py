from django.db import migrations, models

# What was changed after submission was kept and never sent: from now on all of it is told, once.
TELL_ALL = """
    UPDATE listings_listing SET offer_dirty = true
    WHERE state IN ('live_as_mfn', 'awaiting_conversion', 'linked', 'suppressed')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0002_categories'),
        ('channels', '0001_initial'),
        ('listings', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='listing',
            name='listing_to_follow',
        ),
        migrations.AddField(
            model_name='listing',
            name='channel_codes',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='listing',
            name='delisting_wanted',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='listing',
            name='missing_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='listing',
            name='offer_dirty',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='listing',
            name='offer_next_try_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='listing',
            name='offer_refusal',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='listing',
            name='offer_told',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='listing',
            name='offer_told_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='listing',
            name='offer_tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='listing',
            name='shown_by_amazon_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(models.F('channel'), models.OrderBy(models.F('next_look_at'), nulls_first=True), condition=models.Q(('state__in', ('submitted', 'live_as_mfn', 'awaiting_conversion', 'linked', 'suppressed'))), name='listing_to_look_at'),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(condition=models.Q(('offer_dirty', True), ('delisting_wanted', True), _connector='OR'), fields=['channel'], name='listing_to_change'),
        ),
        migrations.RunSQL(TELL_ALL, migrations.RunSQL.noop),
    ]
