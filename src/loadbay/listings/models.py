"""Listings and what Amazon is told about them: columns and constraints."""

from django.db import models
from django.db.models.functions import Now

from loadbay.catalogue.models import Product
from loadbay.channels.models import SalesChannel

_AT_AMAZON = ("submitted", "live_as_mfn", "awaiting_conversion", "linked", "suppressed")


class Listing(models.Model):
    """A product offered on a sales channel under an ASIN."""

    class Type(models.TextChoices):
        ONSITE_FBA = "onsite_fba", "On Site FBA"
        FBA = "fba", "FBA"
        MFN = "mfn", "MFN"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"
        LIVE_AS_MFN = "live_as_mfn", "Live as MFN"
        AWAITING_CONVERSION = "awaiting_conversion", "Awaiting conversion"
        LINKED = "linked", "Linked"
        REJECTED = "rejected", "Rejected"
        SUPPRESSED = "suppressed", "Suppressed"
        DELISTED = "delisted", "Delisted"

    channel = models.ForeignKey(SalesChannel, on_delete=models.PROTECT, related_name="listings")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="listings")
    sku = models.CharField(max_length=40)
    asin = models.CharField(max_length=10)
    condition = models.CharField(max_length=30, default="new_new")
    type = models.CharField(max_length=12, choices=Type, default=Type.ONSITE_FBA)
    country_of_origin = models.CharField(max_length=2)
    shipping_template = models.CharField(max_length=100)
    handling_days = models.PositiveSmallIntegerField(null=True)
    stock_offset = models.IntegerField(default=0)
    stock_fixed = models.PositiveIntegerField(null=True)
    stock_percentage = models.PositiveSmallIntegerField(null=True)
    stock_minimum = models.PositiveIntegerField(null=True)
    stock_cap = models.PositiveIntegerField(null=True)
    product_type = models.CharField(max_length=80, blank=True)
    catalogue = models.JSONField(default=dict)
    """What Check ASIN found: title, brand, image, restrictions, origin, dimensions."""
    issues = models.JSONField(default=list)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField(db_default=Now())
    submission_wanted = models.BooleanField(default=False)
    submission_id = models.CharField(max_length=80, blank=True)
    submitted_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    """When Amazon was last asked how the listing stands."""
    next_look_at = models.DateTimeField(null=True)
    """When to ask again, or to try a submission again; empty means at once."""
    linked_because = models.CharField(max_length=200, blank=True)
    """The proof of being linked. Once set, stock and price flow, also while Amazon suppresses the listing."""
    channel_codes = models.JSONField(default=list)
    """Which channels Amazon showed when it was looked at last: DEFAULT, AMAZON_EU."""
    shown_by_amazon_at = models.DateTimeField(null=True)
    """When it showed one of Amazon's own codes last, since it was submitted."""
    missing_since = models.DateTimeField(null=True)
    """Since when Amazon does not show it any more; gone for good after a while."""
    offer_told = models.JSONField(default=dict)
    """Origin, template and handling days that Amazon accepted last; see `offer_rules`."""
    offer_dirty = models.BooleanField(default=False)
    """Whether some of them differ from what is set here."""
    offer_told_at = models.DateTimeField(null=True)
    offer_next_try_at = models.DateTimeField(null=True)
    offer_tries = models.PositiveSmallIntegerField(default=0)
    offer_refusal = models.TextField(blank=True)
    offer_troubles = models.PositiveSmallIntegerField(default=0)
    """Tries in a row without any answer; each one puts it off for longer."""
    delisting_wanted = models.BooleanField(default=False)
    """A person wants it taken off Amazon, which has not accepted that yet; tried as an offer is."""
    gone_look_at = models.DateTimeField(null=True)
    """When to see whether it is really gone, after Amazon accepted to take it off."""
    price_dirty = models.BooleanField(default=False)
    price_amount = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    price_currency = models.CharField(max_length=3, blank=True)
    """The price Amazon accepted last; empty when that is not known."""
    price_told_at = models.DateTimeField(null=True)
    price_in_flight = models.BooleanField(default=False)
    price_next_try_at = models.DateTimeField(null=True)
    price_tries = models.PositiveSmallIntegerField(default=0)
    price_refusal = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "sku"], name="listing_once_per_channel"),
            models.CheckConstraint(
                condition=models.Q(stock_percentage__lte=100) | models.Q(stock_percentage__isnull=True),
                name="listing_percentage_of_a_hundred",
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "state"], name="listing_by_state"),
            models.Index(fields=["channel", "shipping_template"], name="listing_by_template"),
            models.Index(
                fields=["channel"], condition=models.Q(submission_wanted=True), name="listing_to_submit"
            ),
            models.Index(
                models.F("channel"),
                models.OrderBy(models.F("next_look_at"), nulls_first=True),
                condition=models.Q(state__in=_AT_AMAZON),
                name="listing_to_look_at",
            ),
            models.Index(
                fields=["channel"],
                condition=models.Q(offer_dirty=True) | models.Q(delisting_wanted=True),
                name="listing_to_change",
            ),
            models.Index(
                fields=["channel"], condition=models.Q(gone_look_at__isnull=False), name="listing_to_see_gone"
            ),
            models.Index(
                fields=["channel"],
                condition=models.Q(price_dirty=True) | models.Q(price_in_flight=True),
                name="listing_price_to_send",
            ),
        ]


