"""Django's card for this room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "loadbay.jobs"
    label = "jobs"
