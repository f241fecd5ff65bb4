"""Another project's tests, which know nothing of Loadbay, use the simulator as a pytest plugin."""

import subprocess
import sys
from pathlib import Path

THEIRS = """
import json, sys
from urllib.request import Request, urlopen
from urllib.parse import urlencode
import pytest

def token(amazon):
    form = urlencode({"grant_type": "refresh_token", **amazon.secrets}).encode()
    return json.load(urlopen(amazon.token_url, form))["access_token"]

@pytest.mark.amazon_simulator(seed=7)
def test_a_shipment_is_read(amazon_simulator):
    amazon_simulator.list("MUG", "CUP")
    order = amazon_simulator.order({"MUG": 2, "CUP": 1})
    shipment_id = order["shipment_ids"][0]
    url = f"{amazon_simulator.url}/externalFulfillment/2024-09-11/shipments/{shipment_id}"
    seen = json.load(urlopen(Request(url, headers={"x-amz-access-token": token(amazon_simulator)})))
    assert (seen["id"], seen["shipmentInfo"]["numberOfUnits"]) == (shipment_id, 3)
    assert amazon_simulator.inspect("calls")["operations"]["getShipment"]["requests"] == 1

def test_each_test_has_its_own_world(amazon_simulator):
    assert amazon_simulator.inspect("orders") == []
    amazon_simulator.fault("getShipments", "503", every=2)
    amazon_simulator.switch(roughness="mild")
    amazon_simulator.advance(60)
    amazon_simulator.list("POT", converted=False)
    assert amazon_simulator.convert("POT")["sku"] == "POT"
    assert amazon_simulator.lorry() == {"shipment_ids": []}
    assert "django" not in sys.modules

@pytest.mark.amazon_simulator(sead=7)
def test_a_wrong_option_is_named(amazon_simulator):
    raise AssertionError("never reached")
"""


def test_another_project_uses_it(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(THEIRS)
    command = [sys.executable, "-m", "pytest", "-p", "amazon_simulator.pytest", "-q", str(tmp_path)]
    plain = ["-p", "no:randomly", "-p", "no:django", "-p", "no:xdist", "--rootdir", str(tmp_path)]
    done = subprocess.run([*command, *plain], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "2 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert "amazon_simulator takes no sead" in done.stdout
