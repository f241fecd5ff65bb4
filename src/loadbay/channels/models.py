"""Connections, sales channels, rooms and locations, pickup times, matrix and definitions: columns.

Secrets are encrypted fields; they are read by `wiring` alone and shown to nobody.
"""

from django.db import models
from django.db.models.functions import Now

from loadbay.catalogue.models import Product
from loadbay.core.encryption import EncryptedText
from loadbay.parties.models import Customer, ShippingAgent, ShippingAgentService
from loadbay.stock.models import StockRoom


class Connection(models.Model):
    """One seller account reached through one application; several channels share it."""

    class State(models.TextChoices):
        WORKING = "working", "Working"
        STOPPED = "stopped", "Stopped"

    name = models.CharField(max_length=60, unique=True)
    region = models.CharField(max_length=2)
    seller_id = models.CharField(max_length=40)
    client_id = models.CharField(max_length=200)
    client_secret = EncryptedText()
    refresh_token = EncryptedText()
    endpoint = models.URLField(max_length=200)
    token_endpoint = models.URLField(max_length=200)
    secret_set_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=10, choices=State, default=State.WORKING)
    stopped_because = models.TextField(blank=True)
    stopped_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)


class SalesChannel(models.Model):
    """A marketplace and one programme on it. What nobody knows about Amazon is a setting here."""

    class Programme(models.TextChoices):
        SMARTCONNECT = "smartconnect", "Amazon SmartConnect"
        MFN = "mfn", "Merchant fulfilled (MFN)"
        FBA = "fba", "Fulfilled by Amazon (FBA)"

    class SendMode(models.TextChoices):
        AT_ONCE = "at_once", "At once"
        ON_SCHEDULE = "on_schedule", "On schedule"

    class PaymentBehaviour(models.TextChoices):
        CHANNEL = "channel", "Channel"
        MAPPED = "mapped", "Mapped"

    class ReservationEnds(models.TextChoices):
        LABEL = "label", "When the label is made"
        SHIPPED = "shipped", "When the parcel is shipped"

    code = models.CharField(max_length=20, unique=True)
    description = models.CharField(max_length=100, blank=True)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="channels")
    marketplace = models.CharField(max_length=2)
    programme = models.CharField(max_length=20, choices=Programme)
    time_zone = models.CharField(max_length=60, default="Europe/London")
    collection_weekdays = models.CharField(max_length=7, default="1234567")
    """ISO weekdays (1 is Monday) on which the lorry comes."""
    placeholder_customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    shipping_agent = models.ForeignKey(ShippingAgent, on_delete=models.PROTECT, related_name="+")
    price_category = models.CharField(max_length=40, default="Amazon")
    external_document_template = models.CharField(max_length=80, default="{order_id}-{shipment_id}")
    dimension_1 = models.CharField(max_length=20, blank=True)
    dimension_2 = models.CharField(max_length=20, blank=True)
    order_start_at = models.DateTimeField(db_default=Now())
    send_mode = models.CharField(max_length=12, choices=SendMode, default=SendMode.AT_ONCE)
    confirms_by_itself = models.BooleanField(default=True)
    is_watching = models.BooleanField(default=False)
    finishes_with_last_scan = models.BooleanField(default=False)
    reservation_ends = models.CharField(max_length=8, choices=ReservationEnds, default=ReservationEnds.LABEL)
    buyer_details_days = models.PositiveSmallIntegerField(default=7)
    sale_prefix = models.CharField(max_length=10, default="S-", db_default="S-")
    """The sale number series: channels with one prefix share one series."""
    erp = models.CharField(max_length=20, default="ledger", db_default="ledger")
    """Which books its sales are handed over to."""
    allows_multi_currency = models.BooleanField(default=False, db_default=False)
    payment_behaviour = models.CharField(
        max_length=8,
        choices=PaymentBehaviour,
        default=PaymentBehaviour.CHANNEL,
        db_default=PaymentBehaviour.CHANNEL,
    )
    onsite_wait_hours = models.PositiveSmallIntegerField(default=6, db_default=6)
    """FBA: how long after SHIPPED a line with an On Site FBA listing waits for its shipment."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "marketplace", "programme"], name="programme_once")
        ]


class ChannelRoom(models.Model):
    """A stock room that feeds a channel, and the marketplace's location it stands for."""

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="rooms")
    room = models.ForeignKey(StockRoom, on_delete=models.PROTECT, related_name="+")
    location = models.CharField(max_length=36, blank=True)
    """Amazon's location id; empty where the programme knows none (MFN)."""
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "room"], name="room_once_per_channel")]
        ordering = ["position", "id"]


