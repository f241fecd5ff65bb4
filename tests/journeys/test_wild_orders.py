"""Orders of every kind, in answers as rough as they come, end as one sale each, to the cent.

The run is that of `make bench`, smaller: it asks the pretend Amazon itself what it has, and fails by name.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.journey


def test_of_orders_of_every_kind_in_rough_answers_none_is_lost_doubled_or_wrong():
    command = [sys.executable, "-m", "benchmarks.scenario", "wild", "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    imported, _ = json.loads(done.stdout)
    assert imported["n"] == 300
    assert imported["note"].endswith("0 lost, 0 doubled, 0 wrong")
