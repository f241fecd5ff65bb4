"""The books: number series, chart of accounts, sales documents, credits, payments, postings and entries.

What was posted is never changed or deleted, and each posting balances in its currency: triggers of the
database see to both (`migrations/0001_tables.py`). A credit is a posting of its own.
"""

from django.db import models
from django.db.models.functions import Now

from loadbay.parties.models import Customer


class Series(models.Model):
    """Where a number series stands. Numbers are taken in the posting's transaction, so none is missing."""

    class Code(models.TextChoices):
        ORDER = "order", "Sales orders"
        INVOICE = "invoice", "Posted invoices"
        CREDIT = "credit", "Posted credits"
        PAYMENT = "payment", "Payments"

    code = models.CharField(max_length=10, choices=Code, primary_key=True)
    prefix = models.CharField(max_length=10)
    digits = models.PositiveSmallIntegerField(default=6)
    last = models.BigIntegerField(default=0)


class Account(models.Model):
    """An account of the chart. A `role` names the one that postings of that meaning go to."""

    class Kind(models.TextChoices):
        ASSET = "asset", "Asset"
        LIABILITY = "liability", "Liability"
        INCOME = "income", "Income"
        EXPENSE = "expense", "Expense"

    class Role(models.TextChoices):
        RECEIVABLES = "receivables", "Receivables"
        CLEARING = "clearing", "Payment clearing"
        TAX = "tax", "Tax payable"
        SALES = "sales", "Sales"
        SHIPPING = "shipping", "Shipping income"
        OTHER = "other", "Other income"
        ROUNDING = "rounding", "Rounding"

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind)
    role = models.CharField(max_length=12, choices=Role, null=True, unique=True)
    is_blocked = models.BooleanField(default=False)
    takes_payments = models.BooleanField(default=False, db_default=False)
    """A person may register payments to it: a bank account, a till."""


class AccountBalance(models.Model):
    """The sum of an account's entries in one currency, moved by the statement that writes them."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="balances")
    currency = models.CharField(max_length=3)
    debit = models.DecimalField(max_digits=18, decimal_places=4)
    credit = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "currency"], name="balance_once")]


class Document(models.Model):
    """A sales order, and once it is posted its invoice. Known outside by its external document number."""

    class Status(models.TextChoices):
        OPEN = "Open", "Open"
        RELEASED = "Released", "Released"
        POSTED = "Posted", "Posted"
        CREDITED = "Credited", "Credited"
        CANCELLED = "Cancelled", "Cancelled"

    number = models.CharField(max_length=20, unique=True)
    external_number = models.CharField(max_length=80, unique=True)
    reference = models.CharField(max_length=40, unique=True)
    """The number of the sale it stands for."""
    channel = models.CharField(max_length=20)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    currency = models.CharField(max_length=3)
    net = models.DecimalField(max_digits=14, decimal_places=4)
    tax = models.DecimalField(max_digits=14, decimal_places=4)
    ordered_on = models.DateField()
    dimension_1 = models.CharField(max_length=20, blank=True)
    dimension_2 = models.CharField(max_length=20, blank=True)
    shipping_agent = models.CharField(max_length=10, blank=True)
    payment_method = models.CharField(max_length=60, blank=True)
    is_collected = models.BooleanField(default=True)
    """The marketplace has the buyer's money: posting it posts the payment too."""
    outstanding = models.DecimalField(max_digits=14, decimal_places=4, default=0, db_default=0)
    """Of what is posted and not collected: the total, less what was credited and paid; each moves it."""
    receivables = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    tax_account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    clearing = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    invoice = models.CharField(max_length=20, null=True, unique=True)
    posted_on = models.DateField(null=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["status", "-id"], name="document_by_status"),
            models.Index(
                fields=["-posted_on", "-id"],
                condition=models.Q(posted_on__isnull=False),
                name="document_posted",
            ),
            models.Index(fields=["-id"], condition=~models.Q(outstanding=0), name="document_outstanding"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["Posted", "Credited"], invoice__isnull=False, posted_on__isnull=False
                )
                | models.Q(
                    status__in=["Open", "Released", "Cancelled"], invoice__isnull=True, posted_on__isnull=True
                ),
                name="posted_has_invoice",
            ),
            models.CheckConstraint(
                condition=models.Q(outstanding=0) | models.Q(is_collected=False, invoice__isnull=False),
                name="collected_owes_nothing",
            ),
        ]


