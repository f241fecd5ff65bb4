"""Channel orders and shipments as received, sales, buyer details, polls: columns and constraints.

A foreign key has an index of its own only where something is looked up by it: each one costs every import.
"""

from django.db import models
from django.db.models.functions import Now

from loadbay.catalogue.models import Product
from loadbay.channels.models import Connection, ImpliedAction, SalesChannel
from loadbay.core.encryption import EncryptedDocument, EncryptedJson, EncryptedText
from loadbay.parties.models import Customer, ShippingAgent, ShippingAgentService


class Poll(models.Model):
    """How far a regular question to the marketplace has been answered.

    `done_until` moves only when the last page of a window was stored.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="polls")
    question = models.CharField(max_length=80)
    done_until = models.DateTimeField(null=True)
    times_reopened = models.PositiveIntegerField(default=0)
    """How often everything since go-live was asked for once more: a read begun before that closes nothing."""
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "question"], name="poll_once")]


class ChannelOrder(models.Model):
    """Amazon's order, known by its number; has one or more shipments."""

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="+", db_index=False)
    order_id = models.CharField(max_length=30)
    placed_at = models.DateTimeField(null=True)
    first_seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order_id", "connection"], name="order_once")]


class BuyerDetails(models.Model):
    """Everything that tells who bought: in its own table, encrypted, with a date to purge it."""

    class State(models.TextChoices):
        HIDDEN = "hidden", "Hidden until shipped"
        AWAITED = "awaited", "Awaited after shipping"
        FOUND = "found", "Found"
        CLOSED = "closed", "Amazon shows no more"
        ERASED = "erased", "Erased"

    order = models.OneToOneField(ChannelOrder, on_delete=models.CASCADE, related_name="buyer")
    state = models.CharField(max_length=10, choices=State, default=State.HIDDEN)
    postal_code = EncryptedText(null=True)
    name = EncryptedText(null=True)
    email = EncryptedText(null=True)
    email_hash = models.CharField(max_length=64, blank=True)
    address = EncryptedJson(null=True)
    payment_method = models.CharField(max_length=60, blank=True)
    awaited_since = models.DateTimeField(null=True)
    found_at = models.DateTimeField(null=True)
    purge_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["awaited_since"], condition=models.Q(state="awaited"), name="buyer_awaited"),
            models.Index(
                fields=["purge_on"],
                condition=models.Q(purge_on__isnull=False) & ~models.Q(state="erased"),
                name="buyer_to_purge",
            ),
            models.Index(fields=["email_hash"], condition=~models.Q(email_hash=""), name="buyer_by_email"),
        ]


