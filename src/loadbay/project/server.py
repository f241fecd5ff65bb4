"""What the web process loads to answer requests (`cli/web.py` starts it).

Rule: it ends when the process that started it ends, and applies new migrations before the first request.
"""

import gc
import os

from django.db import connection
from django.urls import get_resolver

from loadbay.cli.schema import bring_up_to_date
from loadbay.hosting.config import Config
from loadbay.hosting.tether import tie_to
from loadbay.project.wsgi import application

if parent := os.environ.get("LOADBAY_WEB_PARENT"):
    tie_to(int(parent))

bring_up_to_date(str(Config.load().database_url))
connection.close()

_pages = get_resolver().url_patterns  # loaded before the first request, not by it
gc.collect()
gc.freeze()  # what is loaded stays: no answer waits while it is looked through for garbage

__all__ = ["application"]
