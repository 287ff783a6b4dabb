"""The revisions of a plan: which ones made it, how each came about, and the plan as it stood at any of them.

A proposal that was made on an older version is put onto the present one when nothing in between gets in its way;
what does is named here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlmodel import Session, col, select

from plans.model.edits import EDITS
from plans.model.plan import Plan
from plans.model.rebase import clashes
from plans.model.rewind import rewind
from plans.store.people import display_name
from plans.store.tables import RevisionRow
from plans.words import PlanSlug

Origin = Literal["goal", "talk", "card", "import", "repair", "model", "undo", "rule"]
"""How a change came about."""
READ_FROM: Final = "Read from "
"""What the words of a revision that was read from a file begin with."""
_TOLD: Final = get_args(Origin)
STEWARD: Final = "Steward"
"""Who signs what follows from a rule rather than from a person."""
_NAMED = 3


@dataclass(frozen=True)
class Rival:
    """A revision that was signed first, and what of it gets in a proposal's way."""

    number: int
    by: str
    """What whoever signed it is called."""
    what: tuple[str, ...]
    """In words: ``the dates of NA-12``."""

    def __str__(self) -> str:
        more = f" and {len(self.what) - _NAMED} more" if len(self.what) > _NAMED else ""
        return f"version {self.number}, signed by {self.by}, changed {', '.join(self.what[:_NAMED])}{more}"


def origin_of(revision: RevisionRow) -> Origin:
    """How the change came about, from what is stored about it.

    ``RevisionRow.planned_by`` says it in a word where nothing else does; what has none was pressed on a card.
    """
    if revision.undoes is not None:
        return "undo"
    if revision.proposer == STEWARD:
        return "rule"
    if revision.base == 0:
        return "goal"
    if revision.planned_by.startswith(READ_FROM):
        return "import"
    told: Origin | None = next((origin for origin in _TOLD if origin == revision.planned_by), None)
    return told or ("model" if revision.planned_by else "card")


def signed(tx: Session, plan: PlanSlug | str, after: int = 0) -> list[RevisionRow]:
    """The revisions that made the plan, behind that number, oldest first."""
    asked = select(RevisionRow).where(
        RevisionRow.plan == plan, RevisionRow.state == "approved", col(RevisionRow.number) > after
    )
    return list(tx.exec(asked.order_by(col(RevisionRow.number))).all())


def standing(tx: Session, plan: Plan, number: int) -> Plan:
    """The plan as it stood at that number (0: before the first), but for item states: see ``rewind``.

    ``plan`` is the plan as it stands.
    """
    later = signed(tx, plan.slug, number)
    back = rewind(plan, (EDITS.validate_python(revision.undo) for revision in reversed(later)))
    return back.model_copy(update={"revision": number})


def proposed_as(revision: RevisionRow) -> int:
    """The number under which it was proposed; another than its own when it was put onto later versions."""
    return int(revision.id.rpartition(":")[2])


def rivals(tx: Session, revision: RevisionRow) -> list[Rival]:
    """What was signed since the revision was proposed and gets in its way, oldest first."""
    ours = EDITS.validate_python(revision.edits)
    found = []
    for other in signed(tx, revision.plan, revision.base):
        what = clashes(ours, EDITS.validate_python(other.edits))
        if what:
            by = display_name(tx, other.signed_by or other.proposer)
            found.append(Rival(other.number, by, tuple(str(touch) for touch in what)))
    return found


def overtaken(tx: Session, revision: RevisionRow, why: str = "") -> str:
    """Why the revision can no longer be approved, in a sentence that names what got in its way.

    ``why``: what its edits are refused for, if nothing that was signed touches the same as it.
    """
    found = rivals(tx, revision)
    if not found:
        fits = f"It was proposed on version {revision.base} and no longer fits the plan"
        return f"{fits}: {why}" if why else f"{fits}."
    told = str(found[-1])
    return f"{told[:1].upper()}{told[1:]}, which this rests on or changes too."