class Shipment(models.Model):
    """One shipment of a channel order, staged as received, and how far we answered it.

    `asked` names the write that was sent and not yet answered: after a crash that write is unclear, so
    the marketplace is looked at before anything is repeated. `status` is kept in Amazon's own words.
    """

    class Building(models.TextChoices):
        STAGED = "staged", "Staged"
        WAITING = "waiting", "Waiting for a task"
        BUILT = "built", "Sale built"
        IGNORED = "ignored", "Ignored"

    class Promise(models.TextChoices):
        NONE = "none", "Not promised"
        WANTED = "wanted", "To confirm"
        CONFIRMED = "confirmed", "Confirmed"
        TO_REJECT = "to_reject", "To reject"
        REJECTED = "rejected", "Rejected"

    class Hold(models.TextChoices):
        HELD = "held", "Held until somebody lets it go"
        LET_GO = "let_go", "Let go"

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.ForeignKey(
        SalesChannel, on_delete=models.PROTECT, related_name="shipments", db_index=False
    )
    order = models.ForeignKey(ChannelOrder, on_delete=models.PROTECT, related_name="shipments")
    shipment_id = models.CharField(max_length=60)
    location = models.CharField(max_length=36)
    kind = models.CharField(max_length=20)
    status = models.CharField(max_length=40)
    status_at = models.DateTimeField()
    created_at = models.DateTimeField()
    expected_ship_at = models.DateTimeField(null=True)
    earliest_pack_at = models.DateTimeField(null=True)
    currency = models.CharField(max_length=3)
    units = models.PositiveIntegerField()
    net_total = models.DecimalField(max_digits=14, decimal_places=4)
    tax_total = models.DecimalField(max_digits=14, decimal_places=4)
    is_balanced = models.BooleanField()
    off_balance = models.TextField(blank=True, db_default="")
    """What its header and its lines say, and by how much they differ; empty for a balanced one."""
    charges = models.JSONField(default=list)
    """Charges of the header that no line carries: kind, net, tax, in the shipment's currency."""
    ship_method = models.CharField(max_length=60, blank=True)
    replaces = models.CharField(max_length=30, blank=True, db_default="")
    """The order that this one replaces or exchanges."""
    programs = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    """Amazon's programs of the order, such as AMAZON_BUSINESS."""
    rejectable_in = models.JSONField(null=True)
    boxes = models.JSONField(default=list)
    raw = EncryptedDocument()
    building = models.CharField(max_length=10, choices=Building, default=Building.STAGED)
    implied_status = models.CharField(max_length=12, blank=True)
    held_because = models.TextField(blank=True)
    held_for = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    """The values that no definition of the channel knows, as keys: mapping one of them lets it go on."""
    hold = models.CharField(max_length=8, choices=Hold, blank=True, db_default="")
    """Whether an action of an implied status stopped it, or a person let it go; empty: neither."""
    is_short = models.BooleanField(default=False)
    """Its sale is built, but the stock rooms do not hold everything it needs."""
    promise = models.CharField(max_length=10, choices=Promise, default=Promise.NONE)
    asked = models.CharField(max_length=30, blank=True)
    asked_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.TextField(blank=True, db_default="")
    """Why the last answer to the marketplace was put off."""
    seen_at = models.DateTimeField(db_default=Now())
    ignored_because = models.TextField(blank=True, db_default="")
    """Which rule or who left it out, and why; empty where the order status matrix did."""
    archived_at = models.DateTimeField(null=True)
    """Since when it is left out of the lists; nothing else follows from it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shipment_id", "connection"], name="shipment_once")]
        indexes = [
            models.Index(
                fields=["connection", "id"], condition=models.Q(building="staged"), name="shipment_to_build"
            ),
            models.Index(
                fields=["connection", "id"],
                condition=models.Q(promise__in=["wanted", "to_reject"]),
                name="shipment_to_answer",
            ),
            models.Index(fields=["-id"], condition=models.Q(building="waiting"), name="shipment_waiting"),
            models.Index(
                fields=["connection", "id"], condition=models.Q(is_short=True), name="shipment_short"
            ),
            models.Index(fields=["channel", "status"], name="shipment_by_status"),
        ]


class ShipmentLine(models.Model):
    """One line of a shipment. Amounts are for all its units, after discount, tax apart."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines", db_index=False)
    line_id = models.CharField(max_length=60)
    sku = models.CharField(max_length=60)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    units = models.PositiveIntegerField()
    shipped_units = models.PositiveIntegerField(default=0, db_default=0)
    """Units that Amazon counted as shipped when it was last seen (Orders API)."""
    gone_units = models.PositiveIntegerField(default=0, db_default=0)
    """Units that need not be picked any more: they go ahead in a part, or left without us."""
    cancel_asked = models.CharField(max_length=200, blank=True, db_default="")
    """Why the buyer asks to cancel it; empty where nobody asked."""
    net = models.DecimalField(max_digits=14, decimal_places=4)
    tax = models.DecimalField(max_digits=14, decimal_places=4)
    discount = models.DecimalField(max_digits=14, decimal_places=4)
    shipping_net = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    shipping_tax = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    other_net = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    other_tax = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    is_tax_collected = models.BooleanField(default=False, db_default=False)
    """The marketplace collected its tax and pays it itself."""
    asin = models.CharField(max_length=20, blank=True, db_default="")
    requirements = models.JSONField(default=dict)
    """serials, hazmat_labels, origin, item_value: required, disallowed or optional."""
    recommended_origin = models.CharField(max_length=2, blank=True)
    gift_wrap = models.BooleanField(default=False)
    has_gift_message = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shipment", "line_id"], name="shipment_line_once")]


