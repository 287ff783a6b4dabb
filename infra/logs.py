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


class Redacting(logging.Filter):
    """Strikes out what looks like a credential, in the message and in its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        record.msg, record.args = _SECRET.sub(lambda found: f"{found.group(1) or ''}***", said), ()
        return True


def configure(level: str, stream: TextIO = sys.stderr) -> None:
    """Sets the root logger up, once per process."""
    handler = logging.StreamHandler(stream)
    if stream.isatty():
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname).1s %(name)s: %(message)s", "%H:%M:%S"))
    else:
        handler.setFormatter(
            JsonFormatter("{asctime}{levelname}{name}{message}", style="{", rename_fields={"asctime": "at"})
        )
    handler.addFilter(Redacting())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
