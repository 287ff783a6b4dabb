"""What a command works with: the parts wired once, and the turn it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from bot.changes import Changes
from bot.commands.parse import Spoken
from bot.proposals import Proposals
from plans.errors import UserError
from plans.governance.revisions import Revisions
from plans.planning.playbooks import Shelf
from plans.ports.time import Clock
from plans.ports.work import Roster
from plans.words import ChatId, ItemId, PersonId, PlanSlug

OnPlan = Callable[[Session, PlanSlug], object]
OnItem = Callable[[Session, PlanSlug, ItemId], object]
OnSome = Callable[[Session, PlanSlug | None], object]


@dataclass(frozen=True)
class Desk:
    """The parts, and what delegation does when a command has changed something (inside the same transaction)."""

    revisions: Revisions
    proposals: Proposals
    changes: Changes
    roster: Roster
    playbooks: Shelf
    wall: Clock
    plan_clock: Clock
    wake: OnPlan
    """An item was settled: look what may begin now."""
    halted: OnSome
    """A stop is in force on the plan, or on everything: call back what is outside."""
    resumed: OnSome
    """It was lifted."""
    mend: OnItem
    """Shows the alert about an item that is late. Raises UserError when there is none."""


@dataclass(frozen=True)
class Turn:
    """Who said what, where."""

    chat: ChatId
    personal: bool
    person: PersonId
    said: Spoken


class Choose(UserError):
    """It could mean several things: each is offered as a button. ``choices``: its name, and what to type for it."""

    def __init__(self, question: str, choices: list[tuple[str, str]]) -> None:
        super().__init__(question)
        self.choices = choices
