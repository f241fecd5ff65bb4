"""`python -m amazon_simulator`: the command line of the simulator, and nothing else."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from amazon_simulator.scenarios.check import ScenarioError
from amazon_simulator.scenarios.load import DEFAULT
from amazon_simulator.server import Options, serve
from amazon_simulator.store import StoreError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "amazon-simulator", description="A stateful stand-in for Amazon's SP-API."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8480, help="port to listen at (default 8480, 0: any)")
    parser.add_argument("--seed", type=int, default=1, help="decides every identifier and buyer (default 1)")
    parser.add_argument("--speed", type=float, default=1.0, help="divides delays, multiplies rate plans")
    parser.add_argument(
        "--plans", choices=("on", "off"), default="on", help="Amazon's rate plans (default on)"
    )
    parser.add_argument(
        "--scenario", default=DEFAULT, help="name of a shipped scenario, or a .toml or .json file"
    )
    parser.add_argument("--state", type=Path, help="file to keep the world in; without it, it is forgotten")
    return parser


def run(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if given.speed <= 0:
        sys.stderr.write("The speed must be above zero.\n")
        return 2
    options = Options(
        host=given.host,
        port=given.port,
        seed=given.seed,
        speed=given.speed,
        has_plans=given.plans == "on",
        scenario=given.scenario,
        state=given.state,
    )
    try:
        serve(options)
    except (ScenarioError, StoreError, OSError) as error:
        sys.stderr.write(f"The simulator cannot start: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(run())
