"""The time zone in which people of this shop read times: that of its first sales channel.

Rule: moments are stored and passed in UTC; only pages turn them into local ones.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from loadbay.channels.queries import first_time_zone
from loadbay.core.clock import SystemClock


def shop_zone() -> ZoneInfo:
    return ZoneInfo(first_time_zone())


def today() -> date:
    """The calendar day where the shop is; within a page, whose guard has set the zone."""
    return timezone.localtime(SystemClock().now()).date()
