"""Django's card for this room."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "loadbay.parties"
    label = "parties"
