"""The sale of an order that became smaller: written anew. What is promised is for whoever asked for it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from loadbay.core.bulk import insert_rows
from loadbay.journal.services import note
from loadbay.orders.models import Sale, SaleLine, Shipment
from loadbay.orders.services.building import sold_again
from loadbay.orders.services.sale_rows import sale_line_rows


@transaction.atomic
def shrink_sale(shipment_pk: int) -> None:
    """Write the sale anew by its order's lines as they are now."""
    sale = Sale.objects.select_for_update().get(shipment_id=shipment_pk)
    sold = sold_again(shipment_pk)
    skipped_net, skipped_tax = sold.skipped
    units = sum(line.units for line in sold.lines)
    Shipment.objects.filter(pk=shipment_pk).update(
        units=units, net_total=sold.row.net_total, tax_total=sold.row.tax_total
    )
    sale.net_total, sale.tax_total = sold.row.net_total - skipped_net, sold.row.tax_total - skipped_tax
    sale.skipped_net, sale.skipped_tax = skipped_net, skipped_tax
    sale.changes += 1
    sale.save(update_fields=["net_total", "tax_total", "skipped_net", "skipped_tax", "changes"])
    sale.lines.all().delete()
    insert_rows(SaleLine, list(sale_line_rows(sale.pk, sold)))
    note(f"sale:{sale.number}", f"Amazon changed the order: {units} units are left.", what="changed")


@transaction.atomic
def reprice(shipment_pks: Sequence[int]) -> None:
    """Write the sales of these anew that are not posted: units stay, amounts are others."""
    open_yet = [Sale.OrderStatus.OPEN, Sale.OrderStatus.RELEASED]
    rows = Sale.objects.filter(shipment_id__in=list(shipment_pks), order_status__in=open_yet)
    for pk in rows.order_by("id").values_list("shipment_id", flat=True):
        shrink_sale(pk)
