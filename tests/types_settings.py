"""Django's settings for the type checker, which reads the models: nothing is made or opened."""

from __future__ import annotations

import os

os.environ.setdefault("LOADBAY_SECRET_KEY", "only to read types, and never to encrypt anything")

from loadbay.project.settings import *  # noqa: F403
