"""Django's card for this room."""

from django.apps import AppConfig


class AmazonConfig(AppConfig):
    name = "loadbay.amazon"
    label = "amazon"
