"""Tables, the default chart and number series, and the triggers that keep posted entries balanced and unchanged."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

ACCOUNTS = (
    ("1100", "Receivables", "asset", "receivables"),
    ("1200", "Payment clearing", "asset", "clearing"),
    ("2200", "Tax payable", "liability", "tax"),
    ("4000", "Sales", "income", "sales"),
    ("4100", "Shipping income", "income", "shipping"),
    ("4200", "Gift wrap and other income", "income", "other"),
    ("8900", "Rounding", "expense", "rounding"),
)
SERIES = (("order", "SO-"), ("invoice", "INV-"), ("credit", "CR-"))

TRIGGERS = """
CREATE FUNCTION ledger_entries_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
    SELECT e.posting_id INTO wrong FROM ledger_entry e
    WHERE e.posting_id IN (SELECT posting_id FROM fresh)
    GROUP BY e.posting_id, e.currency HAVING sum(e.debit) <> sum(e.credit) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger posting % does not balance', wrong USING ERRCODE = 'check_violation';
    END IF;
    SELECT e.posting_id INTO wrong FROM fresh e JOIN ledger_posting p ON p.id = e.posting_id
    WHERE p.currency <> e.currency LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger posting % has an entry in another currency', wrong
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_balance();

CREATE FUNCTION ledger_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was posted to the ledger is never changed: credit it instead'
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER ledger_entries_for_ever BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_is_for_ever();
CREATE TRIGGER ledger_postings_for_ever BEFORE UPDATE OR DELETE ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_is_for_ever();
CREATE TRIGGER ledger_credits_for_ever BEFORE UPDATE OR DELETE ON ledger_credit
    FOR EACH ROW EXECUTE FUNCTION ledger_is_for_ever();
