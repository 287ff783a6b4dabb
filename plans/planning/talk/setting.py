"""What a sentence about a plan is understood against, and what can become of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from plans.model.calendar import Calendar
from plans.model.edits import Edits
from plans.model.outlook import Outlook
from plans.model.plan import Plan
from plans.model.revision import apply
from plans.ports.work import Agent
from plans.words import ItemId, PersonId


@dataclass(frozen=True)
class Setting:
    """The plan, and whom and which day a sentence can mean. ``today`` is a day of the plan's zone."""

    plan: Plan
    today: date
    speaker: PersonId
    agents: tuple[Agent, ...] = ()
    people: Mapping[PersonId, str] = field(default_factory=dict)
    """The people who can be named, by name."""
    next_number: int = 0
    """Of the next item that is added; what is lower than the plan's own is not used."""
    holidays: Collection[date] = frozenset()

    def on(self, plan: Plan) -> Setting:
        """The same, with the plan as it is after a first change."""
        return replace(self, plan=plan)

    @property
    def calendar(self) -> Calendar:
        return Calendar.of(self.plan, self.holidays)

    @property
    def outlook(self) -> Outlook:
        return Outlook(self.plan, self.today, self.holidays)

    def name_of(self, person: PersonId) -> str:
        return self.people.get(person, person)


@dataclass(frozen=True)
class Change:
    """One thing that is to change, understood."""

    typed: str
    """The same as a sentence in which nothing is left open: with ids and dates. Understood, it is this change again."""
    told: str
    """In words, for the card."""
    edits: Edits
    assumed: str = ""
    """What had to be assumed, in a sentence."""
    deadline: bool = False
    """Whether it is the plan's deadline that was meant to change, rather than that it moves along."""


def applied(plan: Plan, change: Change) -> Plan:
    """Raises UserError when the change does not fit the plan."""
    return apply(plan, change.edits)


@dataclass(frozen=True)
class Understood:
    """Everything that was said, as edits that fit the plan one after the other."""

    edits: Edits
    said: tuple[str, ...]
    """What is changed, in a sentence each."""
    typed: str
    """The whole as a sentence in which nothing is left open."""
    assumed: tuple[str, ...] = ()
    deadline: bool = False
    """Whether it was said to change the deadline, rather than that it moves along."""
    about: tuple[ItemId, ...] = ()
    """The items of the last change: what “it” means afterwards."""


@dataclass(frozen=True)
class Ambiguous:
    """Something could mean several things. ``choices``: what each is called, and the whole sentence with it."""

    question: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NotUnderstood:
    """A part that is not understood; then none of the sentence is done."""

    part: str
    why: str
    choices: tuple[tuple[str, str], ...] = ()
    """What may have been meant: what each is called, and the whole sentence with it."""


class Unclear(Exception):
    """A phrase could mean several things. ``choices``: what each is called, and what would mean it."""

    def __init__(self, question: str, phrase: str, choices: tuple[tuple[str, str], ...]) -> None:
        super().__init__(question)
        self.question = question
        self.phrase = phrase
        self.choices = choices


class Unknown(Exception):
    """A phrase means nothing that is there. ``near``: what may have been meant, as with Unclear."""

    def __init__(self, why: str, phrase: str, near: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.phrase = phrase
        self.near = near
