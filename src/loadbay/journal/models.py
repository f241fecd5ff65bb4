"""What was said with the outside, and what happened to a thing: rows a shopkeeper can read.

Bodies are masked before they come here. Columns only; `services` writes, `queries` reads.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now


class Exchange(models.Model):
    """One recorded conversation with an outside system."""

    system = models.CharField(max_length=20)
    connection_id = models.BigIntegerField(null=True)
    connection = models.CharField(max_length=100, db_default="")
    operation = models.CharField(max_length=80)
    method = models.CharField(max_length=10)
    target = models.CharField(max_length=500)
    status = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=20)
    sentence = models.TextField(db_default="")
    started_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    their_id = models.CharField(max_length=100, db_default="")
    subjects = ArrayField(models.TextField(), db_default=[])
    request_body = models.BinaryField(db_default=b"")
    answer_body = models.BinaryField(db_default=b"")

    class Meta:
        indexes = [
            GinIndex(fields=["subjects"], name="exchange_subjects"),
            models.Index(fields=["outcome", "-id"], name="exchange_outcome_newest"),
        ]


class TimelineEntry(models.Model):
    """One thing that happened to a subject (`sale:S-000001`), in words."""

    subject = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=150)
    what = models.CharField(max_length=80)
    text = models.TextField()
    exchange_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "-id"], name="timeline_subject_newest")]
