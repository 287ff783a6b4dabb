"""SHA-256 over canonical JSON: what binds a yes to exactly what was shown."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def digest(value: Any) -> str:
    """Hex SHA-256 of the JSON value with its keys sorted, no white space, and everything beyond ASCII escaped.

    Escaped, because text from outside may hold lone surrogates, which UTF-8 cannot.
    """
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
