"""A small HTTP/1.1 server for one WSGI application: keep-alive, one thread per connection, one process.

It exists because a stand-in must be able to do what servers refuse: cut a connection without an answer, and
hold a call for minutes without holding up others. Bodies are read whole before the application runs.
"""

import logging
from collections.abc import Callable
from email.utils import formatdate
from io import BytesIO
from select import POLLERR, POLLHUP, POLLIN, poll
from socket import MSG_PEEK
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

log = logging.getLogger("amazon_simulator")
Environ = dict[str, Any]
CUT = "amazon_simulator.cut"
HAS_LEFT = "amazon_simulator.client_has_left"
MOST_LINE = 65_536
MOST_HEADERS = 200
MOST_BODY = 64 * 1024 * 1024
IDLE_SECONDS = 300


class BadRequest(Exception):
    """What came is not HTTP that can be answered; the connection ends."""


class Listener(ThreadingTCPServer):
    """Listens at once; `serve_forever` begins to answer, `shutdown` from another thread ends it."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str, port: int, app: Callable[..., Any]) -> None:
        self.app = app
        super().__init__((host, port), _Connection)
        self.host, self.port = host, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("A connection ended early.", exc_info=True)


class _Connection(StreamRequestHandler):
    """One client's connection: request after request until either side closes."""

    server: Listener
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS

    def handle(self) -> None:
        try:
            while self._one():
                pass
        except BadRequest as error:
            self._write("400 Bad Request", [], str(error).encode(), stays=False)
        except (ConnectionError, TimeoutError):
            return

    def _one(self) -> bool:
        line = self.rfile.readline(MOST_LINE)
        if not line.strip():
            return bool(line)
        environ = self._environ(line)
        stays = self._wants_to_stay(environ)
        environ["wsgi.input"] = BytesIO(self._body(environ))
        answer = _Answer()
        environ[CUT] = answer.cut
        environ[HAS_LEFT] = self._has_left
        try:
            body = b"".join(self.server.app(environ, answer.start))
        except Exception:
            log.exception("%s %s failed.", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            answer, body = _Answer(status="500 Internal Server Error"), b""
        if answer.is_cut:
            return False
        if environ["REQUEST_METHOD"] == "HEAD":
            body = b""
        self._write(answer.status, answer.headers, body, stays=stays)
        return stays

    def _has_left(self) -> bool:
        """Whether the client closed its side: it was killed, or gave up. Never waits."""
        look = poll()
        look.register(self.connection, POLLIN | POLLHUP | POLLERR)
        if not look.poll(0):
            return False
        try:
            return not self.connection.recv(1, MSG_PEEK)
        except OSError:
            return True

    def _environ(self, line: bytes) -> Environ:
        parts = line.decode("latin-1").split()
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
            raise BadRequest("This is not an HTTP/1 request.")
        method, target, version = parts
        path, _, query = target.partition("?")
        if not path.startswith("/"):
            path = urlsplit(path).path or "/"
        environ: Environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": target,
            "SERVER_PROTOCOL": version,
            "SERVER_NAME": self.server.host,
            "SERVER_PORT": str(self.server.port),
            "REMOTE_ADDR": self.client_address[0],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": None,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
        }
        self._read_headers(environ)
        return environ

    def _read_headers(self, environ: Environ) -> None:
        for _ in range(MOST_HEADERS):
            line = self.rfile.readline(MOST_LINE).decode("latin-1")
            if line in ("\r\n", "\n"):
                return
            name, colon, value = line.partition(":")
            if not colon:
                raise BadRequest("A header line has no colon.")
            key = name.upper().replace("-", "_")
            if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                key = "HTTP_" + key
            value = value.strip()
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        raise BadRequest("There are too many headers.")

    def _wants_to_stay(self, environ: Environ) -> bool:
        wish = environ.get("HTTP_CONNECTION", "").lower()
        return "close" not in wish if environ["SERVER_PROTOCOL"] == "HTTP/1.1" else "keep-alive" in wish

    def _body(self, environ: Environ) -> bytes:
        if environ.get("HTTP_EXPECT", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            body = self._chunks()
            environ["CONTENT_LENGTH"] = str(len(body))
            return body
        length = environ.get("CONTENT_LENGTH", "0") or "0"
        if not length.isdigit() or int(length) > MOST_BODY:
            raise BadRequest(f"A body of {length} bytes is not taken.")
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            raise ConnectionError("The client left in the middle of its body.")
        return body

    def _chunks(self) -> bytes:
        body = b""
        while True:
            line = self.rfile.readline(MOST_LINE).split(b";")[0].strip()
            try:
                size = int(line, 16)
            except ValueError:
                raise BadRequest("A chunk has no size.") from None
            body += self.rfile.read(size)
            if len(body) > MOST_BODY:
                raise BadRequest("The body is too long.")
            self.rfile.readline(MOST_LINE)
            if size == 0:
                return body

    def _write(self, status: str, headers: list[tuple[str, str]], body: bytes, *, stays: bool) -> None:
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        if not status.startswith("204") and not any(name.lower() == "content-length" for name, _ in headers):
            lines.append(f"Content-Length: {len(body)}")
        lines.append(f"Date: {formatdate(usegmt=True)}")
        lines.append("Connection: keep-alive" if stays else "Connection: close")
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)


class _Answer:
    """What the application said it would answer."""

    def __init__(self, *, status: str = "") -> None:
        self.status = status
        self.headers: list[tuple[str, str]] = []
        self.is_cut = False

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status, self.headers = status, headers

    def cut(self) -> None:
        self.is_cut = True
