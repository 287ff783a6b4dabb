"""Runs Scout: ``python -m infra.sandbox.research --port P --home DIR --day-seconds S``; prints ``ready <url>``."""

from __future__ import annotations

import sys

from starlette.types import ASGIApp

from infra.sandbox.research.jobs import Jobs
from infra.sandbox.research.server import Scout
from infra.sandbox.serving import arguments, serve


def main() -> int:
    told = arguments("infra.sandbox.research", "A research agent behind MCP (streamable HTTP).")

    def build(_origin: str) -> ASGIApp:
        return Scout(Jobs(told.home, told.day_seconds, told.fault), told.fault).server().streamable_http_app()

    return serve(build, told.port, "/mcp")


if __name__ == "__main__":
    sys.exit(main())
