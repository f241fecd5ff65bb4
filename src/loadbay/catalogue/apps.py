"""Django's card for this room."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "loadbay.catalogue"
    label = "catalogue"
