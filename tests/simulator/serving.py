"""A simulator in this process on a real socket, for tests of clients that know only addresses."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from amazon_simulator.server import Options, create_app, make


@contextmanager
def served() -> Iterator[str]:
    """The address of a new one, without plans, for as long as the block lasts."""
    app, _ = create_app(Options(has_plans=False))
    server = make(app, Options(port=0))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        app.desk.holds.clear()
        server.shutdown()
        server.server_close()
        thread.join()