class Sale(models.Model):
    """Our sales order, one per shipment. Its order status is what the matrix calls BC Order Status."""

    class OrderStatus(models.TextChoices):
        OPEN = "Open", "Open"
        RELEASED = "Released", "Released"
        POSTED = "Posted", "Posted"
        CREDITED = "Credited", "Credited"
        CANCELLED = "Cancelled", "Cancelled"

    number = models.CharField(max_length=20, unique=True)
    shipment = models.OneToOneField(Shipment, on_delete=models.PROTECT, related_name="sale")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_document = models.CharField(max_length=80)
    order_status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.OPEN)
    currency = models.CharField(max_length=3)
    net_total = models.DecimalField(max_digits=14, decimal_places=4)
    tax_total = models.DecimalField(max_digits=14, decimal_places=4)
    payment_method = models.CharField(max_length=60, blank=True)
    payment_code = models.CharField(max_length=20, blank=True, db_default="")
    """The payment method of our books, where the channel maps them."""
    agent = models.ForeignKey(
        ShippingAgent, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    """Who carries it by its shipping method; empty where the channel's own agent does."""
    service = models.ForeignKey(
        ShippingAgentService, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    currency_code = models.CharField(max_length=10, blank=True, db_default="")
    """The currency code of our books, where it is another word than the ISO code."""
    skipped_net = models.DecimalField(max_digits=14, decimal_places=4, default=0, db_default=0)
    """Shipping that Amazon charged and that the shipping method leaves out of the sale."""
    skipped_tax = models.DecimalField(max_digits=14, decimal_places=4, default=0, db_default=0)
    left_out_tax = models.DecimalField(max_digits=14, decimal_places=4, default=0, db_default=0)
    """Tax that the marketplace collected and that the channel leaves out of its sales."""
    built_at = models.DateTimeField(db_default=Now())
    posted_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    document_number = models.CharField(max_length=40, blank=True, db_default="")
    document_status = models.CharField(max_length=10, blank=True, db_default="")
    """How the ERP's document stands, as the ERP acknowledged it; empty while there is none."""
    document_trouble = models.TextField(blank=True, db_default="")
    document_is_stopped = models.BooleanField(default=False, db_default=False)
    """The ERP declined; nothing more is asked until a person says so."""
    changes = models.PositiveIntegerField(default=0, db_default=0)
    """How often its lines, customer or payment changed since it was built."""
    document_changes = models.PositiveIntegerField(default=0, db_default=0)
    """Which of them the ERP's document has, or is posted without."""
    document_tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    document_try_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-id", "order_status"], name="sale_newest"),
            models.Index(
                fields=["id"],
                condition=~models.Q(document_status=models.F("order_status"))
                | ~models.Q(document_changes=models.F("changes")),
                name="sale_to_hand_over",
            ),
        ]


class SaleSupplement(models.Model):
    """What a sale became more after its document was posted: a document of its own, made and posted once."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="supplements")
    number = models.CharField(max_length=30, unique=True)
    external_document = models.CharField(max_length=80)
    wanted_at = models.DateTimeField(db_default=Now())
    document = models.CharField(max_length=40, blank=True, db_default="")
    status = models.CharField(max_length=10, blank=True, db_default="")
    """How its document stands, as the ERP acknowledged it; empty while there is none."""


class SaleLine(models.Model):
    """One line of a sale: a product, a charge, or its tax."""

    class Kind(models.TextChoices):
        ITEM = "item", "Item"
        SHIPPING = "shipping", "Shipping charge"
        OTHER = "other", "Other charge"
        TAX = "tax", "Tax"

    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, related_name="lines")
    supplement = models.ForeignKey(
        SaleSupplement, on_delete=models.PROTECT, null=True, related_name="lines", db_index=False
    )
    """The further document it stands on; empty for the sale's first one."""
    kind = models.CharField(max_length=10, choices=Kind)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    charge_type = models.CharField(max_length=8, blank=True, db_default="")
    """What a charge is posted to: account, item, resource or charge; empty where nobody said."""
    charge_number = models.CharField(max_length=20, blank=True, db_default="")
    description = models.CharField(max_length=200)
    units = models.PositiveIntegerField()
    net = models.DecimalField(max_digits=14, decimal_places=4)
    tax = models.DecimalField(max_digits=14, decimal_places=4)


class SaleCredit(models.Model):
    """A credit on lines of a posted sale, mostly a person's decision; the ERP is told it once."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="credits")
    supplement = models.ForeignKey(
        SaleSupplement, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    """The further document that it credits; empty for the sale's first one."""
    follows_change = models.BooleanField(default=False, db_default=False)
    """The marketplace made the order smaller or cheaper after it was posted; no person asked for it."""
    number = models.CharField(max_length=30, unique=True)
    """Ours, such as S-000123-C1."""
    key = models.CharField(max_length=40, unique=True)
    """Given by whoever asks: asked twice with one key, there is one credit."""
    reason = models.CharField(max_length=200)
    wanted_at = models.DateTimeField(db_default=Now())
    wanted_by = models.CharField(max_length=150)
    document = models.CharField(max_length=40, blank=True, db_default="")
    """The ERP's number for it; empty until the ERP has it."""

    class Meta:
        indexes = [models.Index(fields=["sale"], condition=models.Q(document=""), name="credit_to_hand_over")]


class SaleCreditLine(models.Model):
    """How much of a line is credited, all units together."""

    credit = models.ForeignKey(SaleCredit, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(SaleLine, on_delete=models.PROTECT, related_name="credited")
    units = models.PositiveIntegerField()
    net = models.DecimalField(max_digits=14, decimal_places=4)
    tax = models.DecimalField(max_digits=14, decimal_places=4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["credit", "line"], name="credited_line_once")]


class SpoiledEntry(models.Model):
    """An entry of a page that could not be read, set aside whole so that nothing is lost."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    identity = models.CharField(max_length=100)
    reason = models.TextField()
    raw = EncryptedDocument()
    at = models.DateTimeField(db_default=Now())
    is_settled = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "identity"], name="spoiled_once")]


class Work(models.Model):
    """Long work on orders that somebody started: how far it is, and whether it is to stop.

    `wanted` says what is to be done and `position` how far it came, so that it goes on after a crash.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for its turn"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    wanted = models.JSONField(default=dict)
    position = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    is_to_stop = models.BooleanField(default=False)
    step = models.CharField(max_length=200, blank=True)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    told = models.JSONField(default=list)
    """What went otherwise than wanted, one sentence each, the first hundred."""
    started_by = models.CharField(max_length=150)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)


