"""The simulator as a running program: builds the world from a scenario or a state file and serves it.

One process, one thread per connection, so that a call held for two minutes holds up nobody else and a kill
ends all of it. `create_app` gives the same application to tests, without a socket.
"""

import gc
import logging
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from msgspec import Struct, ValidationError, convert

from amazon_simulator.central.controls import NewHold
from amazon_simulator.http.app import Application
from amazon_simulator.http.desk import Desk
from amazon_simulator.http.faults import Wanted
from amazon_simulator.http.operations import OPERATIONS
from amazon_simulator.listener import Listener
from amazon_simulator.scenarios.check import ScenarioError
from amazon_simulator.scenarios.load import DEFAULT, Troubles, load, troubles_of
from amazon_simulator.store import Store
from amazon_simulator.world.clock import Clock, SystemClock
from amazon_simulator.world.commands import SetSpeed
from amazon_simulator.world.life_commands import BeginStory
from amazon_simulator.world.world import World

Kind = TypeVar("Kind")
log = logging.getLogger("amazon_simulator")


class Options(Struct, frozen=True, kw_only=True):
    """How to run: the seed and scenario count only where no state was kept."""

    host: str = "127.0.0.1"
    port: int = 8480
    seed: int = 1
    speed: float = 1.0
    has_plans: bool = True
    scenario: str = DEFAULT
    state: Path | None = None


def create_app(options: Options, *, clock: Clock | None = None) -> tuple[Application, Store | None]:
    """The application over a new or a kept world; close the store to write its last snapshot."""
    fresh = load(options.scenario, seed=options.seed)
    store = Store(options.state) if options.state is not None else None
    state = store.read(fresh=fresh) if store is not None else fresh
    world = World(state, clock=clock or SystemClock())
    if store is not None:
        repeated = store.attach(world)
        log.info("State from %s, %d journal entries repeated.", options.state, repeated)
    if world.state.speed != options.speed:
        world.do(SetSpeed(speed=options.speed))
    if world.state.story and world.state.story_began is None:
        world.do(BeginStory())
    start = store.generation if store is not None else 0
    app = Application(Desk(world, has_plans=options.has_plans, start=start))
    begin(app.desk, troubles_of(options.scenario), source=options.scenario)
    return app, store


def begin(desk: Desk, troubles: Troubles, *, source: str) -> None:
    """Faults and holds of a scenario file, in force from the first call. Raises `ScenarioError`."""
    for index, given in enumerate(troubles.faults):
        fault = _wanted(given, Wanted, source=source, place=f"faults[{index}]")
        _check(fault.operation, fault.trouble(), also="*", place=f"{source} is not right at faults[{index}]")
        desk.faults.add(fault)
    for index, given in enumerate(troubles.holds):
        hold = _wanted(given, NewHold, source=source, place=f"holds[{index}]")
        trouble = "" if hold.nth >= 1 else "nth counts from 1."
        _check(hold.operation, trouble, place=f"{source} is not right at holds[{index}]")
        desk.holds.add(operation=hold.operation, nth=hold.nth, moment=hold.moment)


def _wanted(given: dict[str, Any], kind: type[Kind], *, source: str, place: str) -> Kind:
    try:
        return convert(given, type=kind)
    except ValidationError as error:
        raise ScenarioError(f"The scenario {source} is not right at {place}: {error}.") from error


def _check(operation: str, trouble: str, *, place: str, also: str = "") -> None:
    if operation not in {also, *(each.name for each in OPERATIONS)}:
        trouble = f"there is no operation '{operation}'."
    if trouble:
        raise ScenarioError(f"The scenario {place}: {trouble}")


def make(app: Application, options: Options) -> Listener:
    """A bound server that is not serving yet; its `port` is the real one when 0 was asked for."""
    return Listener(options.host, options.port, app)


def serve(options: Options) -> None:
    """Run until SIGINT or SIGTERM."""
    gc.set_threshold(50_000, 20, 50)  # millions of living objects: looking through them often costs most
    app, store = create_app(options)
    server = make(app, options)

    def stop(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.info("Amazon simulator at http://%s:%d", options.host, server.port)
    try:
        server.serve_forever()
    finally:
        app.desk.holds.clear()
        server.server_close()
        if store is not None:
            store.close()