class ShippingTemplate(models.Model):
    """A shipping template that Amazon offers the seller on a channel, or offered once."""

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=200)
    """What Amazon is sent for it, and what tells it apart when its name changes."""
    name = models.CharField(max_length=100)
    last_seen_at = models.DateTimeField()
    gone_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="shipping_template_once")
        ]


class StockFigure(models.Model):
    """What Amazon was told about a listing's stock at one location, and what it answered.

    The figure that should be there is derived when it is sent; here stands only what was.
    """

    class Urgency(models.IntegerChoices):
        URGENT = 1, "Zero or lowered"
        SETTING = 3, "A setting of its channel changed"
        NORMAL = 5, "Other"
        ITS_TURN = 6, "Its turn on the schedule"
        FOR_THE_SCHEDULE = 7, "Waits for the schedule"

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="figures")
    location = models.CharField(max_length=36)
    is_dirty = models.BooleanField(default=True)
    dirty_since = models.DateTimeField(db_default=Now())
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.NORMAL)
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    """Refusals in a row; each one doubles the time to the next try."""
    sequence = models.BigIntegerField(default=0)
    """The last number used at Amazon for this (location, SKU); 0 before Amazon's own was fetched."""
    sent_quantity = models.PositiveIntegerField(null=True)
    sent_at = models.DateTimeField(null=True)
    in_flight = models.BooleanField(default=False)
    acknowledged_quantity = models.PositiveIntegerField(null=True)
    """What Amazon holds for sure; empty when a message was lost, so that the figure is sent again."""
    acknowledged_at = models.DateTimeField(null=True)
    amazon_sellable = models.IntegerField(null=True)
    amazon_reserved = models.IntegerField(null=True)
    refusal = models.TextField(blank=True)
    stale_refusals = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "location"], name="figure_once")]
        indexes = [
            models.Index(
                fields=["urgency", "dirty_since"], condition=models.Q(is_dirty=True), name="figure_to_send"
            ),
            models.Index(fields=["listing"], condition=models.Q(in_flight=True), name="figure_in_flight"),
        ]


class ChannelMark(models.Model):
    """All listings of a channel are to be marked, because a setting of it changed: how far that has come."""

    class What(models.TextChoices):
        STOCK = "stock", "Stock"
        PRICES = "prices", "Prices"

    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=10, choices=What)
    after = models.BigIntegerField(default=0)
    """The last listing that is marked; the next step begins behind it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "what"], name="channel_mark_once")]


class StockCap(models.Model):
    """The global stock cap of the shop for all Amazon listing types, with its dates (the last day counts)."""

    units = models.PositiveIntegerField()
    valid_from = models.DateField(unique=True)
    valid_until = models.DateField(null=True)