class GapProof(models.Model):
    """One asking of Amazon for everything of a period, and what came of it: times and counts."""

    work = models.OneToOneField(Work, on_delete=models.PROTECT, related_name="proof")
    channel = models.ForeignKey(SalesChannel, on_delete=models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    questions = models.JSONField(default=list)
    unanswered = models.JSONField(default=list)
    """Questions that Amazon did not answer to the last page, each with the reason."""
    counts = models.JSONField(default=dict)
    judged_at = models.DateTimeField(null=True)


class GapNumber(models.Model):
    """One number that Amazon named, and where it is here. Holds nothing of the buyer."""

    proof = models.ForeignKey(GapProof, on_delete=models.CASCADE, related_name="numbers")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=20)
    number = models.CharField(max_length=100)
    order_id = models.CharField(max_length=30, blank=True)
    status = models.CharField(max_length=40)
    created_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=20, blank=True)
    standing = models.CharField(max_length=12, blank=True)
    detail = models.TextField(blank=True)
    sale = models.CharField(max_length=20, blank=True)
    was_missing = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proof", "connection", "number"], name="gap_number_once")
        ]
        indexes = [
            models.Index(fields=["proof", "id"], condition=models.Q(standing="missing"), name="gap_missing")
        ]


class OrderRule(models.Model):
    """A rule of the shop's own for orders of one channel. A removed one is kept for what it decided."""

    class Action(models.TextChoices):
        HOLD = "hold", "Hold"
        IGNORE = "ignore", "Ignore"
        FLAG = "flag", "Flag"

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="order_rules")
    name = models.CharField(max_length=60)
    action = models.CharField(max_length=10, choices=Action)
    conditions = models.JSONField()
    """Field, comparison and value of each; all of them have to fit."""
    reason = models.CharField(max_length=200, blank=True)
    added_by = models.CharField(max_length=150)
    added_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "name"],
                condition=models.Q(removed_at__isnull=True),
                name="order_rule_name_once",
            )
        ]


class RuleVerdict(models.Model):
    """What a rule decided, and its words of then; from a released shipment the rule keeps its hands."""

    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, related_name="rule_verdicts", db_index=False
    )
    rule = models.ForeignKey(OrderRule, on_delete=models.CASCADE, related_name="verdicts")
    action = models.CharField(max_length=10, choices=OrderRule.Action)
    words = models.TextField(blank=True, default="", db_default="")
    at = models.DateTimeField(db_default=Now())
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shipment", "rule"], name="rule_verdict_once")]


class WebhookDelivery(models.Model):
    """One telling of a web address that a shipment entered an implied status, until it was heard."""

    action = models.ForeignKey(ImpliedAction, on_delete=models.CASCADE, related_name="+")
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="+", db_index=False)
    event = models.UUIDField(unique=True)  # for the receiver, the same at every try
    implied_status = models.CharField(max_length=20)
    entered_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    is_given_up = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(delivered_at__isnull=True, is_given_up=False),
                name="webhook_to_deliver",
            )
        ]
