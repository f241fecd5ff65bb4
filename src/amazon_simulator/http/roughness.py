"""Answers as they come in real life: odd times, blocks left out, fields nobody announced, numbers as texts.

Pure: from a smooth answer, how rough, and the seed; the same object is as rough each time it is shown. Mild
keeps to what Amazon's models require. Wild does not, but ids, quantities and money stay readable in it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from hashlib import blake2s
from typing import Any

from amazon_simulator.http.paging import Place
from amazon_simulator.world.state import State
from amazon_simulator.world.switches import EmptyPages, Roughness

_IDS = ("id", "orderId", "AmazonOrderId", "sku", "asin", "sellerSku", "packageId", "shippingOptionId")
# The seller's own words, which Amazon keeps as they are, and the page token.
_UNTOUCHED = frozenset(("attributes", "pagination", "nextToken", "NextToken"))
# What no model requires and no order is lost without.
_OPTIONAL = frozenset(
    (
        "recommendedPackages",
        "recommendedShipMethod",
        "recommendedCountryOfOrigin",
        "orderPlacedTimestamp",
        "processingSource",
        "paymentMethod",
        "pieceType",
        "earliestPackDateTime",
        "packageDeliveryMode",
        "orderAliases",
        "fulfillmentServiceLevel",
        "priceDesignation",
        "condition",
        "carrierName",
        "shipByWindow",
        "OrderType",
        "SalesChannel",
        "ShipServiceLevel",
        "ShipmentServiceLevelCategory",
        "PaymentMethodDetails",
        "ConditionId",
        "ConditionSubtypeId",
        "ProductInfo",
    )
)
# carrierName is required in the metadata of a label, where it stands beside the tracking id.
_REQUIRED_BESIDE = {"carrierName": "trackingId"}
# Required by the models, and missing all the same.
_MISSING_IN_THE_WILD = frozenset(
    ("shipmentRequirements", "priority", "giftAttributes", "complianceAttributes", "pickupWindow")
)
_WEIGHTY = frozenset(("REQUIRED", "PRESENT"))
_ENUMS = frozenset(
    ("priority", "pieceType", "processingSource", "paymentMethod", "recommendedShipMethod", "OrderType")
)
_AMOUNTS = frozenset(("value", "amount", "Amount"))
_UNKNOWN: tuple[tuple[str, Any], ...] = (
    ("sortationHint", "BELT_7"),
    ("experimentalAttributes", {"deep": [1, 2, {"deeper": None}]}),
    ("isEligibleForSomethingNew", True),
)
_SMOOTH = frozenset(("document", "getDefinitionsProductType"))
_WITH_FILES = ("generateShipLabels", "generateInvoice")
_OTHER_FORMAT = {"PDF": "PNG", "PNG": "PDF", "ZPL": "PNG", "PLAIN_TEXT": "PDF"}
_WINDOW = ("startTime", "endTime")


def is_meant(operation: str, method: str) -> bool:
    """With what is read, and with labels and invoices; not with tokens, files or receipts of a write."""
    return (method == "GET" or operation in _WITH_FILES) and operation not in _SMOOTH


def rests(state: State, place: Place) -> bool:
    """Whether an empty page comes first: always, by its switch; now and then, where it is rough."""
    if place.is_rested:
        return False
    if state.switches.empty_pages == EmptyPages.ON:
        return True
    if state.switches.roughness == Roughness.OFF:
        return False
    return _share(state.seed, f"{place.arguments}/{place.beyond}", "rests") < 1 / 3


def roughen(content: Any, *, level: Roughness, seed: int) -> Any:
    """The same answer, rougher. What is given is left as it is."""
    if level == Roughness.OFF:
        return content
    return _Plane(level, seed).rough(content, "", "")


def _share(seed: int, where: str, what: str) -> float:
    """From 0 to 1, always the same for the same place."""
    digest = blake2s(f"{seed}|{where}|{what}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


class _Plane:
    """Goes over an answer against the grain."""

    def __init__(self, level: Roughness, seed: int) -> None:
        self._seed = seed
        self._is_wild = level == Roughness.WILD

    def _hits(self, where: str, what: str, chance: float) -> bool:
        return _share(self._seed, where, what) < chance

    def rough(self, value: Any, where: str, name: str) -> Any:
        if isinstance(value, dict):
            return self._object(value, _place(value, where))
        if isinstance(value, list):
            return [self.rough(each, f"{where}/{index}", name) for index, each in enumerate(value)]
        if isinstance(value, str):
            return self._text(value, where, name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._number(value, where)
        return value

    def _object(self, value: dict[str, Any], where: str) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, entry in value.items():
            spot = f"{where}/{name}"
            if name in _UNTOUCHED:
                shown[name] = entry
            elif not self._is_left_out(name, value, spot):
                shown[name] = self.rough(entry, spot, name)
        self._odd_window(shown, where)
        self._odd_file(shown, where)
        if self._hits(where, "unknown", 0.2):
            name, entry = _UNKNOWN[int(_share(self._seed, where, "which") * len(_UNKNOWN))]
            shown[name] = entry
        return shown

    def _odd_window(self, shown: dict[str, Any], where: str) -> None:
        """Ends before it starts; in the wild with nine digits of a second, or nine digits in all."""
        if not shown.keys() >= set(_WINDOW):
            return
        if self._hits(where, "turned", 0.25):
            shown["startTime"], shown["endTime"] = shown["endTime"], shown["startTime"]
        for name in _WINDOW if self._is_wild else ():
            digits, spot = str(shown[name]), f"{where}/{name}"
            if digits.isdigit() and self._hits(spot, "fraction", 0.25):
                shown[name] = f"{digits}.{int(_share(self._seed, spot, 'nanoseconds') * 10**9):09d}"
            elif digits.isdigit() and self._hits(spot, "short", 0.1):
                shown[name] = int(digits[:9])

    def _odd_file(self, shown: dict[str, Any], where: str) -> None:
        """A document says another format than its bytes have; a label says `isErrored` and no status."""
        if shown.keys() >= {"format", "content"} and self._hits(str(shown["content"]), "format", 0.3):
            shown["format"] = _OTHER_FORMAT.get(shown["format"], shown["format"])
        is_label = "status" in shown and ("fileData" in shown or "errorDetails" in shown)
        if is_label and self._hits(where, "errored", 0.3):
            shown["isErrored"] = shown.pop("status") == "FAILURE"

    def _is_left_out(self, name: str, beside: Mapping[str, Any], spot: str) -> bool:
        if name in _OPTIONAL and _REQUIRED_BESIDE.get(name, "") not in beside:
            return self._hits(spot, "out", 0.3)
        if not self._is_wild or name not in _MISSING_IN_THE_WILD:
            return False
        entry = beside[name]
        is_weighty = isinstance(entry, dict) and any(each in _WEIGHTY for each in _texts(entry))
        return not is_weighty and self._hits(spot, "out", 0.3)

    def _text(self, value: str, where: str, name: str) -> Any:
        moment = _moment(value)
        if moment is not None:
            return self._spelled(moment, value, where)
        if not self._is_wild:
            return value
        if name in _AMOUNTS and _is_plain_amount(value) and self._hits(where, "number", 0.4):
            return float(value)
        if name == "chargeType" and value == "GIFT_WRAP" and self._hits(where, "gift", 0.4):
            return "GIFT"
        if (name in _ENUMS or value == "DISALLOWED") and self._hits(where, "enum", 0.3):
            return f"{value}_V2"
        return value

    def _number(self, value: float, where: str) -> Any:
        if self._is_wild and self._hits(where, "text", 0.4):
            return str(value)
        return value

    def _spelled(self, moment: datetime, value: str, where: str) -> Any:
        """A moment in one of the ways that were seen; which, the place decides."""
        whole = int(moment.timestamp())
        there = moment.astimezone(timezone(timedelta(hours=1)))
        ways: list[Any] = [
            value,
            value.replace("T", " "),
            f"{moment:%Y-%m-%dT%H:%M:%S}Z",
            moment.isoformat(timespec="milliseconds"),
            there.isoformat(timespec="milliseconds"),
        ]
        if self._is_wild:
            ways += [whole, str(whole * 1000 + moment.microsecond // 1000), f"{moment:%Y-%m-%d %H:%M:%S}"]
        return ways[int(_share(self._seed, where, "time") * len(ways))]


def _place(value: Mapping[str, Any], where: str) -> str:
    """An object that has an id stands for itself, wherever it is shown; its parts stand inside it."""
    if where.startswith("#"):
        return where
    label = value.get("shipLabelMetadata")
    if isinstance(label, dict):  # P1 is in every shipment, its number in one
        return f"#{label.get('trackingId')}"
    found = next((value[name] for name in _IDS if isinstance(value.get(name), str)), "")
    return f"#{found}" if found else where


def _texts(value: Mapping[str, Any]) -> list[str]:
    found = []
    for entry in value.values():
        if isinstance(entry, dict):
            found += _texts(entry)
        elif isinstance(entry, str):
            found.append(entry)
    return found


def _moment(value: str) -> datetime | None:
    """ISO with T and Z, as the simulator writes every moment."""
    if len(value) < 20 or value[10] != "T" or not value.endswith("Z"):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        return None


def _is_plain_amount(value: str) -> bool:
    whole, _, part = value.removeprefix("-").partition(".")
    return whole.isdigit() and len(whole) <= 9 and (part.isdigit() or not part) and len(part) <= 4
