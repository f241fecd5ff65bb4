"""One rate bucket per connection and operation, shared by every process.

Columns only; `budget` moves them.
"""

from __future__ import annotations

from django.db import models


class RateBucket(models.Model):
    """How far an operation's tokens are spoken for.

    `spoken_until` (epoch seconds) is the moment at which the bucket would be full again if nobody asked;
    `wait` is what the last one who asked was told.
    """

    connection_id = models.BigIntegerField()
    operation = models.CharField(max_length=60)
    rate = models.FloatField()
    burst = models.FloatField()
    spoken_until = models.FloatField(db_default=0.0)
    wait = models.FloatField(db_default=0.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection_id", "operation"], name="one_bucket_per_operation"),
            models.CheckConstraint(
                condition=models.Q(rate__gt=0, burst__gte=1), name="bucket_gives_something"
            ),
        ]
