"""Builders for printing: field calls to pick, parcels with stored labels, prints that wait at a printer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from loadbay.catalogue.models import Product
from loadbay.channels.models import SalesChannel
from loadbay.dispatch.models import (
    Consignment,
    FieldCall,
    FieldCallLine,
    Label,
    Parcel,
    Printer,
    PrintJob,
)
from loadbay.dispatch.services.printers import NewPrinter, add_printer, printer_for_station
from loadbay.orders.models import ChannelOrder, Sale, Shipment, ShipmentLine
from loadbay.stock.models import StockRoom
from tests.services.goods import HERE, a_channel, a_product, a_room

NOW = datetime(2026, 7, 6, 8, 0, tzinfo=UTC)
LORRY = datetime(2026, 7, 6, 15, 30, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n a label"


def the_channel() -> SalesChannel:
    return SalesChannel.objects.filter(code="UK").first() or a_channel()


def a_field_call(
    number: str,
    *,
    goods: Sequence[tuple[str, int, str, str]] = (("RUG-01", 1, "SHOP", "A-01"),),
    state: str = "to_pack",
    at: datetime = LORRY,
    held: str = "",
) -> FieldCall:
    """`goods` are (SKU, units, room, bin)."""
    sale = _a_sale(number, held=held, units=sum(units for _, units, _, _ in goods))
    call = FieldCall.objects.create(
        number=number,
        sale=sale,
        channel=sale.shipment.channel,
        agent=sale.shipment.channel.shipping_agent,
        location=HERE,
        collection_at=at,
        collection_date=at.date(),
        state=state,
        station="Bench 1",
    )
    for position, (sku, units, room, bin_) in enumerate(goods):
        line = ShipmentLine.objects.create(
            shipment=sale.shipment, line_id=str(position), sku=sku, units=units, net=1, tax=0, discount=0
        )
        FieldCallLine.objects.create(
            field_call=call, shipment_line=line, product=_product(sku, bin_), room=_room(room), units=units
        )
    return call


def a_labelled_call(number: str, *, content: bytes = PNG, kind: str = "png", consignment: str = "") -> Label:
    """A field call whose one parcel has its label."""
    call = a_field_call(number, state="labelled")
    lorry = None
    if consignment:
        lorry = Consignment.objects.filter(number=consignment).first() or Consignment.objects.create(
            number=consignment, location=HERE, agent=call.agent, collection_at=_next_lorry()
        )
    parcel = Parcel.objects.create(
        field_call=call,
        package_id="P1",
        weight_g=1250,
        consignment=lorry,
        carrier_name="ATS",
        tracking_id=f"QA{number}",
    )
    return Label.objects.create(
        parcel=parcel,
        tracking_id=parcel.tracking_id,
        carrier_name="ATS",
        format=kind,
        content=content,
        stored_at=NOW,
    )


def a_print(label: Label, *, station: str = "Bench 1") -> int:
    """The label waits at the printer of that bench."""
    printer = printer_for_station(station)
    return PrintJob.objects.create(label=label, printer=printer, station=station).pk


def a_printer(name: str, kind: str, *, address: str = "", formats: str = "") -> Printer:
    return add_printer(NewPrinter(name=name, kind=kind, address=address, formats=formats))


def state_of(job_id: int) -> tuple[str, str]:
    job = PrintJob.objects.get(pk=job_id)
    return job.state, job.sentence


def _next_lorry() -> datetime:
    """One consignment is open per lorry; they come an hour apart."""
    return LORRY + timedelta(hours=Consignment.objects.count())


def _a_sale(number: str, *, held: str, units: int) -> Sale:
    channel = the_channel()
    order = ChannelOrder.objects.create(connection=channel.connection, order_id=f"026-{number}")
    shipment = Shipment.objects.create(
        connection=channel.connection,
        channel=channel,
        order=order,
        shipment_id=f"SHP-{number}",
        location=HERE,
        kind="FBA",
        status="CONFIRMED",
        status_at=NOW,
        created_at=NOW,
        currency="GBP",
        units=units,
        net_total=1,
        tax_total=0,
        is_balanced=True,
        raw=b"{}",
        held_because=held,
    )
    return Sale.objects.create(
        number=f"S-{number}",
        shipment=shipment,
        customer=channel.placeholder_customer,
        external_document=order.order_id,
        currency="GBP",
        net_total=1,
        tax_total=0,
    )


def _product(sku: str, bin_: str) -> Product:
    if not Product.objects.filter(sku=sku).exists():
        a_product(sku)
        Product.objects.filter(sku=sku).update(bin=bin_)
    return Product.objects.get(sku=sku)


def _room(code: str) -> StockRoom:
    return StockRoom.objects.get(pk=a_room(code))
