"""Packages as Amazon takes them; labels and options as it gives them; the bytes of a label file. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from loadbay.amazon.translate.boxes import LIGHTEST_GRAMS, centimetres
from loadbay.amazon.wire import shipment_writes as write
from loadbay.amazon.wire import shipments as wire
from loadbay.amazon.wire.loose import decode, moment_or_none, said, text
from loadbay.core.errors import Rejected
from loadbay.core.ids import PackageId
from loadbay.dispatch.ports import (
    LabelFile,
    MadeLabel,
    PackageToMake,
    PackedLine,
    PaperFormat,
    ShippingOption,
)

_LARGEST_SIDE = 20_000  # pixels: more is no label but an attack on whoever draws it
_NOT_A_LABEL = "not_a_label"


def packages(made: Sequence[PackageToMake]) -> write.Packages:
    return write.Packages([package(each) for each in made])


def labels(body: bytes) -> tuple[MadeLabel, ...]:
    """Raises `Unreadable` when the answer is no list of labels."""
    return tuple(_label(label) for label in decode(body, wire.LabelsAnswer).package_ship_label_list)


def options(body: bytes) -> tuple[ShippingOption, ...]:
    """The options, empty when Amazon chooses itself. Raises `Unreadable` for another shape."""
    seen = decode(body, wire.OptionsAnswer)
    best = (
        text(seen.recommended_shipping_option.shipping_option_id) if seen.recommended_shipping_option else ""
    )
    return tuple(
        ShippingOption(
            option_id=text(option.shipping_option_id),
            ship_by=text(option.ship_by),
            carrier_name=text(option.carrier_name),
            is_recommended=text(option.shipping_option_id) == best,
        )
        for option in seen.shipping_options or ()
    )


def label_file(content: bytes) -> LabelFile:
    """The file's kind, from its bytes alone. Raises `Rejected` for anything that is not one whole label."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return LabelFile(PaperFormat.PNG, _whole_png(content))
    if content.startswith(b"%PDF-"):
        return LabelFile(PaperFormat.PDF, _ending(content, b"%%EOF", within=2048))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"^XA"):
        # No particular text: ZPL names its code page by ^CI, and field data may be any bytes of it.
        return LabelFile(PaperFormat.ZPL, _ending(content, b"^XZ", within=256))
    raise Rejected("Amazon's file is neither ZPL nor PNG nor PDF. Make the label again.", reason=_NOT_A_LABEL)


def package(made: PackageToMake) -> write.Package:
    box = made.box
    return write.Package(
        id=made.package_id,
        dimensions=write.PackageDimensions(
            length=write.Dimension(centimetres(box.length_mm)),
            width=write.Dimension(centimetres(box.width_mm)),
            height=write.Dimension(centimetres(box.height_mm)),
        ),
        weight=write.Weight(str(max(LIGHTEST_GRAMS, box.weight_g))),
        package_line_items=[_packed(line) for line in made.lines],
        hazmat_labels=UNSET if made.hazmat_labels is None else list(made.hazmat_labels),
    )


def _packed(line: PackedLine) -> write.PackageLine:
    value = line.item_value
    return write.PackageLine(
        package_line_item_id=line.line_id,
        quantity=line.units,
        serial_numbers=list(line.serials) if line.serials else UNSET,
        country_of_origin=line.country_of_origin or UNSET,
        item_value=write.ItemValue(str(value.rounded().amount), value.currency) if value else UNSET,
    )


def _label(label: wire.PackageLabel) -> MadeLabel:
    about = label.ship_label_metadata or wire.LabelMetadata()
    window = about.pickup_window or about.time_slot or wire.TimeWindow()
    url = text(label.file_data.url) if label.file_data else ""
    failed = text(label.status).upper() == "FAILURE" or str(label.is_errored).casefold() == "true" or not url
    error = label.error_details or wire.LabelError()
    return MadeLabel(
        package_id=PackageId(text(label.package_id)),
        url="" if failed else url,
        carrier_name=text(about.carrier_name),
        tracking_id=text(about.tracking_id),
        pickup_from=moment_or_none(window.start_time),
        pickup_until=moment_or_none(window.end_time),
        error_code=(text(error.code) or "no_label") if failed else "",
        error_text=(said(error.message) or "Amazon made no label and gave no reason.") if failed else "",
    )


def _whole_png(content: bytes) -> bytes:
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    if content[12:16] != b"IHDR" or not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
        raise Rejected("Amazon's PNG has no sensible size. Make the label again.", reason=_NOT_A_LABEL)
    return _ending(content, b"IEND\xaeB`\x82", within=64)


def _ending(content: bytes, mark: bytes, *, within: int) -> bytes:
    if mark not in content[-within:]:
        raise Rejected("Amazon's label file is cut short. Fetch or make it again.", reason=_NOT_A_LABEL)
    return content
