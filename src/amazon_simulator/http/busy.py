"""One write at a time per shipment: Amazon answers a second one that comes meanwhile with 409.

The same operation again is a duplicate request, another one finds a workflow running. A call that is held
or delayed before its effect is such a running workflow; once it took effect it is over.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from amazon_simulator.http.answers import ApiError
from amazon_simulator.http.call import Call
from amazon_simulator.http.plans import SHIPMENT_WRITES


class Busy:
    """Which shipments are being written, and by which operation."""

    def __init__(self) -> None:
        self._running: dict[str, str] = {}
        self._lock = Lock()

    @contextmanager
    def writing(self, call: Call) -> Iterator[None]:
        """Take the call's shipment, or refuse; anything but a write of a shipment passes."""
        shipment_id = call.path.get("shipment_id", "")
        if call.operation.name not in SHIPMENT_WRITES or not shipment_id:
            yield
            return
        with self._lock:
            running = self._running.get(shipment_id)
            if running is not None:
                raise _refusal(call.operation.name, running)
            self._running[shipment_id] = call.operation.name
        try:
            yield
        finally:
            with self._lock:
                self._running.pop(shipment_id, None)


def _refusal(asked: str, running: str) -> ApiError:
    if asked == running:
        return ApiError(409, "DuplicateRequest", "The same operation is already running.", details="SC_00004")
    text = f"The operation was skipped because a workflow is running: {running}."
    return ApiError(409, "ServerBusy", text, details="SC_10000")
