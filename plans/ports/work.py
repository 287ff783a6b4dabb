"""The contract with whoever does the work: what an agent is told, and what it says back.

A vendor's strings live only in the fields marked *data*; nothing in the house takes a tool, a URL, a recipient, an
amount, an approver or a policy from them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from plans.words import AgentName, Check, DelegationId, ItemId, Money, PersonId, PlanSlug, StepState, Verb

Ref = dict[str, Any]
"""Whatever an adapter needs to find its job again: plain JSON, and all that survives a restart. Never a secret."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Material(_Frozen):
    """What an earlier item produced, handed to the agent of the next one. ``text`` is *data*."""

    item: ItemId
    title: str
    text: str


class Brief(_Frozen):
    """What an agent is told for one item, and nothing more than it may see."""

    delegation: DelegationId
    plan: PlanSlug
    item: ItemId
    title: str
    goal: str
    """The goal the item serves, in the owner's words."""
    instructions: str
    capability: str
    verb: Verb
    check: Check
    deadline: datetime
    """UTC, on the plan's clock."""
    budget: Money | None = None
    materials: tuple[Material, ...] = ()
    recipient: str | None = None
    """Whom the act reaches (a mailing list's name, an address); from the plan, approved by a person."""
    on_behalf_of: PersonId
    """Whose session and second factor are used where the agent acts as a user: the item's owner."""


class Question(_Frozen):
    """Something the agent asks back. ``text`` and ``options`` are *data*."""

    id: str
    text: str
    options: tuple[str, ...] = ()


class Answer(_Frozen):
    """A person's answer to the question of that id."""

    question: str
    text: str
    by: PersonId


class Artifact(_Frozen):
    """What the agent says it made. ``title`` and ``text`` are *data*."""

    id: str
    kind: str
    title: str = ""
    text: str = ""


class Step(_Frozen):
    """Where a brief stands with its agent."""

    state: StepState
    ref: Ref
    seq: int = 0
    """Grows with every change the agent reports; an older step arriving late is dropped."""
    progress: str = ""
    """*Data*: shown, never acted on."""
    question: Question | None = None
    artifacts: tuple[Artifact, ...] = ()
    retry_after: float | None = None
    """Wall-clock seconds until looking again makes sense."""
    cost: Money | None = None
    """What the agent charged; settled against the reservation, never above it without a person."""
    reason: str = ""
    """Why it failed, is unknown or needs somebody, in our words (never a secret, never a traceback)."""


class Query(_Frozen):
    """What to read back to verify a brief: the same brief, the ref and what the agent claims to have made."""

    brief: Brief
    key: str
    ref: Ref
    artifacts: tuple[Artifact, ...] = ()


class Evidence(_Frozen):
    """What the agent's own system shows, read without side effects."""

    found: bool
    control: bool = True
    """Whether something known to be there was found too; without it *not found* proves nothing."""
    source: str
    """Where it was read, e.g. ``maildesk campaign list``."""
    attributes: dict[str, int | str] = Field(default_factory=dict)
    """What the acceptance test compares: ``words``, ``status``, ``recipients``, ``reference`` …"""
    excerpt: str = ""
    """*Data*: at most 500 characters for the log."""


class Capabilities(_Frozen):
    """What an agent can do, as far as could be seen."""

    agent: AgentName
    driver: Literal["mcp", "a2a", "rest_session", "browser", "person"]
    capabilities: tuple[str, ...]
    tested: Literal["double", "foreign", "live"]
    """How its adapter was tested; shown in the inventory."""
    healthy: bool
    detail: str = ""
    """In our words: version, or what is wrong."""
    digest: str = ""
    """Hash of what the agent declares of itself; a change is a decision somebody sees."""


class Hint(_Frozen):
    """Something may have changed; wakes a ``resume`` and is otherwise not believed."""

    ref: Ref


class Delegate(Protocol):
    """Whoever can be given a brief. Implementations raise only errors of ``plans.errors.VendorError``.

    ``key`` is stored before the call and names this act for ever. ``submit`` is called at most once per key; whatever
    happens to it, the next call is ``reconcile`` (which looks) or ``resume``.
    """

    async def describe(self) -> Capabilities: ...

    async def submit(self, brief: Brief, key: str) -> Step: ...

    async def resume(self, ref: Ref, answer: Answer | None, key: str) -> Step:
        """Polls, reattaches, or answers; safe to repeat without an answer."""
        ...

    async def reconcile(self, ref: Ref | None, key: str, brief: Brief) -> Step:
        """After an unknown outcome, even before any receipt: look, and say what is there.

        Returns state ``canceled`` when it is certain that nothing was begun (submitting again is then safe), and
        ``unknown`` when it cannot be told.
        """
        ...

    async def read(self, query: Query) -> Evidence:
        """Free of side effects."""
        ...

    async def cancel(self, ref: Ref) -> Step: ...

    def events(self, ref: Ref) -> AsyncIterator[Hint]:
        """Optional: an adapter without events yields nothing."""
        ...


class Agent(_Frozen):
    """One row of the inventory, as the rooms of plans see it. Entered by an owner, never by a vendor."""

    name: AgentName
    driver: Literal["mcp", "a2a", "rest_session", "browser", "person"]
    capabilities: tuple[str, ...]
    owner: str
    """Who answers for it: an address or a person id."""
    may: tuple[Verb, ...]
    reads: tuple[str, ...] = ()
    price: Money = Money(minor=0)
    """What one brief costs at most; reserved before."""
    concurrent: int = 2


class Roster(Protocol):
    """The inventory, as plans asks for it."""

    def agents(self) -> tuple[Agent, ...]: ...

    def agent(self, name: AgentName) -> Agent:
        """Raises UserError when there is none of that name."""
        ...

    def delegate(self, name: AgentName) -> Delegate: ...
