"""Django's card for this room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "loadbay.web"
    label = "web"
