"""Where the control API and the page stand: one list for the application's router."""

from werkzeug.routing import Rule

from amazon_simulator.central.controls import CONTROLS
from amazon_simulator.central.inspect import INSPECT

CENTRAL_RULES = [
    *(Rule(path, methods=["GET"], endpoint=view) for path, view in INSPECT.items()),
    *(Rule(path, methods=[method], endpoint=view) for (method, path), view in CONTROLS.items()),
]
