"""Another project's tests, which know nothing of Loadbay, use the simulator as a pytest plugin."""

import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from amazon_simulator.running import running
from amazon_simulator.server import Options

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
    assert {"django", "loadbay"} & set(sys.modules) == set()

@pytest.mark.amazon_simulator(sead=7)
def test_a_wrong_option_is_named(amazon_simulator):
    raise AssertionError("never reached")
"""


SETTINGS = """
[pytest]
addopts = --strict-markers --strict-config
"""
HEAVY = ("werkzeug", "msgspec", "PIL", "reportlab", "django", "loadbay", "amazon_simulator.server")


def theirs(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """pytest as they run it in a folder of theirs; plugins of this repository's own tests stay out."""
    (folder / "test_theirs.py").write_text(THEIRS)
    (folder / "pytest.ini").write_text(SETTINGS)
    others = [f"-pno:{name}" for name in ("randomly", "django", "xdist", "cov")]
    command = [sys.executable, "-m", "pytest", "-q", "-pno:cacheprovider", *others, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


@pytest.mark.parametrize("arguments", [(), ("-p", "amazon_simulator.pytest")], ids=["installed", "by -p"])
def test_another_project_uses_it(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = theirs(tmp_path, *arguments)
    assert "2 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert "amazon_simulator takes no sead" in done.stdout


def test_another_project_can_name_it_in_its_conftest(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["amazon_simulator.pytest"]\n')
    done = theirs(tmp_path, "-k", "own_world")
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_another_project_can_do_without_it(tmp_path: Path) -> None:
    done = theirs(tmp_path, "-p", "no:amazon_simulator.pytest", "-k", "own_world")
    assert "amazon_simulator" in done.stdout
    assert "passed" not in done.stdout


def test_a_run_that_does_not_want_it_loads_nothing_heavy() -> None:
    seen = f"import sys, amazon_simulator.pytest; print([each for each in {HEAVY} if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_runs_without_pytest_as_well() -> None:
    with running(Options(port=0, speed=60)) as amazon:
        assert amazon.inspect("clock")["speed"] == 60
        assert amazon.token_url == f"{amazon.url}/auth/o2/token"
        assert httpx2.get(f"{amazon.url}/simulator/health").json() == {"status": "ok"}
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{amazon.url}/simulator/health")
