"""What is said to somebody who clicked, and whether it is the same click again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlmodel import Session

from plans.errors import NotAllowed, UserError
from plans.governance.digests import digest
from plans.ports.people import (
    ActNotice,
    ChallengeNotice,
    ChangeNotice,
    Fate,
    ProposalNotice,
    QuestionNotice,
    SaidNotice,
    SlipNotice,
    WideningNotice,
)
from plans.store.people import display_name
from plans.store.tables import AskRow
from plans.words import AskState, PersonId

Asked = (
    ProposalNotice
    | ChangeNotice
    | SaidNotice
    | ActNotice
    | QuestionNotice
    | ChallengeNotice
    | SlipNotice
    | WideningNotice
)
"""The notices that ask something of a person."""
_ASKED: TypeAdapter[Asked] = TypeAdapter(Annotated[Asked, Field(discriminator="kind")])
_NOT_SHOWN = {"ask", "hash", "fate"}
CHANGED = "The card has changed; look at it again."


@dataclass(frozen=True)
class Clicked:
    """The answer to a click: the card as it now stands, and a sentence for whoever clicked.

    ``refused`` is set when the click had no effect because of who clicked, on what, or when. It is not raised, because
    the refusal itself is kept in the log, and raising would roll that back. Who is refused as a stranger
    (``NotAllowed``) is told ``said``, privately; the notice is then not theirs to see unless their chat shows it.
    """

    notice: Asked
    said: str
    refused: UserError | None = None


def shown(row: AskRow) -> Asked:
    """The notice as the card shows it now."""
    return _ASKED.validate_python(row.notice)


def digest_of(notice: Asked) -> str:
    """SHA-256 of what is shown, without what binds it and what became of it."""
    return digest(notice.model_dump(mode="json", exclude=_NOT_SHOWN))


def print_of(person: PersonId, verb: str, shown_hash: str, inputs: dict[str, Any]) -> str:
    """Tells one click from another, however often it is delivered."""
    return digest([person, verb, shown_hash, {name: str(value) for name, value in inputs.items()}])


def names(tx: Session, people: list[str]) -> str:
    return " or ".join(display_name(tx, person) for person in people)


def told(fate: Fate) -> str:
    """``Approved.`` or ``Rejected: too dear.``"""
    return f"{fate.word}: {fate.note}".rstrip(": .") + "."


def stranger(tx: Session, row: AskRow) -> NotAllowed:
    who = names(tx, row.allowed)
    return NotAllowed(f"Only {who} may answer this.", f"Ask {who}; the card is as it was.")


def outdated() -> UserError:
    return UserError("What this button stands for has changed.", "The plan changed; look at the new card.")


def too_late() -> UserError:
    return UserError("This has expired; nothing was done.", "`status` shows where things stand.")


def already(tx: Session, row: AskRow, person: PersonId) -> str:
    """To somebody who comes to a closed card: who answered, and what."""
    fate = shown(row).fate
    became = told(fate) if fate else ""
    if row.state != AskState.ANSWERED or row.answered_by is None:
        return f"This is no longer being asked. {became}".rstrip()
    who = "You" if row.answered_by == person else display_name(tx, row.answered_by)
    return f"{who} answered this already. {became}".rstrip()
