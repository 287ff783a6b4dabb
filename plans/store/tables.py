"""Every table of Steward's own. Rows hold the state; the engine's tables beside them hold only what is under way.

Instants are UTC; which clock (plan or wall) is said where it matters. JSON columns hold the dumped models of
``plans.model`` and ``plans.ports``; none ever holds a secret.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from plans.store.columns import Instant

Json = dict[str, Any]


class PlanRow(SQLModel, table=True):
    """A plan's frame; its items are rows of their own."""

    __tablename__ = "plan"

    slug: str = Field(primary_key=True)
    prefix: str = Field(unique=True)
    state: str = "proposed"
    """proposed → active ⇄ stopped; or rejected."""
    chat: str = Field(index=True)
    """Where it lives: the conversation (in a channel: the thread) in which its goal was given."""
    owner: str
    revision: int = 0
    """The number of the last approved revision."""
    next_number: int = 1
    """The next item's number."""
    seq: int = 0
    """Grows with every wake-up of the plan; names the continuation."""
    frame: Json = Field(sa_type=JSON)
    """``plans.model.plan.Plan`` without its items."""
    created_at: datetime = Field(sa_type=Instant)


class ItemRow(SQLModel, table=True):
    """One item of an approved plan. ``body`` is the whole ``Item``; the columns repeat what queries need."""

    __tablename__ = "item"

    id: str = Field(primary_key=True)
    plan: str = Field(foreign_key="plan.slug", index=True)
    position: int
    kind: str
    state: str = Field(index=True)
    agent: str | None = None
    end: date
    body: Json = Field(sa_type=JSON)


class RevisionRow(SQLModel, table=True):
    """A change of a plan: typed edits, why, by whom, signed by whom. Kept for ever."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("plan", "number"),)

    id: str = Field(primary_key=True)
    """``<plan>:<number>``, with the number under which it was proposed."""
    plan: str = Field(foreign_key="plan.slug", index=True)
    number: int
    """Grows with every approval: a proposal that is approved behind a later one gets the next number."""
    base: int = 0
    """The plan's last approved number when this was proposed, or last shown; what was approved since must not touch
    what this touches."""
    state: str = "proposed"
    """proposed → approved · rejected · replaced (something signed first got in its way)."""
    edits: list[Json] = Field(sa_type=JSON)
    undo: list[Json] = Field(default_factory=list, sa_type=JSON)
    """The edits that take it back; written when it is approved."""
    undoes: int | None = None
    """The number of the revision that this one takes back."""
    reason: str
    planned_by: str = ""
    """Claude or which playbook, and why; of a change how it came about, in a word: ``talk``, ``import``, ``repair``."""
    proposer: str
    signed_by: str | None = None
    hash: str
    created_at: datetime = Field(sa_type=Instant)
    signed_at: datetime | None = Field(default=None, sa_type=Instant)


class DelegationRow(SQLModel, table=True):
    """One brief given to one agent. ``seq`` grows with every transition and names the continuation."""

    __tablename__ = "delegation"

    id: str = Field(primary_key=True)
    plan: str = Field(foreign_key="plan.slug", index=True)
    item: str = Field(index=True)
    agent: str
    state: str = Field(default="new", index=True)
    """new → asking_approval → intended → working ⇄ needs_input · needs_2fa … → verifying → done · failed · unknown ·
    canceled · refused."""
    seq: int = 0
    attempt: int = 1
    """1 for the item's first agent, 2 for the next."""
    key: str
    """Names the act for ever; what the agent's system is searched for after an unknown outcome."""
    brief: Json = Field(sa_type=JSON)
    ref: Json | None = Field(default=None, sa_type=JSON)
    step: Json | None = Field(default=None, sa_type=JSON)
    """The last ``Step`` seen."""
    decision: str | None = None
    ask: str | None = None
    """The open question or approval, if one is."""
    answer: Json | None = Field(default=None, sa_type=JSON)
    """The person's answer on its way to the agent."""
    looks: int = 0
    """How often an unknown outcome was looked at without finding out."""
    failures: int = 0
    """How often in a row the agent could not be reached."""
    cancel: str = ""
    """Why it is to be called off, if it is."""
    created_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class IntentRow(SQLModel, table=True):
    """Written before an act and receipted after it; between the two the outcome is unknown until looked at."""

    __tablename__ = "intent"

    key: str = Field(primary_key=True)
    decision: str
    delegation: str = Field(index=True)
    state: str = "written"
    """written → sent → receipted · void."""
    written_at: datetime = Field(sa_type=Instant)
    receipt: Json | None = Field(default=None, sa_type=JSON)


