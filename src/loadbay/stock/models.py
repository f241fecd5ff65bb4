"""Stock rooms, the movement ledger, levels, reservations, serialised items: columns and constraints.

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
    numbered = models.IntegerField(default=0, db_default=0)
    """How many serialised items lie there. Triggers on the items keep it (migration 0005)."""

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


class SerialisedItem(models.Model):
    """One unit of a serialised product, by its number; it keeps its row when it leaves and comes back.

    It has a room while it lies there (in stock or packed). Triggers (migration 0005) hold that on hand of
    a serialised product is the number of its items in the room.
    """

    class State(models.TextChoices):
        IN_STOCK = "in_stock", "In stock"
        PACKED = "packed", "Packed"
        GONE = "gone", "Gone"
        DISPOSED = "disposed", "Disposed of"

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="items", db_index=False)
    number = models.CharField(max_length=60)
    room = models.ForeignKey(StockRoom, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State)
    holder = models.CharField(max_length=80, blank=True, db_default="")
    """Whose promise it fills, or filled when it left: the key of a reservation."""
    reference = models.CharField(max_length=120, blank=True, db_default="")
    """The field call it is in or left with, or why it was disposed of."""
    parcel = models.CharField(max_length=20, blank=True, db_default="")
    came_back = models.BooleanField(default=False, db_default=False)
    """Whether it left once and was booked in again."""
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="item_number_once"),
            models.CheckConstraint(condition=~models.Q(number=""), name="item_has_a_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=["in_stock", "packed"], room__isnull=False)
                | models.Q(state__in=["gone", "disposed"], room__isnull=True),
                name="item_has_a_room_while_here",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["in_stock", "disposed"], holder="")
                | (models.Q(state__in=["packed", "gone"]) & ~models.Q(holder="")),
                name="item_has_a_holder_when_packed",
            ),
        ]
        indexes = [
            models.Index(fields=["number"], name="item_by_number"),
            models.Index(
                fields=["product", "room"], condition=models.Q(room__isnull=False), name="item_here"
            ),
            models.Index(fields=["holder"], condition=models.Q(state="packed"), name="item_packed"),
        ]
