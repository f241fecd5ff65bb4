"""Tasks: what needs a person. One open row per `matter`, so that a thousand orders make one task."""

from django.db import models
from django.db.models.functions import Now


class Task(models.Model):
    """Something a person must decide or mend."""

    class Cause(models.TextChoices):
        ROLE = "role", "Role or rights"
        MAPPING = "mapping", "Mapping"
        STOCK = "stock", "Stock"
        THROTTLE = "throttle", "Throttled"
        OUTAGE = "outage", "Outage"
        DECISION = "decision", "Decision"
        BUG = "bug", "Fault in Loadbay"

    kind = models.CharField(max_length=60)
    matter = models.CharField(max_length=200)
    """What it is about, as a key: the same matter never makes two open tasks."""
    cause = models.CharField(max_length=20, choices=Cause)
    is_alert = models.BooleanField(default=False)
    sentence = models.TextField()
    cure = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    subjects = models.JSONField(default=list)
    times = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "matter"],
                condition=models.Q(closed_at__isnull=True),
                name="task_one_open_per_matter",
            )
        ]
        indexes = [models.Index(fields=["closed_at", "-last_at"], name="task_open_newest")]


class Waiting(models.Model):
    """Something that was seen waiting, and since when; see `waiting`."""

    what = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "subject"], name="waiting_once")]
