"""A process that takes tokens as fast as it may for some seconds, and prints when it got each.

Started by the budget tests: `python taker.py SECONDS`, with LOADBAY_DATABASE_URL set.
"""

from __future__ import annotations

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loadbay.project.settings")
django.setup()

from loadbay.amazon.budget import RateBudget  # noqa: E402  Django first
from loadbay.amazon.rates import Priority  # noqa: E402
from loadbay.core.clock import SystemClock  # noqa: E402


def main() -> None:
    budget = RateBudget(1, SystemClock())
    until = time.time() + float(sys.argv[1])
    while time.time() < until:
        budget.take("batchInventory", priority=Priority.STOCK)
        sys.stdout.write(f"{time.time()}\n")


if __name__ == "__main__":
    main()
