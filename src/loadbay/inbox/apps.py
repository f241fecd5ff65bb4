"""Django's card for this room."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "loadbay.inbox"
    label = "inbox"
