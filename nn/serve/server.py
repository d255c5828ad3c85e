"""The page and its one question over HTTP, by the standard library's server; `asking.py` says what may be asked."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Timer
from time import monotonic
from typing import Any

from autograd.errors import AutogradError
from nn.serve import asking
from nn.serve.asking import RequestError
from nn.serve.page import page
from nn.serve.service import Service, UploadError

__all__ = ["Site"]

PATIENCE = 20.0  # seconds for a whole request to come in, however often a few bytes do
LINGER = 2.0  # seconds for which what a refused client still sends is thrown away
JSON = "application/json; charset=utf-8"
ALWAYS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


class Handler(BaseHTTPRequestHandler):
    """One request, on a connection of its own."""

    server: Site
    server_version, sys_version = "chainrule", ""

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.patience)  # of a single read or write
        self.deadline = Timer(self.server.patience, hang_up, [self.connection])
        self.deadline.daemon = True
        self.deadline.start()

    def finish(self) -> None:
        self.deadline.cancel()
        super().finish()

    def do_GET(self) -> None:
        """Answer, whatever the method is; a table of paths says which there are."""
        try:
            self.answer()
        except RequestError as error:
            self.refuse(error)
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            self.refuse(RequestError(HTTPStatus.INTERNAL_SERVER_ERROR, "The model failed; the terminal says how."))
            raise  # to the server, which prints it there

    def answer(self) -> None:
        """The page, or what the model says of an image."""
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or not asking.is_own(hosts[0], self.server.host, self.server.address[0]):
            raise RequestError(HTTPStatus.FORBIDDEN, f"This server is not called that. Open {self.server.url}")
        path, _, query = self.path.partition("?")
        asking.check_method(path, self.command)
        if self.command == "POST":
            self.send(HTTPStatus.OK, as_json(self.predict(query)), JSON)
        else:
            text, policy = self.server.page
            self.send(HTTPStatus.OK, text, "text/html; charset=utf-8", {"Content-Security-Policy": policy})

    def predict(self, query: str) -> dict[str, Any]:
        """What the model says of the image in the body."""
        asking.check_origin(self.headers)
        length = asking.length_of(self.headers)
        chosen, centre = asking.options(query)
        data = self.body(length)
        try:
            return self.server.service.answer(data, chosen, centre)
        except UploadError as error:
            raise RequestError(HTTPStatus.BAD_REQUEST, str(error)) from error
        except AutogradError as error:  # which says in words what is wrong
            raise RequestError(HTTPStatus.INTERNAL_SERVER_ERROR, f"The model failed: {error}") from error

    def body(self, length: int) -> bytes:
        """The body, all of it; from here on the model may take as long as it takes."""
        try:
            data = self.rfile.read(length)
        except TimeoutError as error:
            raise RequestError(HTTPStatus.REQUEST_TIMEOUT, "The image did not come in time.") from error
        self.deadline.cancel()
        if len(data) < length:
            raise RequestError(HTTPStatus.BAD_REQUEST, "The image was cut off.")
        return data

    def send(self, status: int, content: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        """Send an answer."""
        self.send_response(status)
        length = {"Content-Type": kind, "Content-Length": str(len(content))}
        for name, value in {**ALWAYS, **length, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def refuse(self, error: RequestError) -> None:
        """Say why not, and let the client read it: to close while it sends would take the answer from it."""
        self.send(error.status, as_json({"error": error.text}), JSON, error.headers)
        end = monotonic() + LINGER
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(LINGER)
            while monotonic() < end and self.connection.recv(1 << 16):
                pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """What the standard library finds wrong with a request, in our form: its page quotes the request."""
        self.send(code, as_json({"error": f"{HTTPStatus(code).phrase}."}), JSON)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: a line for each stroke helps nobody."""


for method in ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"):
    setattr(Handler, f"do_{method}", Handler.do_GET)  # or the standard library says 501, not 405


class Site(ThreadingHTTPServer):
    """A server of one model's page; `serve_forever` answers until `shutdown`, or an exception such as Ctrl-C's.

    `patience` is how many seconds a request may take to come in. Raises `OSError` where it cannot listen.
    """

    request_queue_size = 64
    allow_reuse_port = False

    def __init__(self, service: Service, host: str = "127.0.0.1", port: int = 0, *, patience: float = PATIENCE) -> None:
        self.service, self.host, self.patience = service, host, patience
        self.page = page({**service.about(), "limit": asking.MOST_BYTES})
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), Handler)
        self.address: tuple[str, int] = self.socket.getsockname()[:2]

    def server_bind(self) -> None:
        """Bind, without the standard library's look for the machine's name, which may ask a name server."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.host, self.socket.getsockname()[1]

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = "localhost" if asking.is_everywhere(self.address[0]) else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.address[1]}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print what failed, unless it is only that the client has gone."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


def hang_up(connection: socket.socket) -> None:
    """End a connection from another thread; the one that reads from it finds its end."""
    with suppress(OSError):  # it may have ended by itself
        connection.shutdown(socket.SHUT_RDWR)


def as_json(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer, allow_nan=False, separators=(",", ":")).encode()