class DocumentLine(models.Model):
    """One line, to the cent of its currency. What rounding took or gave is a line of its own."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="lines")
    key = models.CharField(max_length=20)
    """The line's name for whoever made the document; empty for the rounding line."""
    kind = models.CharField(max_length=10)
    type = models.CharField(max_length=10)
    number = models.CharField(max_length=60, blank=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    description = models.CharField(max_length=200)
    units = models.PositiveIntegerField()
    net = models.DecimalField(max_digits=14, decimal_places=4)
    tax = models.DecimalField(max_digits=14, decimal_places=4)
    credited_units = models.PositiveIntegerField(default=0)
    credited_net = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    credited_tax = models.DecimalField(max_digits=14, decimal_places=4, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "key"], name="document_line_once"),
            models.CheckConstraint(
                condition=models.Q(credited_units__lte=models.F("units")), name="credited_at_most_once"
            ),
        ]


class Credit(models.Model):
    """A posted credit on a posted document; asked for under `external_number`, once."""

    number = models.CharField(max_length=20, unique=True)
    external_number = models.CharField(max_length=40, unique=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="credits")
    reason = models.CharField(max_length=200)
    net = models.DecimalField(max_digits=14, decimal_places=4)
    tax = models.DecimalField(max_digits=14, decimal_places=4)
    posted_on = models.DateField()
    posted_by = models.CharField(max_length=150)
    at = models.DateTimeField(db_default=Now())


class CreditLine(models.Model):
    """How much of a document's line was credited."""

    credit = models.ForeignKey(Credit, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(DocumentLine, on_delete=models.PROTECT, related_name="+", db_index=False)
    units = models.PositiveIntegerField()
    net = models.DecimalField(max_digits=14, decimal_places=4)
    tax = models.DecimalField(max_digits=14, decimal_places=4)


class Payment(models.Model):
    """A payment or refund that a person registered, or the reversal of one. Its posting bears its number."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", "Payment"
        REFUND = "refund", "Refund"
        REVERSAL = "reversal", "Reversal"

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="payments")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    paid_on = models.DateField()
    reference = models.CharField(max_length=60, blank=True)
    """Of the bank entry or the receipt, as typed and for good; a reversal has none."""
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")
    reason = models.CharField(max_length=200, blank=True)
    """Why it was reversed; of a reversal alone."""
    is_reversed = models.BooleanField(default=False)
    """The one thing of it that ever changes, and once."""
    registered_by = models.CharField(max_length=150)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "kind", "reference", "amount"],
                condition=models.Q(is_reversed=False, reverses=None),
                name="payment_once",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_of_something"),
            models.CheckConstraint(
                condition=models.Q(kind="reversal", reverses__isnull=False)
                | models.Q(kind__in=["payment", "refund"], reverses__isnull=True),
                name="reversal_of_a_payment",
            ),
        ]


class Posting(models.Model):
    """Entries that belong together and balance: an invoice, a credit, a payment, a refund or a reversal."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Invoice"
        PAYMENT = "payment", "Payment"
        CREDIT = "credit", "Credit"
        REFUND = "refund", "Refund"
        REVERSAL = "reversal", "Reversal"

    kind = models.CharField(max_length=8, choices=Kind)
    number = models.CharField(max_length=20)
    """Of the invoice or the credit; of what a person registered, its own."""
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="postings")
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    method = models.CharField(max_length=60, blank=True)
    posted_on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "kind"], name="posting_once")]
        indexes = [models.Index(fields=["posted_on", "id"], name="posting_by_day")]


class Entry(models.Model):
    """One side of a posting on one account. Never changed."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    debit = models.DecimalField(max_digits=14, decimal_places=4)
    credit = models.DecimalField(max_digits=14, decimal_places=4)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(debit__gt=0, credit=0) | models.Q(debit=0, credit__gt=0),
                name="entry_has_one_side",
            )
        ]
        indexes = [models.Index(fields=["account", "-id"], name="entry_by_account")]
