"""The default chart and number series, and the triggers that keep posted entries balanced and unchanged."""

from django.db import migrations

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
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
