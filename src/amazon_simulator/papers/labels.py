"""A parcel label of 4 by 6 inches at 203 dots: as a PNG, as a PDF of the same picture, or as ZPL.

Each bears the tracking id as Code 128, and with shipment and parcel as Data Matrix. The design is ours.
"""

from datetime import datetime
from functools import cache
from io import BytesIO
from zoneinfo import ZoneInfo

import zxingcpp
from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont

from amazon_simulator.papers import pdf
from amazon_simulator.world.buyers import buyer_of
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.state import Label, LabelFormat, Parcel, Shipment, State

WIDTH, HEIGHT = 812, 1218
DOTS_PER_INCH = 203
MOST_FACT = 28  # a longer text would run into the Data Matrix beside it


class Content(Struct, frozen=True, kw_only=True):
    """What stands on a label."""

    tracking_id: str
    carrier: str
    postcode: str
    shipment_id: str
    parcel_id: str
    place: str
    sender: str
    pickup: datetime
    weight: str
    number: str
    made: datetime

    @property
    def matrix(self) -> str:
        return f"{self.tracking_id};{self.shipment_id};{self.parcel_id}"


def content(state: State, shipment: Shipment, parcel: Parcel, label: Label) -> Content:
    order = state.orders[shipment.order_id]
    location = state.locations[shipment.location_id]
    buyer = buyer_of(order.number, country=MARKETPLACES[order.marketplace_id].country, seed=state.seed)
    place = shipment.parcels.index(parcel) + 1
    return Content(
        tracking_id=label.tracking_id,
        carrier=label.carrier,
        postcode=buyer.postcode,
        shipment_id=shipment.id,
        parcel_id=parcel.id,
        place=location.id,
        sender=location.name,
        pickup=label.pickup.astimezone(ZoneInfo(location.time_zone)),
        weight=f"{parcel.size.weight} {parcel.size.weight_unit}",
        number=f"{place} of {len(shipment.parcels)}",
        made=label.made,
    )


def draw(content: Content, kind: LabelFormat) -> bytes:
    if kind == LabelFormat.ZPL:
        return _zpl(content)
    picture = _picture(content)
    if kind == LabelFormat.PDF:
        return pdf.of(picture, dots_per_inch=DOTS_PER_INCH, made=content.made)
    out = BytesIO()
    picture.save(out, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return out.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _barcode(text: str, kind: zxingcpp.BarcodeFormat, *, scale: int) -> Image.Image:
    code = zxingcpp.create_barcode(text, kind, force_square=True)
    return Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=scale, add_quiet_zones=True)).convert(
        "1"
    )


def _picture(content: Content) -> Image.Image:
    picture = Image.new("1", (WIDTH, HEIGHT), 1)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((8, 8, WIDTH - 8, HEIGHT - 8), outline=0, width=4)
    pen.text((36, 30), content.carrier, font=_font(92), fill=0)
    pen.text((WIDTH - 300, 52), content.place, font=_font(64), fill=0)
    pen.line((8, 150, WIDTH - 8, 150), fill=0, width=4)
    pen.text((36, 176), "DELIVER TO", font=_font(26), fill=0)
    pen.text((36, 208), content.postcode, font=_font(110), fill=0)
    pen.line((8, 356, WIDTH - 8, 356), fill=0, width=4)
    bars = _barcode(content.tracking_id, zxingcpp.BarcodeFormat.Code128, scale=3)
    bars = bars.resize((bars.width, 300))
    picture.paste(bars, ((WIDTH - bars.width) // 2, 380))
    pen.text((WIDTH // 2, 690), content.tracking_id, font=_font(48), fill=0, anchor="ma")
    pen.line((8, 768, WIDTH - 8, 768), fill=0, width=4)
    matrix = _barcode(content.matrix, zxingcpp.BarcodeFormat.DataMatrix, scale=8)
    picture.paste(matrix, (WIDTH - matrix.width - 30, 900))
    for number, text in enumerate(_facts(content)):
        pen.text((36, 806 + number * 48), text[:MOST_FACT], font=_font(34), fill=0)
    return picture


def _facts(content: Content) -> list[str]:
    return [
        f"Pickup {content.pickup:%a %d %b %H:%M}",
        f"Shipment {content.shipment_id}",
        f"Package {content.parcel_id}",
        f"Parcel {content.number}",
        f"Weight {content.weight}",
        f"From {content.sender}",
        "SIMULATED LABEL",
    ]


def _plain(text: str) -> str:
    """ZPL field data must not hold its own command characters."""
    return text.replace("^", " ").replace("~", " ")


def _zpl(content: Content) -> bytes:
    lines = [
        "^XA",
        "^CI28",
        f"^PW{WIDTH}",
        f"^LL{HEIGHT}",
        f"^FO8,8^GB{WIDTH - 16},{HEIGHT - 16},4^FS",
        f"^FO36,40^A0N,92,92^FD{_plain(content.carrier)}^FS",
        f"^FO{WIDTH - 300},60^A0N,64,64^FD{_plain(content.place)}^FS",
        f"^FO36,208^A0N,110,110^FD{_plain(content.postcode)}^FS",
        f"^FO120,380^BY3^BCN,300,Y,N,N^FD{_plain(content.tracking_id)}^FS",
        f"^FO{WIDTH - 230},900^BXN,8,200^FD{_plain(content.matrix)}^FS",
    ]
    for number, text in enumerate(_facts(content)):
        lines.append(f"^FO36,{806 + number * 48}^A0N,34,34^FD{_plain(text)}^FS")
    return "\n".join([*lines, "^XZ", ""]).encode()
