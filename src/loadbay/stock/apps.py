"""Django's card for this room."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "loadbay.stock"
    label = "stock"
