"""Stock rooms, the movement ledger, levels and reservations: columns and constraints.

A level is the sum of its movements; both are written by `ledger.move` in one statement pair and
`queries.ledger_differences` compares them. Reservations know their holder by a text key: holders live above.
"""

from django.db import models
from django.db.models.functions import Now

from loadbay.catalogue.models import Product


class StockRoom(models.Model):
    """A place where goods lie."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    allows_negative = models.BooleanField(default=False)


class Movement(models.Model):
    """One row of the stock ledger; never changed, never deleted. Units are signed."""

    class Kind(models.TextChoices):
        GOODS_IN = "goods_in", "Goods in"
        DISPOSAL = "disposal", "Disposal"
        TRANSFER = "transfer", "Transfer"
        SALE = "sale", "Sale"
        RETURN = "return", "Return"
        COUNT = "count", "Stock count"

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(StockRoom, on_delete=models.PROTECT, related_name="+")
    units = models.IntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.CharField(max_length=120, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    actor = models.CharField(max_length=150)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(units=0), name="movement_moves_something")]
        indexes = [models.Index(fields=["product", "room", "-id"], name="movement_newest")]


class Level(models.Model):
    """How many units of a product are on hand in a room."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="levels")
    room = models.ForeignKey(StockRoom, on_delete=models.PROTECT, related_name="levels")
    on_hand = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "room"], name="level_once")]


class Reservation(models.Model):
    """Units of one product in one room that are promised to a holder.

    `sold_as` and `location` say which listing and which place of the marketplace the promise came
    from, `sold_units` how many units of that listing it stands for (0 on the further rows of a bundle).
    """

    class Stage(models.TextChoices):
        OPEN = "open", "Open: the marketplace deducts it itself"
        LABELLED = "labelled", "Labelled, not handed over"
        PUT_BACK = "put_back", "Cancelled after the label, to be put back"
        OTHER = "other", "Other promise"

    holder = models.CharField(max_length=80)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    room = models.ForeignKey(StockRoom, on_delete=models.PROTECT, related_name="+", db_index=False)
    units = models.PositiveIntegerField()
    stage = models.CharField(max_length=10, choices=Stage)
    sold_as = models.CharField(max_length=40, blank=True)
    sold_units = models.PositiveIntegerField(default=0)
    location = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "product", "room", "sold_as"], name="reservation_once"),
            models.CheckConstraint(condition=models.Q(units__gte=1), name="reservation_units_positive"),
        ]
        indexes = [
            models.Index(fields=["product", "room", "stage"], name="reservation_by_product"),
            models.Index(fields=["sold_as", "location", "stage"], name="reservation_by_sold_as"),
        ]
