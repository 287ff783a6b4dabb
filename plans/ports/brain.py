"""The model, as the house sees it: asked for one typed answer at a time, and never the owner of a control field."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T", bound=BaseModel)


class Usage(BaseModel):
    """What a call cost; recorded with the decision."""

    model_config = ConfigDict(frozen=True)

    model: str = ""
    request_id: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cost_usd_micros: int = 0
    """Millionths of a US dollar, from the published price list."""
    calls: int = 0


class Thought(BaseModel, Generic[T]):
    """A checked answer and what it cost."""

    value: T
    usage: Usage


class BrainUnavailable(Exception):
    """The model could not be used; ``said`` tells why in words fit for a card, ``usage`` what it cost nevertheless."""

    def __init__(self, said: str, usage: Usage | None = None) -> None:
        super().__init__(said)
        self.said = said
        self.usage = usage or Usage()


class Brain(Protocol):
    async def think(self, purpose: str, system: str, prompt: str, shape: type[T]) -> Thought[T]:
        """Asks for an answer of that shape. ``purpose`` is ``plan`` or ``triage`` and picks the model.

        Raises BrainUnavailable: no key, refusal, overload beyond the time budget, or no valid answer after one retry.
        """
        ...
