"""Django's card for this room."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "loadbay.channels"
    label = "channels"
