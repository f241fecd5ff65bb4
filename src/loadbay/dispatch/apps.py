"""Django's card for this room."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "loadbay.dispatch"
    label = "dispatch"
