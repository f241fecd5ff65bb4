from django.db import migrations

# Telling handling days comes with a quantity of 0, and what is not linked may be sold by the seller himself:
# an upgrade stops no sale. What 0002 marked to be told counts as told in just that; a person changes it.
AS_SUBMITTED = """
    UPDATE listings_listing SET offer_told = offer_told || jsonb_build_object('handling_days', handling_days)
    WHERE state IN ('submitted', 'live_as_mfn', 'awaiting_conversion', 'linked', 'suppressed')
        AND NOT jsonb_exists(offer_told, 'handling_days')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('listings', '0003_figures_wait_for_the_schedule'),
    ]

    operations = [
        migrations.RunSQL(AS_SUBMITTED, migrations.RunSQL.noop),
    ]
