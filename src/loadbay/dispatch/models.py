"""Field calls, parcels, labels, consignments, printers, bench scans: columns and constraints."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from loadbay.channels.models import SalesChannel
from loadbay.core.encryption import EncryptedField, EncryptedText
from loadbay.orders.models import Sale, ShipmentLine
from loadbay.parties.models import ShippingAgent
from loadbay.stock.models import StockRoom


class FieldCall(models.Model):
    """The delivery job linked to a sale. Its life is the table in `rules.NEXT`."""

    class State(models.TextChoices):
        TO_PACK = "to_pack", "To pack"
        PACKING = "packing", "On the bench"
        PACKED = "packed", "Packed, label awaited"
        LABELLED = "labelled", "Labelled"
        COMPLETED = "completed", "Completed"
        CANCELLED = "cancelled", "Cancelled"

    number = models.CharField(max_length=20, unique=True)
    sale = models.ForeignKey(
        Sale,
        on_delete=models.PROTECT,
        related_name="field_calls",
        related_query_name="field_call",
        db_index=False,
    )
    part = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Which part of its sale goes ahead of the rest, counted from 1; 0 for the rest, which mostly is all."""
    channel = models.ForeignKey(SalesChannel, on_delete=models.PROTECT, related_name="+", db_index=False)
    agent = models.ForeignKey(ShippingAgent, on_delete=models.PROTECT, related_name="+", db_index=False)
    location = models.CharField(max_length=36)
    collection_date = models.DateField()
    collection_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.TO_PACK)
    state_since = models.DateTimeField(db_default=Now())
    packer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    station = models.CharField(max_length=40, blank=True)
    problem = models.TextField(blank=True)
    """What stands in the way of the label, in words for the bench."""
    label_wanted = models.CharField(max_length=10, blank=True)
    """Empty, `make` or `remake`: what the label sender has to do."""
    serial_for = models.ForeignKey(
        "FieldCallLine", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """The line whose serial number the bench waits for."""
    packed_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    completed_at = models.DateTimeField(null=True)
    completed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["station"], condition=models.Q(state="packing"), name="field_call_one_in_hand"
            ),
            models.UniqueConstraint(fields=["sale", "part"], name="field_call_once"),
        ]
        indexes = [
            models.Index(
                fields=["serial_for"],
                condition=models.Q(serial_for__isnull=False),
                name="field_call_waits_for_serial",
            ),
            models.Index(fields=["collection_at", "id"], name="field_call_by_pickup"),
            models.Index(fields=["collection_date", "collection_at", "id"], name="field_call_of_day"),
            models.Index(
                fields=["station", "-packed_at"],
                condition=models.Q(state__in=["packing", "packed", "labelled"]),
                name="field_call_at_bench",
            ),
            models.Index(
                fields=["channel", "id"], condition=~models.Q(label_wanted=""), name="field_call_to_label"
            ),
            models.Index(
                fields=["channel", "id"],
                condition=models.Q(state__in=["to_pack", "packing", "packed", "labelled"]),
                name="field_call_in_work",
            ),
        ]


NOT_LABELLED = (FieldCall.State.TO_PACK, FieldCall.State.PACKING, FieldCall.State.PACKED)
STILL_TO_PACK = (FieldCall.State.TO_PACK, FieldCall.State.PACKING)
PACKED_OR_LABELLED = (FieldCall.State.PACKED, FieldCall.State.LABELLED)
IN_WORK = (*NOT_LABELLED, FieldCall.State.LABELLED)
"""What has neither left nor was cancelled (index `field_call_in_work`)."""


