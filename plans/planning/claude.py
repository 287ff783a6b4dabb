"""Claude as the house's brain: one typed answer at a time, within a time budget, every token accounted for.

The loop is our own, over single calls. An answer that is cut off or breaks the shape is asked for once more, told what
was wrong; a server that is busy is asked again with growing pauses while the budget lasts; a refusal is final. What
could not be had ends in ``BrainUnavailable`` with a sentence for the card, and the caller goes on without a model.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import BaseModel, ValidationError

from plans.planning.claude_reply import Rejected, Reply, TryAgain
from plans.planning.usage import total
from plans.ports.brain import BrainUnavailable, Thought, Usage
from plans.ports.time import Clock
from plans.words import Secret

if TYPE_CHECKING:
    from anthropic.types import MessageParam

    from plans.planning.claude_wire import Wire

T = TypeVar("T", bound=BaseModel)
log = logging.getLogger(__name__)

PLANNER: Final = "claude-opus-5-5"
TRIAGE: Final = "claude-haiku-5-5"
_TOKENS: Final = {"plan": 16_000, "triage": 2_000}
"""Room for the answer, thinking included; doubled when it was not enough."""
_PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries when the server does not say; the last one repeats."""
_PROBLEMS: Final = 8
"""Broken constraints that are told back to the model."""


class _Flawed(Exception):
    """An answer that cannot be used: what to say of it, what to tell the model, and how much room it needs."""

    def __init__(self, said: str, correction: str, tokens: int) -> None:
        super().__init__(said)
        self.said = said
        self.correction = correction
        self.tokens = tokens


def _wrong(error: ValidationError) -> list[str]:
    """What is wrong and where; never what was answered."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    return [
        f"{'.'.join(str(part) for part in problem['loc']) or 'the answer'}: {problem['msg']}"
        for problem in problems[:_PROBLEMS]
    ]


def _read(reply: Reply, shape: type[T], tokens: int) -> T:
    """Raises _Flawed for an answer that was cut off or is not of the shape."""
    if reply.stop == "max_tokens":
        raise _Flawed("was cut off", "", tokens * 2)
    try:
        return shape.model_validate_json(reply.text)
    except ValidationError as error:
        told = _wrong(error)
        correction = "Your answer cannot be used:\n" + "\n".join(told) + "\nAnswer again, whole, with that put right."
        raise _Flawed(f"broke its constraints ({told[0]})", correction, tokens) from None


class Claude:
    """Implements ``plans.ports.brain.Brain``. The SDK is loaded at the first thought, not at start."""

    def __init__(
        self,
        key: Secret,
        clock: Clock,
        *,
        base_url: str | None = None,
        planner: str = PLANNER,
        triage: str = TRIAGE,
        budget: float = 60.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``clock`` is the wall's; ``budget`` is the wall seconds that one thought may take, retries included."""
        self._key = key
        self._clock = clock
        self._base_url = base_url
        self._models = {"plan": planner, "triage": triage}
        self._budget = budget
        self._sleep = sleep
        self._open: Wire | None = None

    def _wire(self) -> Wire:
        if self._open is None:
            # Loading the SDK takes two seconds: not at start, and never without a key.
            from plans.planning.claude_wire import ADDRESS, Wire  # noqa: PLC0415

            self._open = Wire(self._key, self._base_url or ADDRESS)
        return self._open

    async def think(self, purpose: str, system: str, prompt: str, shape: type[T]) -> Thought[T]:
        """See the port. Raises BrainUnavailable, with what was spent nevertheless."""
        model = self._models[purpose]
        until = self._clock.now() + timedelta(seconds=self._budget)
        messages: list[MessageParam] = [{"role": "user", "content": prompt}]
        tokens, flaws = _TOKENS[purpose], []
        spent = Usage(model=model)
        for _ in range(2):
            reply = await self._asked(model, system, messages, shape, tokens, until, spent)
            spent = total(spent, reply.usage)
            self._log(purpose, reply)
            if reply.stop == "refusal":
                raise BrainUnavailable(f"Claude refused: {reply.refusal or 'it gives no reason'}", spent)
            try:
                return Thought(value=_read(reply, shape, tokens), usage=spent)
            except _Flawed as flaw:
                flaws.append(flaw.said)
                tokens = flaw.tokens
                if flaw.correction and reply.text:
                    messages = [
                        *messages[:1],
                        {"role": "assistant", "content": reply.text},
                        {"role": "user", "content": flaw.correction},
                    ]
        said = f"{flaws[0]} twice" if flaws[0] == flaws[1] else f"{flaws[0]}, and asked again {flaws[1]}"
        raise BrainUnavailable(f"Claude's answer {said}", spent)

    async def _asked(
        self,
        model: str,
        system: str,
        messages: list[MessageParam],
        shape: type[BaseModel],
        tokens: int,
        until: datetime,
        spent: Usage,
    ) -> Reply:
        """One answer, asked for again while the server is busy and there is time. Raises BrainUnavailable."""
        wire = self._wire()
        late = f"did not answer within {self._budget:g} s"
        tries = 0
        while (left := (until - self._clock.now()).total_seconds()) > 0:
            try:
                return await wire.create(
                    model=model, system=system, messages=messages, shape=shape, max_tokens=tokens, timeout=left
                )
            except TimeoutError:
                break
            except Rejected as error:
                raise BrainUnavailable(error.said, spent) from None
            except TryAgain as error:
                pause = error.after if error.after is not None else _PAUSES[min(tries, len(_PAUSES) - 1)]
                tries += 1
                log.warning("%s; try %d, next in %g s", error.said, tries, pause)
                if self._clock.now() + timedelta(seconds=pause) >= until:
                    raise BrainUnavailable(f"{error.said} and {late}", spent) from None
                await self._sleep(pause)
        raise BrainUnavailable(f"Claude {late}", spent)

    def _log(self, purpose: str, reply: Reply) -> None:
        usage = reply.usage
        log.info(
            "%s: %s answered %s (%s), %d tokens in, %d out, %d microdollars",
            *(purpose, usage.model, reply.stop, usage.request_id),
            *(usage.input_tokens, usage.output_tokens, usage.cost_usd_micros),
        )

    async def problems(self) -> tuple[str, ...]:
        """What is wrong with the models that are configured, one sentence each; asked at start."""
        wire = self._wire()
        found: list[str] = []
        for model in dict.fromkeys(self._models.values()):
            try:
                state = await wire.lifecycle(model)
            except (Rejected, TryAgain) as error:
                found.append(f"{model}: {error.said}.")
                continue
            if state != "active":
                found.append(f"{model} is {state}: choose another with STEWARD_PLANNER_MODEL or STEWARD_TRIAGE_MODEL.")
        return tuple(found)

    async def close(self) -> None:
        if self._open is not None:
            await self._open.close()
            self._open = None
