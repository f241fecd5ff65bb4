"""Short-lived addresses of files: whoever has one may read the file, for as long as the switch says.

An address carries what it is for, when it ends, and a signature, so a restart breaks none. What is behind
them is in `documents`.
"""

import hmac
from urllib.parse import quote, urlencode

from amazon_simulator.http.access import sign
from amazon_simulator.http.call import Call

FOLDER = "/simulator/documents/"


def url(call: Call, path: str) -> str:
    ends = int(call.desk.world.now().timestamp()) + call.desk.world.state.switches.label_url_seconds
    host = call.request.host_url.rstrip("/")
    return (
        f"{host}{FOLDER}{quote(path)}?{urlencode({'Expires': ends, 'Signature': _signed(call, path, ends)})}"
    )


def _signed(call: Call, path: str, ends: object) -> str:
    return sign(call.desk.secret, f"{path}:{ends}".encode())


def is_ours(call: Call, path: str) -> bool:
    return hmac.compare_digest(
        _signed(call, path, call.text("Expires")).encode(), call.text("Signature").encode()
    )


def has_ended(call: Call) -> bool:
    """Only to be asked of an address that is ours."""
    return int(call.text("Expires")) <= call.desk.world.now().timestamp()