class FieldCallLine(models.Model):
    """What has to be picked and packed: one product in one room, for one line of the shipment."""

    field_call = models.ForeignKey(FieldCall, on_delete=models.CASCADE, related_name="lines", db_index=False)
    shipment_line = models.ForeignKey(ShipmentLine, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(StockRoom, on_delete=models.PROTECT, related_name="+", db_index=False)
    units = models.PositiveIntegerField()
    sold_units = models.PositiveIntegerField(null=True)
    """Units of the sold line that this field call is for; empty where it is for all of them."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["field_call", "shipment_line", "product", "room"], name="pick_once"
            )
        ]


class Consignment(models.Model):
    """What one lorry takes in one collection."""

    number = models.CharField(max_length=20, unique=True)
    location = models.CharField(max_length=36)
    agent = models.ForeignKey(ShippingAgent, on_delete=models.PROTECT, related_name="+")
    collection_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["location", "agent", "collection_at"],
                condition=models.Q(closed_at__isnull=True),
                name="consignment_one_open_per_collection",
            )
        ]


class HouseBox(models.Model):
    """A box the house keeps, with its barcode at the bench: size in millimetres, weight empty in grams."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=40, blank=True)
    length_mm = models.PositiveIntegerField()
    width_mm = models.PositiveIntegerField()
    height_mm = models.PositiveIntegerField()
    weight_g = models.PositiveIntegerField()
    is_house_box = models.BooleanField(default=False)
    """Whether it is taken where neither a person nor Amazon nor the product says a box."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_house_box"], condition=models.Q(is_house_box=True), name="house_box_one"
            )
        ]


class Parcel(models.Model):
    """One box of a field call. `package_id` is what Amazon calls it; millimetres and grams."""

    field_call = models.ForeignKey(FieldCall, on_delete=models.CASCADE, related_name="parcels")
    package_id = models.CharField(max_length=20)
    is_closed = models.BooleanField(default=False)
    length_mm = models.PositiveIntegerField(null=True)
    width_mm = models.PositiveIntegerField(null=True)
    height_mm = models.PositiveIntegerField(null=True)
    weight_g = models.PositiveIntegerField(null=True)
    house_box = models.ForeignKey(HouseBox, on_delete=models.SET_NULL, null=True, related_name="+")
    """The box that was scanned for it."""
    is_size_given = models.BooleanField(default=False)
    is_weight_given = models.BooleanField(default=False)
    """Said by a person; what was not said is found anew whenever packing finishes."""
    told = models.CharField(max_length=64, blank=True)
    """Fingerprint of what Amazon holds of it; empty until Amazon was told of it, or until it was opened again
    or its box changed. With a carrier of our own: of the carrier's details that were sent."""
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, null=True, related_name="parcels")
    carrier_name = models.CharField(max_length=60, blank=True)
    carrier_code = models.CharField(max_length=60, blank=True, db_default="")
    """What the marketplace calls the carrier, where we choose it (MFN)."""
    ship_method = models.CharField(max_length=60, blank=True, db_default="")
    tracking_id = models.CharField(max_length=80, blank=True, db_index=True)
    told_shipped_at = models.DateTimeField(null=True)
    """When Amazon accepted, or was seen to know, that it was shipped."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["field_call", "package_id"], name="package_id_once")]
        indexes = [
            models.Index(
                fields=["field_call"], condition=models.Q(told_shipped_at__isnull=True), name="parcel_untold"
            )
        ]


class ParcelLine(models.Model):
    """Scanned units in a parcel."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(FieldCallLine, on_delete=models.CASCADE, related_name="packed")
    units = models.PositiveIntegerField()
    serials = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parcel", "line"], name="parcel_line_once")]


class Label(models.Model):
    """A label as Amazon made it. The bytes are buyer data; the newest that is not void counts."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="labels")
    tracking_id = models.CharField(max_length=80)
    carrier_name = models.CharField(max_length=60)
    pickup_from = models.DateTimeField(null=True)
    link = EncryptedText(null=True)
    """The short-lived link, kept only until the bytes are here."""
    format = models.CharField(max_length=4, blank=True)
    content = EncryptedField(null=True)
    is_void = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=Now())
    stored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parcel"], condition=models.Q(is_void=False), name="label_one_valid_per_parcel"
            )
        ]


class Printer(models.Model):
    """Where labels come out: a raw network printer, a folder, or the browser at the bench."""

    class Kind(models.TextChoices):
        RAW = "raw", "Network printer (raw, port 9100)"
        FOLDER = "folder", "Folder"
        BROWSER = "browser", "Browser"

    name = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    address = models.CharField(max_length=200, blank=True)
    """host:port of a raw printer, path of a folder."""
    formats = models.CharField(max_length=20, default="zpl,png,pdf")
    is_default = models.BooleanField(default=False)


class PrintJob(models.Model):
    """One label sent to one printer."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Sending"
        PRINTED = "printed", "Printed"
        FAILED = "failed", "Failed"
        UNCLEAR = "unclear", "Not known whether it came out"

    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="prints")
    printer = models.ForeignKey(Printer, on_delete=models.PROTECT, related_name="+")
    station = models.CharField(max_length=40, blank=True)
    """The bench that asked for it: a browser printer prints where its page is open."""
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    sentence = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(db_default=Now())
    sending_since = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(state__in=["waiting", "sending"]), name="print_to_do"
            )
        ]


class BenchScan(models.Model):
    """A scan and its answer. The key comes with the scan, so a repeated one is answered, not counted."""

    key = models.UUIDField(unique=True)
    field_call = models.ForeignKey(FieldCall, on_delete=models.SET_NULL, null=True, related_name="scans")
    station = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=150)
    code = models.CharField(max_length=120)
    outcome = models.CharField(max_length=40)
    answer = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["station", "-id"], name="bench_scan_newest")]
