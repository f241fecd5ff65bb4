"""Django's card for this room."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "loadbay.core"
    label = "core"
