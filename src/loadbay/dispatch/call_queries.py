"""Which field call belongs to which sale, for pages that show an order as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from loadbay.dispatch.models import FieldCall


def field_calls_of_sales(sales: Sequence[str]) -> dict[str, str]:
    """Sale number → number of its field call; sales without one are left out."""
    rows = FieldCall.objects.filter(sale__number__in=list(sales), part=0)
    return dict(rows.values_list("sale__number", "number"))
