"""Files behind short-lived addresses: anybody with the address may read them, for a while.

An address carries what it is for, when it ends, and a signature, so a restart breaks none. The drawing is
in `amazon_simulator.papers`.
"""

from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from amazon_simulator.http.access import sign
from amazon_simulator.http.answers import Answer
from amazon_simulator.papers import invoices, labels

if TYPE_CHECKING:
    from amazon_simulator.http.call import Call
    from amazon_simulator.http.desk import Desk
    from amazon_simulator.world.state import Parcel, Shipment

FOLDER = "/simulator/documents/"
CONTENT_TYPES = {"ZPL": "x.application/zpl", "PNG": "image/png", "PDF": "application/pdf"}


def url(call: "Call", path: str) -> str:
    """An address of a document, good for as long as the switch says."""
    ends = int(call.desk.world.now().timestamp()) + call.desk.world.state.switches.label_url_seconds
    signature = sign(call.desk.secret, f"{path}:{ends}".encode())
    host = call.request.host_url.rstrip("/")
    return f"{host}{FOLDER}{quote(path)}?{urlencode({'Expires': ends, 'Signature': signature})}"


def label_url(call: "Call", shipment_id: str, parcel: "Parcel", *, number: int) -> str:
    return url(call, f"labels/{shipment_id}/{number}/{parcel.id}")


def fetch(call: "Call") -> Answer:
    path, ends = call.path["path"], call.text("Expires")
    expected = sign(call.desk.secret, f"{path}:{ends}".encode())
    if call.text("Signature") != expected:
        return _denied("SignatureDoesNotMatch", "The address is not one that was given out.")
    if int(ends) <= call.desk.world.now().timestamp():
        return _denied("AccessDenied", "Request has expired")
    kind, _, rest = path.partition("/")
    return _KINDS[kind](call, rest)


def _denied(code: str, message: str) -> Answer:
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'
    return Answer(403, text.encode(), content_type="application/xml")


def _label(call: "Call", rest: str) -> Answer:
    shipment_id, number, parcel_id = rest.split("/", 2)
    with call.desk.world.look() as memory:
        shipment = memory.shipment(shipment_id)
        parcel = next(each for each in shipment.parcels if each.id == parcel_id)
        label = parcel.labels[int(number) - 1]
        content = labels.content(memory.state, shipment, parcel, label)
    return Answer(200, labels.draw(content, label.format), content_type=CONTENT_TYPES[label.format])


_KINDS = {"labels": _label}


def invoice(desk: "Desk", shipment: "Shipment") -> dict[str, str]:
    """The invoice inside an answer: a PDF in base64."""
    return {"format": "PDF", "content": b64encode(invoices.draw(desk.world.state, shipment)).decode()}
