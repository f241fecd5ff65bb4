"""Every address of the screens, flat. Rule: each view carries its guard (`access.py`); a test walks this table."""

from __future__ import annotations

from django.urls import path

from loadbay.web import signin, theme
from loadbay.web.bench import views as bench
from loadbay.web.office import start

urlpatterns = [
    path("", signin.land, name="land"),
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("theme/", theme.choose_theme, name="theme"),
    path("bench/", bench.pack, name="bench"),
    path("office/", start.start, name="start"),
]
