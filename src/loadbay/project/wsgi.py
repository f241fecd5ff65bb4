"""The door for a WSGI server. The process that serves it has opened the database before (`cli/web.py`)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loadbay.project.settings")

application = get_wsgi_application()