class PickupTime(models.Model):
    """When the lorry comes to a location, in the channel's time zone, on each collection day."""

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="pickups")
    location = models.CharField(max_length=36)
    at = models.TimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "location", "at"], name="pickup_once")]
        ordering = ["location", "at"]


class Holiday(models.Model):
    """A day on which no lorry comes to the channel's locations, whatever its weekday."""

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="holidays")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "day"], name="holiday_once")]
        ordering = ["day"]


class MatrixLine(models.Model):
    """One line of the order status matrix. Empty means any."""

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="matrix")
    channel_status = models.CharField(max_length=40, blank=True)
    order_status = models.CharField(max_length=12, blank=True)
    balanced = models.BooleanField(null=True)
    existing_orders = models.BooleanField(null=True)
    implied_status = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "channel_status", "order_status", "balanced", "existing_orders"],
                nulls_distinct=False,
                name="matrix_line_once",
            )
        ]


class ShippingMethod(models.Model):
    """The channel's word for how something travels, and the agent who carries it. No agent: not mapped yet.

    `key` is the external id without case, blanks and signs: spelling variants are one method.
    """

    class Behaviour(models.TextChoices):
        DEFAULT = "default", "Default"
        SKIP = "skip", "Skip"

    class ChargeType(models.TextChoices):
        ACCOUNT = "account", "G/L Account"
        ITEM = "item", "Item"
        RESOURCE = "resource", "Resource"
        CHARGE = "charge", "Charge (Item)"

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="shipping_methods")
    key = models.CharField(max_length=60)
    external_id = models.CharField(max_length=60)
    description = models.CharField(max_length=100, blank=True)
    agent = models.ForeignKey(ShippingAgent, on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey(ShippingAgentService, on_delete=models.PROTECT, null=True, related_name="+")
    behaviour = models.CharField(max_length=8, choices=Behaviour, default=Behaviour.DEFAULT)
    charge_type = models.CharField(max_length=8, choices=ChargeType, blank=True)
    charge_number = models.CharField(max_length=20, blank=True)
    is_default_for_outgoing = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "key"], name="shipping_method_once"),
            models.UniqueConstraint(
                fields=["channel", "agent", "service"],
                condition=models.Q(is_default_for_outgoing=True),
                nulls_distinct=False,
                name="one_outgoing_method",
            ),
        ]
        ordering = ["id"]


class ShippingCarrier(models.Model):
    """The channel's word for a carrier, and the agent it is in our books. Spelling variants are one."""

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="shipping_carriers")
    key = models.CharField(max_length=60)
    external_id = models.CharField(max_length=60)
    description = models.CharField(max_length=100, blank=True)
    agent = models.ForeignKey(ShippingAgent, on_delete=models.PROTECT, null=True, related_name="+")
    is_default_for_outgoing = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "key"], name="shipping_carrier_once"),
            models.UniqueConstraint(
                fields=["channel", "agent"],
                condition=models.Q(is_default_for_outgoing=True),
                name="one_outgoing_carrier",
            ),
        ]
        ordering = ["id"]


