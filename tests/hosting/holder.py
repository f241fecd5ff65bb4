"""A process that uses a home's embedded database until its input ends: `python -m tests.hosting.holder HOME`.

It says the address when it has it, and `tended` for each line `tend` it reads.
"""

import sys
from pathlib import Path

from loadbay.hosting.postgres import EmbeddedPostgres


def hold(home: Path) -> None:
    server = EmbeddedPostgres(home, durable=False)
    say(server.acquire())
    for _ in sys.stdin:
        server.tend()
        say("tended")
    server.release()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    hold(Path(sys.argv[1]))
