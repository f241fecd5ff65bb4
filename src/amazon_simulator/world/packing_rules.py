"""What a package must say of its lines and what it must not, as Amazon names it: REQUIRED or DISALLOWED.

A field that is required and missing is refused, and so is one that is not allowed and given.
"""

from amazon_simulator.world.commands import AnnouncedParcel
from amazon_simulator.world.refusal import invalid
from amazon_simulator.world.state import Line, PackedLine


def check_lines(lines: dict[str, Line], parcel: AnnouncedParcel) -> None:
    for packed in parcel.lines:
        if packed.line_id not in lines:
            raise invalid(f"The package {parcel.id} names the line '{packed.line_id}', which is not ordered.")
        line = lines[packed.line_id]
        _check_serials(parcel.id, packed, is_required=line.needs_serial)
        _check_origin(parcel.id, packed, is_required=line.needs_origin)
        _check_value(parcel.id, packed, is_required=line.needs_item_value)
        _check_pieces(parcel.id, packed, is_multi_piece=line.is_multi_piece)
    _check_hazmat(parcel, [lines[packed.line_id] for packed in parcel.lines])


def _must(parcel_id: str, packed: PackedLine, field: str) -> str:
    return f"The package {parcel_id} must give {field} for the line '{packed.line_id}'."


def _must_not(parcel_id: str, packed: PackedLine, field: str) -> str:
    return f"The package {parcel_id} gives {field} for the line '{packed.line_id}': not allowed."


def _check_serials(parcel_id: str, packed: PackedLine, *, is_required: bool) -> None:
    if is_required and len(packed.serials) != packed.quantity:
        raise invalid(_must(parcel_id, packed, f"{packed.quantity} serialNumbers"))
    if packed.serials and not is_required:
        raise invalid(_must_not(parcel_id, packed, "serialNumbers"))


def _check_origin(parcel_id: str, packed: PackedLine, *, is_required: bool) -> None:
    if is_required and not packed.origin:
        raise invalid(_must(parcel_id, packed, "countryOfOrigin"))
    if packed.origin and not is_required:
        raise invalid(_must_not(parcel_id, packed, "countryOfOrigin"))
    is_code = len(packed.origin) == 2 and packed.origin.isalpha() and packed.origin.isupper()
    if packed.origin and not is_code:
        raise invalid(f"The package {parcel_id}: '{packed.origin}' is not a country of two capital letters.")


def _check_value(parcel_id: str, packed: PackedLine, *, is_required: bool) -> None:
    if is_required and packed.item_value is None:
        raise invalid(_must(parcel_id, packed, "itemValue"))
    if packed.item_value is not None and not is_required:
        raise invalid(_must_not(parcel_id, packed, "itemValue"))
    if packed.item_value is not None and packed.item_value <= 0:
        raise invalid(f"The package {parcel_id}: an itemValue of {packed.item_value} is not above zero.")


def _check_pieces(parcel_id: str, packed: PackedLine, *, is_multi_piece: bool) -> None:
    if packed.pieces is None:
        return
    if packed.pieces < 1:
        raise invalid(f"The package {parcel_id} holds {packed.pieces} pieces of '{packed.line_id}'.")
    if packed.pieces > 1 and not is_multi_piece:
        raise invalid(_must_not(parcel_id, packed, "pieces"))


def _check_hazmat(parcel: AnnouncedParcel, lines: list[Line]) -> None:
    wanting = [line.id for line in lines if line.needs_hazmat_label]
    if wanting and not parcel.hazmat_labels:
        raise invalid(f"The package {parcel.id} needs hazmatLabels for the line '{wanting[0]}'.")
    if parcel.hazmat_labels and not wanting:
        raise invalid(f"The package {parcel.id} gives hazmatLabels that no line of it asks for: not allowed.")