class ChannelCurrency(models.Model):
    """A currency of the channel's orders and the currency code of our books. Empty: not mapped yet."""

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="currencies")
    external_id = models.CharField(max_length=3)
    code = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="currency_once")]
        ordering = ["id"]


class PaymentMethod(models.Model):
    """How a buyer paid in the channel's words, and the payment method of our books. Empty: not mapped yet."""

    class CollectedBy(models.TextChoices):
        AMAZON = "amazon", "Amazon"
        SHOP = "shop", "The shop"

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="payment_methods")
    key = models.CharField(max_length=60)
    external_id = models.CharField(max_length=60)
    code = models.CharField(max_length=20, blank=True)
    collected_by = models.CharField(
        max_length=6, choices=CollectedBy, default=CollectedBy.AMAZON, db_default=CollectedBy.AMAZON
    )
    """Who takes the buyer's money. What the shop collects is outstanding until a payment is registered."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="payment_method_once")]
        ordering = ["id"]


class ImpliedAction(models.Model):
    """What is done when an order of the channel enters an implied status; see `action_rules`."""

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="actions")
    implied_status = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)
    text = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=300, blank=True)
    secret = EncryptedText(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "implied_status", "kind", "text", "url"], name="implied_action_once"
            )
        ]
        ordering = ["channel", "id"]


class MappedItem(models.Model):
    """A code of the channel (SKU, ASIN, name of a charge) and what we call it. No kind: not mapped yet."""

    class CodeType(models.TextChoices):
        SKU = "sku", "SKU"
        ASIN = "asin", "ASIN"
        CHARGE = "charge", "Charge name"

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="items")
    code_type = models.CharField(max_length=8, choices=CodeType, default=CodeType.SKU)
    external_id = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=ShippingMethod.ChargeType, blank=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=20, blank=True)
    """Of the account, resource or charge; empty where a product is named."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "code_type", "external_id"], name="item_once")
        ]
        ordering = ["id"]


class CustomerBehaviour(models.Model):
    """What a channel does with new customers, or with guests. Without a row its programme's default is."""

    class Behaviour(models.TextChoices):
        AUTO_CREATE = "auto_create", "Auto Create"
        SALES_CHANNEL = "sales_channel", "Sales Channel"
        MANUAL = "manual", "Manual"

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="customer_behaviours")
    buyer = models.CharField(max_length=5)
    """new or guest."""
    behaviour = models.CharField(max_length=14, choices=Behaviour)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    """Sales Channel: who is sold to; empty for the channel's placeholder."""
    code_pattern = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=10, blank=True)
    tax_area = models.CharField(max_length=20, blank=True)
    payment_terms = models.CharField(max_length=20, blank=True)
    dimension_1 = models.CharField(max_length=20, blank=True)
    dimension_2 = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "buyer"], name="customer_behaviour_once")]


class KnownBuyer(models.Model):
    """A buyer whose customer a person picks, and the pick, remembered. No customer: not picked yet.

    `identity` is `email:` with the keyed hash of the address, or `order:` with the order's number.
    """

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="known_buyers")
    identity = models.CharField(max_length=80)
    order_id = models.CharField(max_length=30, blank=True)
    """The order in which the buyer was seen first, for the person who picks."""
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    purge_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "identity"], name="known_buyer_once")]
        ordering = ["id"]


class ChannelTax(models.Model):
    """How a channel's sales show tax. Without a row: on each line, all of it."""

    class Shown(models.TextChoices):
        LINES = "lines", "On each line"
        ONE_LINE = "one_line", "As one line"

    channel = models.OneToOneField(SalesChannel, on_delete=models.CASCADE, related_name="tax")
    shown = models.CharField(max_length=8, choices=Shown, default=Shown.LINES)
    account = models.CharField(max_length=20, blank=True)
    """G/L account of the one line."""
    leaves_out_collected = models.BooleanField(default=False)
    """Tax that the marketplace collected and pays itself is no part of our sale."""
