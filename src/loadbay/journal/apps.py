"""Django's card for this room."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "loadbay.journal"
    label = "journal"
