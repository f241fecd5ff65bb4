"""Django's card for this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "loadbay.people"
    label = "people"