class AskRow(SQLModel, table=True):
    """Something asked of a person on a card: a yes to a revision or an act, an answer, a code, a repair.

    For a code only challenge, clicker and time are kept: ``answer`` stays empty.
    """

    __tablename__ = "ask"

    id: str = Field(primary_key=True)
    kind: str
    state: str = Field(default="open", index=True)
    plan: str | None = Field(default=None, index=True)
    entity: str
    """What it is about: a revision's id, a delegation's id, an item's id."""
    chat: str
    """Where the card stands."""
    allowed: list[str] = Field(sa_type=JSON)
    """The people who may answer."""
    hash: str
    """SHA-256 of what was shown; a click carrying another hash is refused."""
    notice: Json = Field(sa_type=JSON)
    """What is shown; replaced with its fate when it is answered."""
    message: str
    """Key of the message that shows it."""
    asked_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    verb: str | None = None
    answer: Json | None = Field(default=None, sa_type=JSON)
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=Instant)


class DecisionRow(SQLModel, table=True):
    """Why an act was or was not done; written before it. Append-only."""

    __tablename__ = "decision"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    plan: str | None = Field(default=None, index=True)
    item: str | None = Field(default=None, index=True)
    delegation: str | None = Field(default=None, index=True)
    kind: str
    """``act``, ``plan``, ``revision``, ``route``, ``refusal``, ``week``."""
    what: str
    why: str
    actor: str
    """Agent or person who would act."""
    act: Json | None = Field(default=None, sa_type=JSON)
    """``plans.governance.acts.Act`` as it was judged."""
    act_hash: str | None = None
    data: Json = Field(default_factory=dict, sa_type=JSON)
    """On what it rests: ids and hashes, model usage with request id."""
    verdict: str
    rules: list[str] = Field(default_factory=list, sa_type=JSON)
    policy: str = ""
    """Hash of the policy set."""
    approver: str | None = None


class OutcomeRow(SQLModel, table=True):
    """What became of a decision; written after. A decision has one, or is an open question."""

    __tablename__ = "outcome"

    decision: str = Field(primary_key=True, foreign_key="decision.id")
    at: datetime = Field(sa_type=Instant)
    state: str
    """succeeded · failed · refused · unknown · canceled."""
    verified: str = ""
    """How it was checked, and what was seen."""
    evidence: Json = Field(default_factory=dict, sa_type=JSON)
    cost_minor: int = 0
    currency: str = "EUR"


class ForecastRow(SQLModel, table=True):
    """Something that was said to be so likely, and, as soon as it is known, whether it came true. Kept for ever.

    Instants and days are the plan's.
    """

    __tablename__ = "forecast"

    id: str = Field(primary_key=True)
    """``<plan>:<day made>:<about>``: one of a kind and day, the first."""
    plan: str = Field(foreign_key="plan.slug", index=True)
    item: str | None = None
    """None: the whole plan."""
    at: datetime = Field(sa_type=Instant)
    by: date
    """What was forecast: that it is finished by the end of that day."""
    probability: float
    resolved_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    came_true: bool | None = None
    """None while nobody knows, and for ever when it was dropped before its day."""


class ReservationRow(SQLModel, table=True):
    """A sum held under a plan's budget before an act, settled or released after it."""

    __tablename__ = "reservation"

    decision: str = Field(primary_key=True)
    plan: str = Field(index=True)
    currency: str
    held_minor: int
    settled_minor: int = 0
    state: str = "held"
    """held → settled · released."""


