"""A plain one-page invoice as PDF, for shipments that need one. The figures are those of the order."""

from decimal import Decimal

from PIL import Image, ImageDraw, ImageFont

from amazon_simulator.papers import pdf
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.state import Shipment, State

PAGE = (827, 1169)


def draw(state: State, shipment: Shipment) -> bytes:
    order = state.orders[shipment.order_id]
    currency = MARKETPLACES[order.marketplace_id].currency
    lines = [f"Order {order.id}", f"Shipment {shipment.id}", ""]
    total = Decimal(0)
    for line in shipment.lines:
        amount = line.price * line.quantity
        total += amount
        lines.append(f"{line.quantity} x {line.sku}   {amount} {currency}")
    lines += ["", f"Total {total} {currency}"]
    picture = Image.new("1", PAGE, 1)
    pen = ImageDraw.Draw(picture)
    pen.text((60, 60), f"Invoice {shipment.invoice_number}", font=ImageFont.load_default(40), fill=0)
    for number, text in enumerate(lines):
        pen.text((60, 140 + number * 34), text, font=ImageFont.load_default(24), fill=0)
    return pdf.of(picture, dots_per_inch=100, made=shipment.invoiced or shipment.created)
