"""Names that are still free: of plans, of their items' prefix, of what is agreed and of what could go wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from sqlmodel import Session, col, select

from plans.model.plan import Plan
from plans.store.tables import PlanRow, RevisionRow
from plans.words import ConstraintId, RiskId

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


def free_constraint(tx: Session, plan: Plan) -> ConstraintId:
    """``K4``, where the plan has had up to three, lifted and merely proposed ones too: none is given out twice."""
    return ConstraintId(f"K{_next(tx, plan.slug, 'constraint', [one.id for one in plan.constraints])}")


def free_risk(tx: Session, plan: Plan) -> RiskId:
    """The same for risks: ``R4``."""
    return RiskId(f"R{_next(tx, plan.slug, 'risk', [one.id for one in plan.risks])}")


def _next(tx: Session, slug: str, field: str, standing: Collection[str]) -> int:
    """One above the highest number of what is on the plan or was ever put on it, or taken off, by a revision."""
    rows = tx.exec(select(RevisionRow.edits, RevisionRow.undo).where(RevisionRow.plan == slug)).all()
    edits = [edit for edits, undo in rows for edit in (*edits, *(undo or ())) if isinstance(edit.get(field), dict)]
    used = [*standing, *(str(edit[field].get("id", "")) for edit in edits)]
    numbers = [int(found[0]) for name in used if (found := re.findall(r"\d+$", name))]
    return max(numbers, default=0) + 1
