"""A whole sentence: every clause understood and applied one after the other, or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from plans.errors import UserError
from plans.model.edits import AddItem, Edit
from plans.model.revision import apply
from plans.planning.talk.grammar import LONGEST, clauses, parts
from plans.planning.talk.phrases import Heard
from plans.planning.talk.reading import READERS
from plans.planning.talk.setting import (
    Ambiguous,
    Change,
    NotUnderstood,
    Setting,
    Unclear,
    Understood,
    Unknown,
    applied,
)
from plans.planning.titles import plain, title
from plans.words import ItemId

Outcome = Understood | Ambiguous | NotUnderstood
_JOIN: Final = "; "


def said(text: str) -> str:
    """What a person wrote as one clean line, its lines set apart as its sentences are."""
    return plain(text.strip().replace("\n", _JOIN))


def sounds(text: str) -> bool:
    """Whether any part of the text is the beginning of a change, of whichever plan."""
    line = said(text)[:LONGEST]
    return any(next(clauses(part), None) is not None for part in parts(line))


def understand(text: str, setting: Setting) -> Outcome | None:
    """What is to change; None when no part of the text is a change.

    Raises UserError, in words, for what is understood and cannot be: a day that does not exist, an item that is done or
    being worked on, an agent that cannot do it. Never anything else, and never half of it.
    """
    line = said(text)
    if not sounds(line):
        return None
    if len(line) > LONGEST:
        return NotUnderstood(title(line, 80), f"That is longer than the {LONGEST} characters that I read at once.")
    return read(parts(line), setting)


def read(found: Sequence[str], setting: Setting, last: tuple[ItemId, ...] = ()) -> Outcome:
    """The clauses, one after the other. ``last``: what “it” means at the beginning. Raises UserError."""
    heard, done = Heard(setting, last), list[Change]()
    for at, part in enumerate(found):

        def whole(instead: str, before: Sequence[Change] = tuple(done), rest: Sequence[str] = found[at + 1 :]) -> str:
            return _JOIN.join([*(change.typed for change in before), instead, *rest])

        try:
            changes = _changes(part, heard)
        except Unclear as unclear:
            return Ambiguous(unclear.question, _sentences(part, unclear.phrase, unclear.choices, whole))
        except Unknown as unknown:
            return NotUnderstood(part, unknown.why, _sentences(part, unknown.phrase, unknown.near, whole))
        if not changes:
            return NotUnderstood(part, f"I do not understand “{title(part, 80)}”.")
        plan = heard.setting.plan
        for change in changes:
            plan = applied(plan, change)
        done += changes
        heard = Heard(setting.on(plan), tuple(dict.fromkeys(one for change in changes for one in _about(change))))
    edits: tuple[Edit, ...] = tuple(edit for change in done for edit in change.edits)
    if apply(setting.plan, edits) == setting.plan:
        raise UserError("That is how it stands already: nothing would change.", "`status` shows how it stands.")
    return Understood(
        edits=edits,
        said=tuple(change.told for change in done),
        typed=_JOIN.join(change.typed for change in done),
        assumed=tuple(dict.fromkeys(change.assumed for change in done if change.assumed)),
        deadline=any(change.deadline for change in done),
        about=heard.last,
    )


def _changes(part: str, heard: Heard) -> list[Change]:
    """The first way of reading the part that makes sense. Raises Unclear or Unknown where none does."""
    trouble: Unclear | Unknown | None = None
    for clause in clauses(part):
        try:
            changes = READERS[clause.kind](heard, clause)
        except Unclear as unclear:
            trouble = unclear if trouble is None or isinstance(trouble, Unknown) else trouble
        except Unknown as unknown:
            trouble = trouble or unknown
        else:
            if changes:
                return changes
    if trouble is not None:
        raise trouble
    return []


def _sentences(
    part: str, phrase: str, choices: Sequence[tuple[str, str]], whole: Callable[[str], str]
) -> tuple[tuple[str, str], ...]:
    """The whole sentence with each choice in the place of the phrase, or of the part where there is no phrase."""
    return tuple((name, whole(part.replace(phrase, meant, 1) if phrase else meant)) for name, meant in choices)


def _about(change: Change) -> tuple[ItemId, ...]:
    """The item that the change is about: its first edit's."""
    for edit in change.edits[:1]:
        if isinstance(edit, AddItem):
            return (edit.item.id,)
        item = getattr(edit, "item", None)
        return (ItemId(item),) if isinstance(item, str) else ()
    return ()