class PersonRow(SQLModel, table=True):
    __tablename__ = "person"

    id: str = Field(primary_key=True)
    """Entra object id, else the channel's id."""
    teams_id: str
    """What a mention and a new conversation need, e.g. ``29:…``."""
    name: str
    personal_chat: str | None = None
    welcomed_at: datetime | None = Field(default=None, sa_type=Instant)


class ChatRow(SQLModel, table=True):
    """A conversation that the bot has seen, refreshed by every activity from it."""

    __tablename__ = "chat"

    id: str = Field(primary_key=True)
    """In a channel with ``;messageid=<root>``."""
    kind: str
    """personal · groupChat · channel."""
    service_url: str
    tenant: str
    bot_id: str
    name: str = ""
    welcomed_at: datetime | None = Field(default=None, sa_type=Instant)


class InboundRow(SQLModel, table=True):
    """Every activity once. The body of a card that carries a code is never stored."""

    __tablename__ = "inbound"

    id: str = Field(primary_key=True)
    """SHA-256 over tenant, conversation and activity id."""
    at: datetime = Field(sa_type=Instant)
    activity: Json = Field(sa_type=JSON)
    handled_at: datetime | None = Field(default=None, sa_type=Instant)


class MessageRow(SQLModel, table=True):
    """A message that Teams is to show. The sender makes Teams agree with the row: first a post, later updates."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_due", "state", "not_before"),)

    key: str = Field(primary_key=True)
    number: int = Field(index=True)
    """Order within all messages; within a chat they are sent in this order."""
    chat: str = Field(index=True)
    activity: Json = Field(sa_type=JSON)
    version: int = 1
    sent_version: int = 0
    activity_id: str | None = None
    state: str = "pending"
    """pending → sent; or failed."""
    attempts: int = 0
    not_before: datetime = Field(sa_type=Instant)
    """Wall clock."""
    claimed_until: datetime | None = Field(default=None, sa_type=Instant)
    error: str = ""
    created_at: datetime = Field(sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)


class TimerRow(SQLModel, table=True):
    """Something falls due. Consumed in the transaction of what it causes."""

    __tablename__ = "timer"
    __table_args__ = (Index("ix_timer_due", "clock", "due_at"),)

    key: str = Field(primary_key=True)
    clock: str
    """``plan`` or ``wall``."""
    due_at: datetime = Field(sa_type=Instant)
    kind: str
    entity: str


class PlanClockRow(SQLModel, table=True):
    """Where the plan's clock stands; one row. Identity with the wall clock unless in a rehearsal."""

    __tablename__ = "plan_clock"

    id: int = Field(default=1, primary_key=True)
    plan_at: datetime = Field(sa_type=Instant)
    wall_at: datetime = Field(sa_type=Instant)
    running: bool = True


class StopRow(SQLModel, table=True):
    """A stop that is in force: on everything, a plan or an agent."""

    __tablename__ = "stop"

    scope: str = Field(primary_key=True)
    """``*``, ``plan:<slug>``, ``agent:<name>``."""
    by: str
    at: datetime = Field(sa_type=Instant)


class LeaseRow(SQLModel, table=True):
    """One holder at a time, e.g. of a person's session at a vendor. Fenced by a growing number."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    fence: int = 1
    until: datetime = Field(sa_type=Instant)
    """Wall clock."""


class SealedRow(SQLModel, table=True):
    """Something sealed by the vault: a credential, a browser session. Useless without the key."""

    __tablename__ = "sealed"

    name: str = Field(primary_key=True)
    version: int = 1
    nonce: bytes
    box: bytes
    at: datetime = Field(sa_type=Instant)


class WorkerBeatRow(SQLModel, table=True):
    """That a worker is alive. Used with several workers on PostgreSQL only; by the database's clock."""

    __tablename__ = "worker_beat"

    executor: str = Field(primary_key=True)
    seen: datetime = Field(sa_type=Instant)
