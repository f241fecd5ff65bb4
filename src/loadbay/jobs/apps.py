"""Django's card for this room. At start it names the tasks and installs the sink for events."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "loadbay.jobs"
    label = "jobs"

    def ready(self) -> None:
        from loadbay.jobs import reactions, tasks  # noqa: F401, PLC0415  they need the loaded models

        reactions.install()
