"""What a button sends back, as one typed model: verb, the ask it answers, the hash of what was shown, and the inputs.

Anything a client sends that is not exactly this is refused in words. Inputs may hold a one-time code, so they are never
printed.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from plans.errors import UserError

ButtonVerb = Literal["approve", "reject", "edit", "answer", "code", "extend", "reassign", "drop", "undo", "say"]
_INPUT_LIMIT = 8_000
"""Characters of one input; the cards' own limits are far below."""
_INPUTS = 20
Name = Annotated[str, StringConstraints(max_length=200)]


class Button(BaseModel):
    """A click, read. ``ask`` and ``hash`` name what is answered; ``say`` carries ``text``, ``undo`` a revision."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verb: ButtonVerb
    ask: Name = ""
    hash: Name = ""
    text: Annotated[str, StringConstraints(max_length=500)] = ""
    plan: Name = ""
    number: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    inputs: dict[str, str] = Field(default_factory=dict, repr=False)

    @field_validator("inputs")
    @classmethod
    def _bounded(cls, inputs: dict[str, str]) -> dict[str, str]:
        if len(inputs) > _INPUTS or any(len(value) > _INPUT_LIMIT for value in inputs.values()):
            raise ValueError("too much was typed")
        return inputs

    @property
    def asked(self) -> bool:
        """Whether it answers something that was asked on a card."""
        return self.verb not in ("say", "undo")


def read(value: dict[str, Any]) -> Button:
    """The button in an ``adaptiveCard/action`` invoke's value. Raises UserError, repeating nothing of what was sent."""
    action = value.get("action")
    data = action.get("data") if isinstance(action, dict) else None
    steward = data.get("steward") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(steward, dict) or "inputs" in steward:
        raise _unreadable()
    inputs = {str(name): _typed(typed) for name, typed in data.items() if name != "steward" and typed is not None}
    try:
        found = Button.model_validate({**steward, "inputs": inputs})
    except ValidationError:
        # Without its cause: pydantic's error quotes what was typed.
        raise _unreadable() from None
    missing = (found.asked and not (found.ask and found.hash)) or (found.verb == "say" and not found.text)
    if missing or (found.verb == "undo" and not (found.plan and found.number)):
        raise _unreadable()
    return found


def _typed(value: object) -> str:
    """Clients send an input as text; a number or a switch where they think that they know better."""
    if isinstance(value, bool | int | float | str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    raise _unreadable()


def _unreadable() -> UserError:
    return UserError("I cannot read this button.", "Say `status` for a fresh card.")
