"""Which playbook a goal calls for.

Chosen by counting what the goal says, so that the same goal always gets the same playbook and the reason can be told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plans.errors import SetupError, UserError
from plans.model.calendar import spoken
from plans.planning.outline import Desk
from plans.planning.playbook_file import load
from plans.planning.playbook_parts import Playbook

FOLDER = Path(__file__).with_suffix("")
DEFAULT = "product_launch"

Shelf = tuple[Playbook, ...]
"""Every playbook there is, the default first."""


@dataclass(frozen=True)
class Choice:
    playbook: Playbook
    why: str
    """In words, to stand behind ``chosen because``."""


def _read(folder: Path) -> dict[str, Playbook]:
    """The playbooks of a folder by name. Raises SetupError when one is not valid, or two have one name."""
    found: dict[str, Playbook] = {}
    for path in sorted(folder.glob("*.yaml")):
        playbook = load(path)
        if playbook.name in found:
            raise SetupError(f"{path}:1: name: another file of {folder} is called {playbook.name} already")
        found[playbook.name] = playbook
    return found


def shelf(own: Path | None = None) -> Shelf:
    """The playbooks that come with Steward, and those of a folder; one of the same name takes the other's place.

    Reads files. Raises SetupError with file, line and reason when one is not valid, or when there is no such folder.
    """
    if own is not None and not own.is_dir():
        raise SetupError(f"{own} is no folder: STEWARD_PLAYBOOKS names one with your own playbooks.")
    found = {**_read(FOLDER), **(_read(own) if own else {})}
    return tuple(sorted(found.values(), key=lambda playbook: (playbook.name != DEFAULT, playbook.name)))


def named(text: str, playbooks: Sequence[Playbook]) -> list[Playbook]:
    """The playbooks that somebody may mean by a name: the one called exactly so, else all that have it in theirs."""
    wanted = " ".join(text.casefold().replace("_", " ").split())
    names = [(playbook, (playbook.name.replace("_", " "), playbook.label.casefold())) for playbook in playbooks]
    exact = [playbook for playbook, called in names if wanted in called]
    return exact or [playbook for playbook, called in names if any(wanted in name for name in called)]


def _heard(playbook: Playbook, text: str) -> dict[str, int]:
    """The playbook's keywords that the text has as whole words, with their weights."""
    return {
        word: weight
        for word, weight in playbook.keywords.items()
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
    }


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def choose(text: str, playbooks: Sequence[Playbook]) -> Choice:
    """The playbook whose keywords weigh most in the goal; on a tie the first of those, without any the default."""
    heard = {playbook.name: _heard(playbook, text) for playbook in playbooks}
    scores = {playbook.name: sum(heard[playbook.name].values()) for playbook in playbooks}
    best = max(scores.values())
    if not best:
        default = next(playbook for playbook in playbooks if playbook.name == DEFAULT)
        return Choice(default, "the goal says nothing that points to another")
    leading = [playbook for playbook in playbooks if scores[playbook.name] == best]
    if len(leading) > 1:
        labels = " and ".join(f"*{playbook.label}*" for playbook in leading)
        return Choice(leading[0], f"the goal points to {labels} alike")
    words = sorted(heard[leading[0].name], key=lambda word: -heard[leading[0].name][word])
    return Choice(leading[0], f"the goal says {_quoted(words[:3])}")


def feasible(playbook: Playbook, desk: Desk) -> None:
    """Raises UserError, with the earliest day there is, when the deadline is nearer than the playbook's lead time."""
    if desk.days >= playbook.lead_days:
        return
    earliest = desk.day(playbook.lead_days - 1)
    due = desk.goal.deadline
    left = f"{desk.days} working day{'s' * (desk.days != 1)}"
    raise UserError(
        f"{spoken(due)} ({due}) is too near: a {playbook.label} takes at least {playbook.lead_days} working days, "
        f"and there {'is' if desk.days == 1 else 'are'} {left} left.",
        f"The earliest day is {spoken(earliest)}: say the goal again with “by {earliest}”, or ask for a part of it.",
    )