"""
NO_TRIGGERS = """
DROP TRIGGER ledger_credits_for_ever ON ledger_credit;
DROP TRIGGER ledger_postings_for_ever ON ledger_posting;
DROP TRIGGER ledger_entries_for_ever ON ledger_entry;
DROP FUNCTION ledger_is_for_ever();
DROP TRIGGER ledger_entries_balance ON ledger_entry;
DROP FUNCTION ledger_entries_balance();
"""


def fill(apps, schema_editor):
    account, series = apps.get_model("ledger", "Account"), apps.get_model("ledger", "Series")
    account.objects.bulk_create(
        account(number=number, name=name, kind=kind, role=role) for number, name, kind, role in ACCOUNTS
    )
    series.objects.bulk_create(series(code=code, prefix=prefix) for code, prefix in SERIES)


class Migration(migrations.Migration):
    initial = True

    # Databases made before the migrations of an area were written as one.
    replaces = [
        ("ledger", "0001_initial"),
        ("ledger", "0002_books_that_balance"),
    ]

    dependencies = [
        ('parties', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('kind', models.CharField(choices=[('asset', 'Asset'), ('liability', 'Liability'), ('income', 'Income'), ('expense', 'Expense')], max_length=10)),
                ('role', models.CharField(choices=[('receivables', 'Receivables'), ('clearing', 'Payment clearing'), ('tax', 'Tax payable'), ('sales', 'Sales'), ('shipping', 'Shipping income'), ('other', 'Other income'), ('rounding', 'Rounding')], max_length=12, null=True, unique=True)),
                ('is_blocked', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('code', models.CharField(choices=[('order', 'Sales orders'), ('invoice', 'Posted invoices'), ('credit', 'Posted credits')], max_length=10, primary_key=True, serialize=False)),
                ('prefix', models.CharField(max_length=10)),
                ('digits', models.PositiveSmallIntegerField(default=6)),
                ('last', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('external_number', models.CharField(max_length=80, unique=True)),
                ('reference', models.CharField(max_length=40, unique=True)),
                ('channel', models.CharField(max_length=20)),
                ('status', models.CharField(choices=[('Open', 'Open'), ('Released', 'Released'), ('Posted', 'Posted'), ('Credited', 'Credited'), ('Cancelled', 'Cancelled')], default='Open', max_length=10)),
                ('currency', models.CharField(max_length=3)),
                ('net', models.DecimalField(decimal_places=4, max_digits=14)),
                ('tax', models.DecimalField(decimal_places=4, max_digits=14)),
                ('ordered_on', models.DateField()),
                ('dimension_1', models.CharField(blank=True, max_length=20)),
                ('dimension_2', models.CharField(blank=True, max_length=20)),
                ('shipping_agent', models.CharField(blank=True, max_length=10)),
                ('payment_method', models.CharField(blank=True, max_length=60)),
                ('is_collected', models.BooleanField(default=True)),
                ('invoice', models.CharField(max_length=20, null=True, unique=True)),
                ('posted_on', models.DateField(null=True)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('clearing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.customer')),
                ('receivables', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account')),
                ('tax_account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account')),
            ],
            options={
                'indexes': [models.Index(fields=['status', '-id'], name='document_by_status'), models.Index(condition=models.Q(('posted_on__isnull', False)), fields=['-posted_on', '-id'], name='document_posted')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('invoice__isnull', False), ('posted_on__isnull', False), ('status__in', ['Posted', 'Credited'])), models.Q(('invoice__isnull', True), ('posted_on__isnull', True), ('status__in', ['Open', 'Released', 'Cancelled'])), _connector='OR'), name='posted_has_invoice')],
            },
        ),
        migrations.CreateModel(
            name='Credit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('external_number', models.CharField(max_length=40, unique=True)),
                ('reason', models.CharField(max_length=200)),
                ('net', models.DecimalField(decimal_places=4, max_digits=14)),
                ('tax', models.DecimalField(decimal_places=4, max_digits=14)),
                ('posted_on', models.DateField()),
                ('posted_by', models.CharField(max_length=150)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='ledger.document')),
            ],
        ),
        migrations.CreateModel(
            name='DocumentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=20)),
                ('kind', models.CharField(max_length=10)),
                ('type', models.CharField(max_length=10)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('description', models.CharField(max_length=200)),
                ('units', models.PositiveIntegerField()),
                ('net', models.DecimalField(decimal_places=4, max_digits=14)),
                ('tax', models.DecimalField(decimal_places=4, max_digits=14)),
                ('credited_units', models.PositiveIntegerField(default=0)),
                ('credited_net', models.DecimalField(decimal_places=4, default=0, max_digits=14)),
                ('credited_tax', models.DecimalField(decimal_places=4, default=0, max_digits=14)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='ledger.document')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('document', 'key'), name='document_line_once'), models.CheckConstraint(condition=models.Q(('credited_units__lte', models.F('units'))), name='credited_at_most_once')],
            },
        ),
        migrations.CreateModel(
            name='CreditLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.PositiveIntegerField()),
                ('net', models.DecimalField(decimal_places=4, max_digits=14)),
                ('tax', models.DecimalField(decimal_places=4, max_digits=14)),
                ('credit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.credit')),
                ('line', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.documentline')),
            ],
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('invoice', 'Invoice'), ('payment', 'Payment'), ('credit', 'Credit'), ('refund', 'Refund')], max_length=8)),
                ('number', models.CharField(max_length=20)),
                ('currency', models.CharField(max_length=3)),
                ('amount', models.DecimalField(decimal_places=4, max_digits=14)),
                ('method', models.CharField(blank=True, max_length=60)),
                ('posted_on', models.DateField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='ledger.document')),
            ],
            options={
                'indexes': [models.Index(fields=['posted_on', 'id'], name='posting_by_day')],
                'constraints': [models.UniqueConstraint(fields=('number', 'kind'), name='posting_once')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('debit', models.DecimalField(decimal_places=4, max_digits=14)),
                ('credit', models.DecimalField(decimal_places=4, max_digits=14)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account')),
                ('posting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.posting')),
            ],
            options={
                'indexes': [models.Index(fields=['account', '-id'], name='entry_by_account')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('credit', 0), ('debit__gt', 0)), models.Q(('credit__gt', 0), ('debit', 0)), _connector='OR'), name='entry_has_one_side')],
            },
        ),
        migrations.CreateModel(
            name='AccountBalance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('debit', models.DecimalField(decimal_places=4, max_digits=18)),
                ('credit', models.DecimalField(decimal_places=4, max_digits=18)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='balances', to='ledger.account')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'currency'), name='balance_once')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
