"""Django's card for this room."""

from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "loadbay.listings"
    label = "listings"
