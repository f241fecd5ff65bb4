"""Which of Amazon's addresses a call was meant for: a region, and production or sandbox.

By the first parts of the path (/na, /eu, /fe, /sandbox, /sandbox/eu) or by the host name that Amazon uses.
A bare address is both stages at once and the simulator's own region.
"""

import re
from typing import Any

from msgspec import Struct

_PATH = re.compile(r"^(/sandbox)?(?:/(na|eu|fe))?(?=/)")
_HOST = re.compile(r"^(sandbox\.)?sellingpartnerapi-(na|eu|fe)\.")


class Endpoint(Struct, frozen=True):
    """A region; `is_sandbox` is None where the address did not say."""

    region: str
    is_sandbox: bool | None = None


def of(environ: dict[str, Any], *, own: str) -> Endpoint:
    """Also takes the leading parts off the path."""
    path = environ["PATH_INFO"]
    found = _PATH.match(path)
    if found and found.end():
        environ["PATH_INFO"] = path[found.end() :]
        return Endpoint(found[2] or own, bool(found[1]))
    host = _HOST.match(environ.get("HTTP_HOST", ""))
    if host:
        return Endpoint(host[2], bool(host[1]))
    return Endpoint(own)
