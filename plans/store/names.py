"""Names that are still free: a plan's slug, and the prefix of its items' ids."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from sqlmodel import Session, col, select

from plans.store.tables import PlanRow

_SLUG = 48
_PREFIX = 6


def free_slug(tx: Session, wanted: str) -> str:
    """``wanted`` as a slug (lower-case ASCII letters, digits, hyphens), with a number behind it when it is taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", _ascii(wanted).lower())[:_SLUG].strip("-") or "plan"
    taken = tx.exec(select(PlanRow.slug).where(col(PlanRow.slug).startswith(plain))).all()
    return _free(plain, "-", taken)


def free_prefix(tx: Session, wanted: str) -> str:
    """``wanted`` as a prefix (upper-case ASCII letters and digits), with a number behind it when it is taken."""
    plain = re.sub(r"[^A-Z0-9]+", "", _ascii(wanted).upper())[:_PREFIX] or "P"
    taken = tx.exec(select(PlanRow.prefix).where(col(PlanRow.prefix).startswith(plain))).all()
    return _free(plain, "", taken)


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _free(plain: str, joint: str, taken: Collection[str]) -> str:
    if plain not in taken:
        return plain
    number = 2
    while f"{plain}{joint}{number}" in taken:
        number += 1
    return f"{plain}{joint}{number}"
