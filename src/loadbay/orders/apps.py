"""Django's card for this room."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "loadbay.orders"
    label = "orders"
