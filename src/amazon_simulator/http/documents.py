"""The files behind short-lived addresses: parcel labels and JSON schemas.

Drawn when fetched; anybody with the address may read them. The drawing is in `amazon_simulator.papers`.
"""

from collections.abc import Callable

from amazon_simulator.http import addresses, definitions
from amazon_simulator.http.answers import Answer
from amazon_simulator.http.call import Call
from amazon_simulator.papers import labels

CONTENT_TYPES = {"ZPL": "x.application/zpl", "PNG": "image/png", "PDF": "application/pdf"}


def fetch(call: Call) -> Answer:
    path = call.path["path"]
    if not addresses.is_ours(call, path):
        return _denied("SignatureDoesNotMatch", "The address is not one that was given out.")
    if addresses.has_ended(call):
        return _denied("AccessDenied", "Request has expired")
    return _KINDS[path.partition("/")[0]](call, path)


def _denied(code: str, message: str) -> Answer:
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'
    return Answer(403, text.encode(), content_type="application/xml")


def _label(call: Call, path: str) -> Answer:
    _, shipment_id, number, parcel_id = path.split("/", 3)
    with call.desk.world.look() as memory:
        shipment = memory.shipment(shipment_id)
        parcel = next(each for each in shipment.parcels if each.id == parcel_id)
        label = parcel.labels[int(number) - 1]
        content = labels.content(memory.state, shipment, parcel, label)
    return Answer(200, labels.draw(content, label.format), content_type=CONTENT_TYPES[label.format])


def _schema(call: Call, path: str) -> Answer:
    return Answer(200, definitions.document(call, path))


_KINDS: dict[str, Callable[[Call, str], Answer]] = {
    "labels": _label,
    "schemas": _schema,
    "meta-schemas": _schema,
}
