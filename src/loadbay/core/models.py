"""The event log and number series. Columns and constraints only; `events.record` writes the log."""

from django.db import models
from django.db.models.functions import Now


class EventRow(models.Model):
    """One thing that happened, as recorded with its change."""

    name = models.CharField(max_length=80)
    payload = models.JSONField()
    actor = models.CharField(max_length=150)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["name", "-id"], name="event_name_newest")]


class NumberSeries(models.Model):
    """Where a series of document numbers stands. `last` only grows; gaps are allowed."""

    code = models.CharField(max_length=40, primary_key=True)
    prefix = models.CharField(max_length=20)
    digits = models.PositiveSmallIntegerField(default=6)
    last = models.BigIntegerField(default=0)
