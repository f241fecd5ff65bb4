"""Payments that people register: their table, the bank's account, their numbers; what was posted stays."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

FOR_EVER = """
CREATE FUNCTION ledger_payment_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.is_reversed AND NOT OLD.is_reversed
        AND (to_jsonb(NEW) - 'is_reversed') = (to_jsonb(OLD) - 'is_reversed') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was posted to the ledger is never changed: reverse it instead'
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER ledger_payments_for_ever BEFORE UPDATE OR DELETE ON ledger_payment
    FOR EACH ROW EXECUTE FUNCTION ledger_payment_is_for_ever();
"""
NOT_FOR_EVER = """
DROP TRIGGER ledger_payments_for_ever ON ledger_payment;
DROP FUNCTION ledger_payment_is_for_ever();
"""


def fill(apps, schema_editor):
    """A shop that has such a number or prefix already keeps it as it is."""
    account, series = apps.get_model("ledger", "Account"), apps.get_model("ledger", "Series")
    account.objects.get_or_create(
        number="1210", defaults={"name": "Bank", "kind": "asset", "takes_payments": True}
    )
    document, credit = apps.get_model("ledger", "Document"), apps.get_model("ledger", "Credit")
    taken = [(series, "prefix"), (document, "number"), (document, "invoice"), (credit, "number")]
    free = (
        prefix
        for prefix in ("PAY-", "PMT-", "PYMT-", "PAID-")
        if not any(model.objects.filter(**{f"{column}__startswith": prefix}).exists() for model, column in taken)
    )
    series.objects.create(code="payment", prefix=next(free))


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_tables'),
        ('parties', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('payment', 'Payment'), ('refund', 'Refund'), ('reversal', 'Reversal')], max_length=8)),
                ('amount', models.DecimalField(decimal_places=4, max_digits=14)),
                ('paid_on', models.DateField()),
                ('reference', models.CharField(blank=True, max_length=60)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('is_reversed', models.BooleanField(default=False)),
                ('registered_by', models.CharField(max_length=150)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name='account',
            name='takes_payments',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='document',
            name='outstanding',
            field=models.DecimalField(db_default=0, decimal_places=4, default=0, max_digits=14),
        ),
        migrations.AlterField(
            model_name='posting',
            name='kind',
            field=models.CharField(choices=[('invoice', 'Invoice'), ('payment', 'Payment'), ('credit', 'Credit'), ('refund', 'Refund'), ('reversal', 'Reversal')], max_length=8),
        ),
        migrations.AlterField(
            model_name='series',
            name='code',
            field=models.CharField(choices=[('order', 'Sales orders'), ('invoice', 'Posted invoices'), ('credit', 'Posted credits'), ('payment', 'Payments')], max_length=10, primary_key=True, serialize=False),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('outstanding', 0), _negated=True), fields=['-id'], name='document_outstanding'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('outstanding', 0), models.Q(('invoice__isnull', False), ('is_collected', False)), _connector='OR'), name='collected_owes_nothing'),
        ),
        migrations.AddField(
            model_name='payment',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account'),
        ),
        migrations.AddField(
            model_name='payment',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='ledger.document'),
        ),
        migrations.AddField(
            model_name='payment',
            name='reverses',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='ledger.payment'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('is_reversed', False), ('reverses', None)), fields=('document', 'kind', 'reference', 'amount'), name='payment_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_of_something'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'reversal'), ('reverses__isnull', False)), models.Q(('kind__in', ['payment', 'refund']), ('reverses__isnull', True)), _connector='OR'), name='reversal_of_a_payment'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(FOR_EVER, NOT_FOR_EVER),
    ]
