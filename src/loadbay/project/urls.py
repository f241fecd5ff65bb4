"""All addresses of this installation; each part keeps its own list beside its pages."""

from django.urls import path

from loadbay.project import health

urlpatterns = [
    path("health/live", health.live),
    path("health/ready", health.ready),
]
