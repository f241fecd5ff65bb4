"""The database of this installation: the configured server, or the embedded one its processes share.

Rule: who uses it holds the home's users lock; the first one in starts the server through a keeper, the keeper
stops it after the last one left (`keeper.py`). Under the start lock only one process decides at a time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from loadbay.hosting import keeper
from loadbay.hosting.cluster import Cluster
from loadbay.hosting.config import Config, prepare_home
from loadbay.hosting.locks import FileLock, is_free
from loadbay.hosting.place import Place, check_is_there, known_place, new_place
from loadbay.hosting.problem import HostingProblem
from loadbay.hosting.programs import usable_by
from loadbay.hosting.sockets import free_port
from loadbay.hosting.sockets import is_free as is_free_port
from loadbay.hosting.waiting import until

START_LOCK = "database-start.lock"
_PATIENCE_SECONDS = 330
_OTHER_PORTS = 5
_PORT_SECONDS = 3
_LARGEST_LOG_BYTES = 5_000_000

Say = Callable[[str], None]


def silently(sentence: str) -> None:
    """For those who want to hear nothing."""


class EmbeddedPostgres:
    """Our use of one home's embedded server, from `acquire` to `release`."""

    def __init__(self, home: Path, *, durable: bool = True, say: Say = silently) -> None:
        prepare_home(home)
        self._home = home
        self._durable = durable
        self._say = say
        self._users: FileLock | None = None

    def acquire(self) -> str:
        """Make, start or join the server; answers its address."""
        users = FileLock(self._home / keeper.USERS_LOCK)
        try:
            with FileLock(self._home / START_LOCK) as start:
                start.exclusive(seconds=_PATIENCE_SECONDS)
                users.shared(seconds=_PATIENCE_SECONDS)
                url = self._ensure_running().url
        except BaseException:
            users.close()
            raise
        self._users = users
        return url

    def tend(self) -> None:
        """Put a new keeper beside the server if the old one was killed. For processes that live long."""
        if not is_free(self._home / keeper.KEEPER_LOCK):
            return
        with FileLock(self._home / START_LOCK) as start:
            if start.try_exclusive():
                self._ensure_running()

    def release(self) -> None:
        """Stop using it, and see it off if we were the last; doing it twice is harmless."""
        if self._users is None:
            return
        self._users.close()
        self._users = None
        until(self._is_over_or_in_use, seconds=90)

    def _ensure_running(self) -> Place:
        place = known_place(self._home) or new_place(self._home, say=self._say)
        check_is_there(place)
        cluster = self._cluster(place)
        if not cluster.exists():
            cluster.make(password=place.password, durable=self._durable)
        cluster.check_version()
        if cluster.is_ready() and not is_free(self._home / keeper.KEEPER_LOCK):
            return place
        return self._start(place, cluster)

    def _cluster(self, place: Place) -> Cluster:
        account = place.account()
        programs = usable_by(account, copies=place.programs)
        log = self._home / "database.log"
        return Cluster(data=place.data, programs=programs, account=account, log=log)

    def _start(self, place: Place, cluster: Cluster) -> Place:
        """Through a keeper; a port that somebody else has taken is exchanged for a free one."""
        _make_room_in(cluster.log)
        for _ in range(_OTHER_PORTS):
            port = cluster.port() if cluster.postmaster() else _port_for(place)
            place = place.at_port(port)
            place.save()
            keeper.send(keeper.Order(self._home, cluster, port, self._durable))
            if self._comes_up(cluster):
                return place
            if "could not bind" not in cluster.last_words():
                break
        raise HostingProblem(
            f"The embedded database in {cluster.data} does not start. Its last words: {cluster.last_words()} "
            f"(all of them are in {cluster.log})."
        )

    def _comes_up(self, cluster: Cluster) -> bool:
        """The keeper takes its lock within moments, and gives it back only when the server did not start."""
        until(lambda: not self._has_no_keeper() or cluster.is_ready(), seconds=10)
        until(lambda: cluster.is_ready() or self._has_no_keeper(), seconds=_PATIENCE_SECONDS)
        return cluster.is_ready()

    def _has_no_keeper(self) -> bool:
        return is_free(self._home / keeper.KEEPER_LOCK)

    def _is_over_or_in_use(self) -> bool:
        """The keeper holds the users lock alone while it stops the server; others hold it shared."""
        if self._has_no_keeper():
            return True
        with FileLock(self._home / keeper.USERS_LOCK) as users:
            return not users.try_exclusive() and users.try_shared()


def _port_for(place: Place) -> int:
    """The remembered one if at all possible: processes that are running know the database by it."""
    if place.port:
        # A killed server gives up its port some moments after it is gone.
        until(lambda: is_free_port(place.port), seconds=_PORT_SECONDS)
    return free_port(place.port)


def _make_room_in(log: Path) -> None:
    log.touch(mode=0o600)
    if log.stat().st_size > _LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))


@contextmanager
def embedded_postgres(config: Config, *, durable: bool = True, say: Say = silently) -> Iterator[str]:
    """Start or join the embedded server of this home for as long as the block runs."""
    server = EmbeddedPostgres(config.home, durable=durable, say=say)
    url = server.acquire()
    try:
        yield url
    finally:
        server.release()


@contextmanager
def database_url(config: Config, *, say: Say = silently) -> Iterator[str]:
    """The configured server's address, or the embedded one's, which this process then uses."""
    if config.database_url:
        with _in_use(config.database_url) as url:
            yield url
        return
    with embedded_postgres(config, say=say) as address, _in_use(address) as url:
        yield url


def url_in_use() -> str | None:
    """The address this process opened; None outside of `database_url`."""
    return _opened[-1] if _opened else None


_opened: list[str] = []


@contextmanager
def _in_use(url: str) -> Iterator[str]:
    _opened.append(url)
    try:
        yield url
    finally:
        _opened.remove(url)
