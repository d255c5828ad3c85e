"""What may be asked of the server: by whom, in which form, how much; each other request is refused in words.

The model is reached by pages of this server alone. A page elsewhere that had its own name point to this machine (DNS
rebinding) is refused by its Host header, one that posts across origins by its Origin; no answer allows another origin.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from email.message import Message
from http import HTTPStatus
from urllib.parse import parse_qs

__all__ = [
    "MOST_BYTES",
    "RequestError",
    "check_method",
    "check_origin",
    "is_everywhere",
    "is_own",
    "length_of",
    "options",
]

MOST_BYTES = 4 << 20  # of an upload, such as a telephone's photograph
METHODS = {"/": ("GET", "HEAD"), "/predict": ("POST",)}
HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([0-9a-z._-]+))(?::[0-9]{1,5})?", re.IGNORECASE)


class RequestError(Exception):
    """A request that is refused: the status, and the reason in words."""

    def __init__(self, status: HTTPStatus, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status, self.text, self.headers = status, text, headers or {}


def is_own(header: str, host: str, address: str) -> bool:
    """Whether a Host header names this machine, or the `host` that a server was told to be and has the `address` of.

    If it listens at every address, any address in numbers will do, for which nobody can have a name server lie.
    """
    match = HOST.fullmatch(header)
    name = (match[1] or match[2]).lower() if match else ""
    if name in ("localhost", host.lower()):
        return True
    try:
        asked = ipaddress.ip_address(name)
    except ValueError:
        return False
    return asked.is_loopback or is_everywhere(address)


def is_everywhere(address: str) -> bool:
    """Whether an address stands for all of the machine's."""
    return ipaddress.ip_address(address).is_unspecified


def check_method(path: str, method: str) -> None:
    """Refuse a path that there is not, and a method that it does not know."""
    if path not in METHODS:
        raise RequestError(HTTPStatus.NOT_FOUND, "There is nothing at this address.")
    known = METHODS[path]
    if method not in known:
        raise RequestError(HTTPStatus.METHOD_NOT_ALLOWED, f"Use {known[0]}.", {"Allow": ", ".join(known)})


def check_origin(headers: Message) -> None:
    """Refuse what a page of another server sends. Programs that are no browser send neither header."""
    own = f"http://{headers['Host']}"
    site = headers.get("Sec-Fetch-Site", "same-origin")
    if any(origin != own for origin in headers.get_all("Origin", [])) or site not in ("same-origin", "none"):
        raise RequestError(HTTPStatus.FORBIDDEN, "Another page may not ask this server.")


def length_of(headers: Message) -> int:
    """How long the body is, which must be said, and not be more than is taken."""
    if "Transfer-Encoding" in headers:
        raise RequestError(HTTPStatus.NOT_IMPLEMENTED, "Send the image in one piece, with a Content-Length.")
    given = headers.get_all("Content-Length", [])
    if not given:
        raise RequestError(HTTPStatus.LENGTH_REQUIRED, "Send a Content-Length.")
    length = whole(given)
    if length is None:
        raise RequestError(HTTPStatus.BAD_REQUEST, "The Content-Length is no number.")
    if length > MOST_BYTES:
        text = f"The file has {length / 2**20:,.1f} MiB; {MOST_BYTES >> 20} MiB are the most."
        raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)
    return length


def options(query: str) -> tuple[int | None, bool]:
    """Which class to explain, if it is said, and whether to centre the image."""
    try:
        given = parse_qs(query, keep_blank_values=True, max_num_fields=8)
    except ValueError:
        given = {"class": []}
    chosen = whole(given.get("class", ["0"]))
    centre = given.get("centre", ["0"])
    if chosen is None or centre not in (["0"], ["1"]):
        raise RequestError(HTTPStatus.BAD_REQUEST, "class is a number, counted from 0; centre is 0 or 1.")
    return chosen if "class" in given else None, centre == ["1"]


def whole(texts: list[str]) -> int | None:
    """The number that the one text is, in digits alone."""
    return int(texts[0]) if len(texts) == 1 and re.fullmatch("[0-9]{1,18}", texts[0]) else None
