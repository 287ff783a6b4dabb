"""What Steward writes about itself: JSON lines when nobody is watching, short lines on a terminal.

Records carry ids, counts and classes of errors. Message text is never passed to the log at INFO, and secrets are of a
type that cannot be printed; as a last net, what looks like a bearer token or a key is struck out.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import TextIO

from pythonjsonlogger.json import JsonFormatter

_SECRET = re.compile(r"(?i)(bearer\s+)[\w.~+/=-]{12,}|(sk-ant-)[\w-]{8,}|(eyJ)[\w-]{10,}\.[\w-]+\.[\w-]*")
_QUIET = ("aiohttp.access", "httpx", "httpx2", "mcp", "a2a", "alembic", "dbos", "botframework", "msal", "uvicorn")


class RedactingHandler(logging.StreamHandler[TextIO]):
    """Strikes out what looks like a credential in the finished line, traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(lambda found: f"{found.group(1) or ''}***", super().format(record))


def configure(level: str, stream: TextIO = sys.stderr) -> None:
    """Sets the root logger up, once per process."""
    handler = RedactingHandler(stream)
    if stream.isatty():
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname).1s %(name)s: %(message)s", "%H:%M:%S"))
    else:
        handler.setFormatter(
            JsonFormatter("{asctime}{levelname}{name}{message}", style="{", rename_fields={"asctime": "at"})
        )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
