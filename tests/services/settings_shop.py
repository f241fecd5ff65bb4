"""Changing settings of the shop's channel in tests, and what then waits in the queue."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.channels.services import WantedSettings, change_channel
from tests.builders import Shop
from tests.services.goods import a_linked_listing, a_product


def change(shop: Shop, **wanted: object) -> tuple[str, ...]:
    """Change settings of the shop's channel as a person would; the names of those that changed."""
    changed = change_channel("UK", WantedSettings(**wanted), now=shop.clock.now())  # type: ignore[arg-type]
    shop.channel.refresh_from_db()
    return tuple(one.setting for one in changed)


def forget_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def jobs() -> set[str]:
    """Tasks that wait."""
    rows = ProcrastinateJob.objects.filter(status="todo")
    return {name.rsplit(".", 1)[-1] for name in rows.values_list("task_name", flat=True)}


def a_selling_shop(shop: Shop, *, on_hand: int = 10) -> None:
    """Amazon shows the RUG as it lies there."""
    a_product("RUG", on_hand=on_hand, price="10.00")
    a_linked_listing("RUG", amazon=shop)
    shop.sends_stock()
    forget_jobs()
