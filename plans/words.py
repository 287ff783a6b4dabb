"""The words every room shares: ids, states, verbs, money, secrets.

Nothing here does anything; it is the vocabulary of the house, in types, so that mypy sees a vendor's string on its
way into a control field and a log line never sees a secret.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NewType, NoReturn

from pydantic import BaseModel, ConfigDict, Field

PlanSlug = NewType("PlanSlug", str)
"""A plan's name in chat and in addresses, e.g. ``northwind-analytics``."""
ItemId = NewType("ItemId", str)
"""An item's name on its plan, e.g. ``NA-12``; unique over all plans."""
AgentName = NewType("AgentName", str)
"""An agent's name in the inventory, e.g. ``writer``. Never taken from a vendor's text."""
PersonId = NewType("PersonId", str)
"""A person's Entra object id (``aadObjectId``), or the channel's id where there is none."""
ChatId = NewType("ChatId", str)
"""A Teams conversation id; in a channel it carries ``;messageid=<root>``, which is the thread."""
AskId = NewType("AskId", str)
"""Names one thing asked of a person; at least 96 random bits, so that it also serves as the button's nonce."""
Doer = NewType("Doer", str)
"""Who spends time on an item: ``agent:quill``, ``role:designer`` (a seat somebody fills) or ``person:<id>``."""
ConstraintId = NewType("ConstraintId", str)
"""Something agreed about a plan, e.g. ``K3``; unique on its plan, never given out twice."""
RiskId = NewType("RiskId", str)
"""Something that could go wrong, e.g. ``R2``; unique on its plan."""
DecisionId = NewType("DecisionId", str)
DelegationId = NewType("DelegationId", str)


class Verb(StrEnum):
    """What an act does to the world. An agent's entry in the inventory says which it may."""

    READ = "read"
    DRAFT = "draft"
    PUBLISH = "publish"
    MESSAGE = "message"
    SPEND = "spend"
    CHANGE = "change"


class ItemKind(StrEnum):
    OBJECTIVE = "objective"
    STREAM = "stream"
    MILESTONE = "milestone"
    TASK = "task"


class Tier(StrEnum):
    MASTER = "master"
    TACTICAL = "tactical"
    WEEKLY = "weekly"


class ItemState(StrEnum):
    """Late and at risk are computed, never stored."""

    PROPOSED = "proposed"
    PLANNED = "planned"
    READY = "ready"
    DELEGATED = "delegated"
    ASKING = "asking"
    DONE = "done"
    DROPPED = "dropped"
    FAILED = "failed"
    UNKNOWN = "unknown"


SETTLED: Final = frozenset({ItemState.DONE, ItemState.DROPPED})
"""States in which an item no longer holds anything up."""
IN_FLIGHT: Final = frozenset({ItemState.DELEGATED, ItemState.ASKING, ItemState.UNKNOWN})
"""States in which somebody outside is, or may be, working on the item."""


class StepState(StrEnum):
    """What an agent says of a brief it was given (the states of A2A, plus what it has no word for)."""

    WORKING = "working"
    NEEDS_INPUT = "needs_input"
    NEEDS_APPROVAL = "needs_approval"
    NEEDS_2FA = "needs_2fa"
    NEEDS_LOGIN = "needs_login"
    NEEDS_HUMAN = "needs_human"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class AskKind(StrEnum):
    """What a person can be asked for."""

    REVISION = "revision"  # yes to a proposed revision of a plan
    ACT = "act"  # yes to one act, bound by hash
    QUESTION = "question"  # an agent's question back
    CHALLENGE = "challenge"  # a second factor; the answer itself is never stored
    REPAIR = "repair"  # which repair of a slip


class AskState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    VOID = "void"


class Check(BaseModel):
    """An acceptance test that code can run against what was read back from the world.

    ``expects`` are floors on the evidence's attributes: numbers compare with >=, text with equality after
    case-folding and trimming.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    """The test in words, for the card."""
    expects: dict[str, int | str] = Field(default_factory=dict)


class Money(BaseModel):
    """An amount in a currency's minor unit (cents), so that sums are exact."""

    model_config = ConfigDict(frozen=True)

    minor: int
    currency: str = "EUR"

    @classmethod
    def of(cls, major: int, currency: str = "EUR") -> Money:
        return cls(minor=major * 100, currency=currency)

    def plus(self, other: Money) -> Money:
        """Raises ValueError when the currencies differ: nothing here converts."""
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(minor=self.minor + other.minor, currency=self.currency)

    def __str__(self) -> str:
        major, cents = divmod(self.minor, 100)
        return f"{major:,}.{cents:02d} {self.currency}" if cents else f"{major:,} {self.currency}"


class Secret:
    """A password, a code, a token: usable, never printable, never serialisable.

    ``reveal()`` is called where the secret is spent, and nowhere else.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        return self.__value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.reveal()

    def __hash__(self) -> int:
        raise TypeError("a Secret is not hashed")
