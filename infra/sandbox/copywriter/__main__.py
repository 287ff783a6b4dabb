"""Runs Quill: ``python -m infra.sandbox.copywriter --port P --home DIR --day-seconds S``; prints ``ready <url>``."""

from __future__ import annotations

import sys

from starlette.types import ASGIApp

from infra.sandbox.copywriter.server import app
from infra.sandbox.serving import arguments, serve


def main() -> int:
    told = arguments("infra.sandbox.copywriter", "A copywriter behind A2A 1.0 (JSON-RPC).")

    def build(origin: str) -> ASGIApp:
        return app(origin, told.home, told.day_seconds, told.fault)

    return serve(build, told.port, "/")


if __name__ == "__main__":
    sys.exit(main())
