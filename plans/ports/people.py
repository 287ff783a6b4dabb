"""How plans reaches people without seeing Teams: notices out, second factors in.

A notice is everything a card needs, and nothing about how it looks. It is posted inside the transaction that made it
true, under a key: posting the same key again replaces the message in place.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from plans.errors import VendorRefused
from plans.words import AgentName, AskId, ChatId, ItemId, ItemState, PersonId, PlanSlug, Secret


class _Notice(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fate(_Notice):
    """What became of something asked: shown on the card in place of its buttons."""

    word: str
    """``Approved``, ``Rejected``, ``Answered``, ``Expired``, ``Replaced``."""
    by: str = ""
    note: str = ""


class ItemLine(_Notice):
    id: ItemId
    title: str
    who: str
    """The agent or person who will do it."""
    start: date
    end: date
    check: str
    """The acceptance test in words."""
    needs_card: bool = False
    """Whether it will ask on a card of its own before it acts."""


class ObjectiveLine(_Notice):
    id: ItemId
    title: str
    metric: str
    target: str
    due: date


class StreamLine(_Notice):
    id: ItemId
    title: str
    moves: str
    """The objective and metric it moves."""
    start: date
    end: date
    milestones: tuple[str, ...] = ()
    later: str = ""
    """Its tasks that do not begin this week, counted by month."""


class ProposalNotice(_Notice):
    kind: Literal["proposal"] = "proposal"
    ask: AskId
    hash: str
    plan: PlanSlug
    revision: int
    title: str
    goal: str
    north_star: str
    today: date
    deadline: date
    objectives: tuple[ObjectiveLine, ...]
    streams: tuple[StreamLine, ...]
    week: tuple[ItemLine, ...]
    """What begins within a week of the plan's first day."""
    later: str = ""
    """How many tasks begin after that, by month; empty where none does."""
    agreed: tuple[str, ...] = ()
    """The constraints that a yes agrees to."""
    risks: tuple[str, ...] = ()
    """The gravest first."""
    assumptions: tuple[str, ...]
    questions: tuple[str, ...]
    cost: str
    """What it will cost at most, in words."""
    planned_by: str
    """Claude or which playbook, and why that one."""
    approver: str
    reason: str = ""
    changes: tuple[str, ...] = ()
    """Of a plan that is approved: what this version would change, line by line."""
    notes: tuple[str, ...] = ()
    """What the proposal does not contain though it was asked for, or would bring with it."""
    fate: Fate | None = None


class ActNotice(_Notice):
    """The whole act, for approval: who does what to whom, with which text, for how much, under which policy."""

    kind: Literal["act"] = "act"
    ask: AskId
    hash: str
    plan: PlanSlug
    item: ItemId
    title: str
    agent: AgentName
    verb: str
    recipient: str
    text: str
    amount: str
    policy: str
    undo: str
    expires: datetime
    approver: str
    fate: Fate | None = None


class QuestionNotice(_Notice):
    """An agent's question. ``text`` and ``options`` are the vendor's words: shown as text, never as markup."""

    kind: Literal["question"] = "question"
    ask: AskId
    hash: str
    plan: PlanSlug
    item: ItemId
    title: str
    agent: AgentName
    text: str
    options: tuple[str, ...]
    answerer: str
    fate: Fate | None = None


class ChallengeNotice(_Notice):
    """A second factor is asked for; shown in the personal chat of its owner only."""

    kind: Literal["challenge"] = "challenge"
    ask: AskId
    hash: str
    vendor: str
    host: str
    item: ItemId
    why: str
    """What the code is for, and who started it."""
    asked_at: datetime
    expires: datetime
    attempt: int
    said: str = ""
    """What went wrong with the code before, if one did."""
    fate: Fate | None = None


class RepairLine(_Notice):
    verb: Literal["extend", "reassign", "drop"]
    label: str
    effect: str
    """What it does to the finish date and to the items behind it."""


class SlipNotice(_Notice):
    kind: Literal["slip"] = "slip"
    ask: AskId
    hash: str
    plan: PlanSlug
    item: ItemId
    title: str
    who: str
    due: date
    finish_before: date
    finish_now: date
    moves: tuple[str, ...]
    """The items it pushes back, with their new dates."""
    repairs: tuple[RepairLine, ...]
    owner: str
    fate: Fate | None = None


class RevisionNotice(_Notice):
    """A revision was signed: what changed, and how to take it back."""

    kind: Literal["revision"] = "revision"
    plan: PlanSlug
    number: int
    reason: str
    by: str
    changes: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What else is to be known: what it was put onto, and what is called off by it."""
    finish: date
    today: date | None = None
    """The day of the plan's zone on which it was signed."""


class LateLine(_Notice):
    id: ItemId
    title: str
    who: str
    due: date
    days: int
    """By how many days it moves the plan's finish."""


