"""Django's own commands for developers, with the database open.

`python -m loadbay.project.manage makemigrations`, for one.

Rule: people who run a shop use `loadbay`; nothing they need is only here.
"""

import os
import sys

from django.core.management import execute_from_command_line

from loadbay.hosting.config import Config
from loadbay.hosting.postgres import database_url
from loadbay.hosting.problem import HostingProblem


def run() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loadbay.project.settings")
    with database_url(Config.load()):
        execute_from_command_line(["loadbay.project.manage", *sys.argv[1:]])


if __name__ == "__main__":
    try:
        run()
    except HostingProblem as problem:
        sys.exit(problem.sentence)
