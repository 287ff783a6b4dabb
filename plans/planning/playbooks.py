"""The playbooks there are, and which of them a goal calls for.

Chosen by counting what the goal says, so that the same goal always gets the same playbook and the reason can be told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from plans.errors import UserError
from plans.model.calendar import spoken
from plans.planning.outline import Desk
from plans.planning.playbook_file import Playbook, load

FOLDER = Path(__file__).with_suffix("")
DEFAULT = "product_launch"


@dataclass(frozen=True)
class Choice:
    playbook: Playbook
    why: str
    """In words, to stand behind ``chosen because``."""


@cache
def shelf() -> tuple[Playbook, ...]:
    """The playbooks that come with Steward, the default first. Raises SetupError when one is not valid."""
    found = [load(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda playbook: playbook.name != DEFAULT))


def _heard(playbook: Playbook, text: str) -> dict[str, int]:
    """The playbook's keywords that the text has as whole words, with their weights."""
    return {
        word: weight
        for word, weight in playbook.keywords.items()
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
    }


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def choose(text: str, playbooks: Sequence[Playbook] | None = None) -> Choice:
    """The playbook whose keywords weigh most in the goal; on a tie, or without any, the default."""
    found = tuple(playbooks) if playbooks is not None else shelf()
    heard = {playbook.name: _heard(playbook, text) for playbook in found}
    scores = {playbook.name: sum(heard[playbook.name].values()) for playbook in found}
    default = next(playbook for playbook in found if playbook.name == DEFAULT)
    best = max(scores.values())
    if not best:
        return Choice(default, "the goal says nothing that points to another")
    leading = [playbook for playbook in found if scores[playbook.name] == best]
    if len(leading) > 1:
        labels = " and ".join(f"*{playbook.label}*" for playbook in leading)
        return Choice(default, f"the goal points to {labels} alike")
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
