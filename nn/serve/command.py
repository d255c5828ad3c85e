"""``python -m nn serve MODEL``: load a saved model, and serve its page until Ctrl-C."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

from nn import errors
from nn.serve.server import Site
from nn.serve.service import Service
from nn.sharing.predict import add_model, loaded

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add the command to those of a parser."""
    about = "serve a page on which you draw and see what a saved model of images says, and which pixels speak for it"
    command = commands.add_parser("serve", help=about, description=about, allow_abbrev=False)
    add_model(command)
    command.add_argument(
        "--host", default="127.0.0.1", help="the address to listen at (default: 127.0.0.1, this machine)"
    )
    command.add_argument("--port", type=int, default=8000, help="the port; 0 picks a free one (default: 8000)")
    command.set_defaults(
        run=lambda options: run(options.model, options.host, options.port, options.classes), does="read", out=""
    )


def run(model: Path, host: str = "127.0.0.1", port: int = 8000, classes: Path | None = None) -> int:
    """Serve the page of a model until Ctrl-C, which is how it is meant to end: return 0.

    Raises `ModelFileError` for a model that does not read images, `ArgumentError` for an address that cannot be
    listened at, and `OSError`.
    """
    if not 0 <= port < 1 << 16:
        raise errors.ArgumentError(f"--port {port}: it must be 0 to 65535")
    service = Service(loaded(model, classes))
    try:
        site = Site(service, host, port)
    except OSError as error:
        raise errors.ArgumentError(f"cannot listen at {host}, port {port}: {error.strerror}") from error
    with site:
        try:
            print(f"{service.bundle.card.name}: {site.url} (Ctrl-C ends it)", flush=True)
            if not is_loopback(site.address[0]):
                print("Whoever reaches this machine over the network can use it, too.", flush=True)
            site.serve_forever()
        except KeyboardInterrupt:
            pass
    return 0


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches an address."""
    return ipaddress.ip_address(address).is_loopback
