"""What was agreed about a plan, and what could go wrong with it: typed objects, each with who and when.

A constraint is kept by a rule of the critic, the one its kind names; a risk is watched and told. Neither is free text
that somebody has to remember.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from plans.words import ConstraintId, ItemId, Money, PersonId, RiskId, Verb


class _Agreed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: ClassVar[str]
    """The rule of the critic that keeps constraints of this kind."""
    id: ConstraintId
    text: str = Field(min_length=1, max_length=400)
    """In the words in which it was agreed."""
    by: PersonId
    """Who agreed to it."""
    on: date
    """When, as a day of the plan's zone."""


class Spend(_Agreed):
    """The items' budgets together stay within a sum."""

    rule: ClassVar[str] = "C20"
    kind: Literal["spend"] = "spend"
    most: Money


class NotBefore(_Agreed):
    """An item, and all that is under it, does not begin before a day."""

    rule: ClassVar[str] = "C21"
    kind: Literal["not_before"] = "not_before"
    item: ItemId
    day: date


class NotAfter(_Agreed):
    """An item, and all that is under it, is over by a day."""

    rule: ClassVar[str] = "C22"
    kind: Literal["not_after"] = "not_after"
    item: ItemId
    day: date


class Embargo(_Agreed):
    """Nothing of these verbs happens from one day to another, both included."""

    rule: ClassVar[str] = "C23"
    kind: Literal["embargo"] = "embargo"
    start: date
    end: date
    verbs: tuple[Verb, ...] = (Verb.PUBLISH, Verb.MESSAGE)

    @model_validator(mode="after")
    def _ordered(self) -> Embargo:
        if self.end < self.start:
            raise ValueError(f"the embargo ends ({self.end}) before it starts ({self.start})")
        return self


class AtMost(_Agreed):
    """No more than so many items of a verb end within any calendar week (Monday to Sunday), or any one day."""

    rule: ClassVar[str] = "C24"
    kind: Literal["at_most"] = "at_most"
    verb: Verb
    most: int = Field(ge=0)
    per: Literal["week", "day"] = "week"


class Unsaid(_Agreed):
    """Words that the plan's titles and instructions do not use, whatever their case: a brand's limits."""

    rule: ClassVar[str] = "C25"
    kind: Literal["unsaid"] = "unsaid"
    words: tuple[str, ...] = Field(min_length=1)


Constraint = Annotated[
    Spend | NotBefore | NotAfter | Embargo | AtMost | Unsaid,
    Field(discriminator="kind"),
]


class Risk(BaseModel):
    """Something that could go wrong, as somebody sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: RiskId
    text: str = Field(min_length=1, max_length=400)
    probability: float = Field(ge=0, le=1)
    days: int = Field(default=0, ge=0)
    """Working days by which it would move the finish."""
    cost: Money | None = None
    items: tuple[ItemId, ...] = ()
    """What it would hit."""
    mitigation: str = ""
    owner: PersonId
    """Who watches it."""
    sponsor: bool = False
    """Whether the sponsor must see it, however it ranks."""