class LateNotice(_Notice):
    """More of a plan is late than is told on a card each: the rest of it in one list, the worst first."""

    kind: Literal["late"] = "late"
    plan: PlanSlug
    title: str
    today: date
    alone: int
    """How many of those told that day have cards of their own."""
    lines: tuple[LateLine, ...]


class WeekLine(_Notice):
    id: ItemId
    title: str
    who: str
    start: date
    end: date
    """The last of its days within the week."""
    state: ItemState
    late: bool = False
    """Whether it should have been done before the week."""


class WeekNotice(_Notice):
    """A week of a plan as it was derived: who does what, what is not there and why, what somebody has to decide."""

    kind: Literal["week"] = "week"
    plan: PlanSlug
    title: str
    monday: date
    today: date
    ahead: bool = False
    """Whether it is a look at a week to come, of which nothing is kept."""
    summary: str
    lines: tuple[WeekLine, ...]
    decisions: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class WideningNotice(_Notice):
    """What no longer fits the tiers above it, and what would have to move for that; its owner says."""

    kind: Literal["widening"] = "widening"
    ask: AskId
    hash: str
    plan: PlanSlug
    revision: int
    title: str
    today: date
    outside: tuple[str, ...]
    changes: tuple[str, ...]
    finish_before: date
    finish_now: date
    owner: str
    fate: Fate | None = None


class ChangeNotice(_Notice):
    """A change of a plan that stands, for its owner to approve: what it would change, and what would not fit then."""

    kind: Literal["change"] = "change"
    ask: AskId
    hash: str
    plan: PlanSlug
    revision: int
    title: str
    """The plan's."""
    reason: str
    """What was asked for, in a sentence."""
    proposer: str
    changes: tuple[str, ...]
    broken: tuple[str, ...]
    """Rules that it breaks, or that the plan as it stands does not keep, with the items."""
    fallout: tuple[str, ...]
    """What falls out of line below what it changes."""
    finish_before: date
    finish_after: date
    today: date
    approver: str
    fate: Fate | None = None


class SaidNotice(_Notice):
    """A change that somebody said, put before the plan's owner with what it does. A yes makes it the plan."""

    kind: Literal["said"] = "said"
    ask: AskId
    hash: str
    plan: PlanSlug
    revision: int
    title: str
    by: str
    """Who said it."""
    said: str
    """In their words."""
    understood: tuple[str, ...]
    """What was understood, a sentence for each change."""
    assumed: tuple[str, ...]
    changes: tuple[str, ...]
    """The diff: a line for each thing that changes."""
    breaks: tuple[str, ...]
    """What no longer holds with it: the deadline as agreed, rules."""
    finish: str
    last_work: str = ""
    """When the last task ends, where that changes."""
    cost: str = ""
    chance: str = ""
    approver: str
    fate: Fate | None = None


class ProgressNotice(_Notice):
    """One line on how things go; replaced in place."""

    kind: Literal["progress"] = "progress"
    text: str


class ItemNotice(_Notice):
    """Something became of an item: done and verified, failed, unknown, moved to somebody else."""

    kind: Literal["item"] = "item"
    plan: PlanSlug
    item: ItemId
    title: str
    who: str
    state: str
    detail: str
    """In our words: how it was verified, or what is wrong and what happens next."""
    quote: str = ""
    """The vendor's words, shown as text."""


Notice = (
    ProposalNotice
    | ActNotice
    | QuestionNotice
    | ChallengeNotice
    | SlipNotice
    | RevisionNotice
    | LateNotice
    | WeekNotice
    | WideningNotice
    | ChangeNotice
    | SaidNotice
    | ProgressNotice
    | ItemNotice
)


class Messenger(Protocol):
    """The plan's voice in Teams. Both methods only write rows, inside the caller's transaction."""

    def post(self, tx: Session, to: ChatId, notice: Notice, key: str) -> None:
        """Puts the notice into a chat; the same key replaces the message in place."""
        ...

    def whisper(self, tx: Session, to: PersonId, notice: Notice, key: str) -> None:
        """Puts the notice into the person's personal chat with the bot."""
        ...


class ChallengeRequest(BaseModel):
    """What an adapter asks a person's second factor for. Carries no secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: PersonId
    vendor: str
    origin: str
    """Scheme, host and port of the page that asks; the code is only ever typed into this origin."""
    item: ItemId
    plan: PlanSlug
    why: str
    attempt: int = 1
    said: str = ""
    ttl: float = 120.0
    """Wall-clock seconds."""


class ChallengeExpired(VendorRefused):
    """Nobody gave the code in time, or it is not waited for any more; nothing was done with it."""


class Challenges(Protocol):
    """The broker of one-time codes: memory only, one use, owner only, personal chat only."""

    async def ask(self, request: ChallengeRequest) -> Secret:
        """Waits for the person. Raises ChallengeExpired (a VendorError) when nobody answers in time."""
        ...

    async def answer(self, ask: AskId, person: PersonId, chat_kind: str, code: Secret) -> str:
        """One of ``ok · unknown-or-used · not-personal · not-owner · expired · bad-format``."""
        ...
