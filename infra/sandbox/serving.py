"""Runs a sandbox agent's ASGI app on this machine's own address, and says on stdout when it can be called."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from socket import SO_REUSEADDR, SOL_SOCKET, socket

import uvicorn
from starlette.types import ASGIApp

from infra.sandbox.faults import KINDS, Fault


def arguments(module: str, description: str) -> argparse.Namespace:
    """What every protocol agent of the sandbox is told: ``port``, ``home``, ``day_seconds``, ``fault``."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        epilog="faults: " + "; ".join(f"{name}: {what}" for name, what in KINDS.items()),
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--home", type=Path, required=True, help="folder of the database")
    parser.add_argument("--day-seconds", type=float, default=86400.0, help="how long a day of work takes")
    parser.add_argument("--fault", type=Fault.parse, default=Fault())
    found = parser.parse_args()
    found.home.mkdir(parents=True, exist_ok=True)
    return found


class _Announcing(uvicorn.Server):
    """Prints ``ready <url>`` once it listens: whoever started the process waits for that line."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"ready {self._url}\n")
            sys.stdout.flush()


def serve(build: Callable[[str], ASGIApp], port: int, path: str) -> int:
    """Serves until SIGTERM. ``build`` gets the origin, e.g. ``http://127.0.0.1:9101``; ``path`` ends the URL printed.

    Returns the exit status: 1 with a sentence on stderr when the port is taken.
    """
    with socket() as listener:
        # A connection of the process before may still be closing on this port.
        listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            sys.stderr.write(f"cannot listen on 127.0.0.1:{port}: {error.strerror}\n")
            return 1
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(build(origin), log_level="warning", timeout_graceful_shutdown=1)
        _Announcing(config, origin + path).run([listener])
    return 0
