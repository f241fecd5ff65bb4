"""The time zone in which people of this shop read times: that of its first sales channel.

Rule: moments are stored and passed in UTC; only pages turn them into local ones.
"""

from __future__ import annotations

from datetime import UTC, tzinfo


def shop_zone() -> tzinfo:
    return UTC
