"""All addresses of this installation; each part keeps its own list beside its pages."""

from django.urls import include, path

from loadbay.project import health

urlpatterns = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("", include("loadbay.api.urls")),
    path("", include("loadbay.web.urls")),
]

handler400 = "loadbay.web.refusals.bad_request"
handler403 = "loadbay.web.refusals.permission_denied"
handler404 = "loadbay.web.refusals.page_not_found"
handler500 = "loadbay.web.refusals.server_error"
