"""Jobs under way in this process, and what each would answer if asked now. Memory only: a restart forgets them all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, Literal

from plans.ports.time import Clock
from plans.ports.work import Brief, Question, Ref, Step
from plans.words import StepState

Kind = Literal["job", "look"]
RUNNING: Final = frozenset({StepState.WORKING, StepState.NEEDS_2FA})
STALLED: Final = frozenset({StepState.NEEDS_LOGIN, StepState.NEEDS_HUMAN, StepState.EXPIRED})
"""Stopped for want of a person before anything was done; a person's word begins them again."""
_AGAIN: Final = {StepState.WORKING: 1.0, StepState.NEEDS_2FA: 1.0, StepState.UNKNOWN: 5.0}
_KEPT: Final = 200
TRY_AGAIN: Final = "Try again"


class Sequence:
    """Grows with every step, also over restarts: milliseconds of the wall clock, and always one more than before."""

    def __init__(self, wall: Clock) -> None:
        self._wall = wall
        self._last = 0

    def next(self) -> int:
        self._last = max(self._last + 1, int(self._wall.now().timestamp() * 1000))
        return self._last


class Job:
    """One background run for a brief: the job itself, or a look for what became of it."""

    def __init__(self, kind: Kind, key: str, brief: Brief, sequence: Sequence) -> None:
        self.kind = kind
        self.key = key
        self.brief = brief
        self.committed = False
        """The click was made, and it is not certain that nothing came of it."""
        self.task: asyncio.Task[None] | None = None
        self._sequence = sequence
        self._changed = asyncio.Event()
        self.step = Step(
            state=StepState.WORKING, ref=self.ref, seq=sequence.next(), progress="waiting", retry_after=1.0
        )

    @property
    def ref(self) -> Ref:
        return {self.kind: self.key}

    @property
    def running(self) -> bool:
        return self.step.state in RUNNING

    def say(self, progress: str) -> None:
        self.become(StepState.WORKING, progress=progress)

    def become(self, state: StepState, **what: Any) -> None:
        """``what`` are further fields of the step."""
        if state in STALLED:
            question = Question(id=f"{self.key}:{state.value}", text=what.get("reason", ""), options=(TRY_AGAIN,))
            what = {**what, "question": question}
        after = _AGAIN.get(state)
        self.step = Step(state=state, ref=self.ref, seq=self._sequence.next(), retry_after=after, **what)
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self) -> None:
        await self._changed.wait()


class Jobs:
    """By kind and key. Ended ones are kept for a while, so that a late question finds its answer."""

    def __init__(self, wall: Clock) -> None:
        self._sequence = Sequence(wall)
        self._jobs: dict[tuple[str, str], Job] = {}

    def begin(self, kind: Kind, key: str, brief: Brief, work: Callable[[Job], Any]) -> Job:
        """Starts ``work`` in the background, in place of an ended job of that name."""
        job = Job(kind, key, brief, self._sequence)
        self._jobs.pop((kind, key), None)
        self._jobs[kind, key] = job
        job.task = asyncio.create_task(work(job), name=f"browser {kind} {key}")
        for name in [name for name, old in self._jobs.items() if not old.running][:-_KEPT]:
            del self._jobs[name]
        return job

    def get(self, kind: Kind, key: str) -> Job | None:
        return self._jobs.get((kind, key))

    def of(self, ref: Ref) -> Job | None:
        for kind, key in ref.items():
            if found := self._jobs.get((kind, str(key))):
                return found
        return None

    def forget(self, kind: Kind, key: str) -> None:
        self._jobs.pop((kind, key), None)

    def gone(self, ref: Ref) -> Step:
        """The answer for a job that this process does not know."""
        return Step(
            state=StepState.UNKNOWN,
            ref=ref,
            seq=self._sequence.next(),
            retry_after=_AGAIN[StepState.UNKNOWN],
            reason="the process that worked on it has ended",
        )

    async def end_all(self) -> None:
        tasks = [job.task for job in self._jobs.values() if job.task and not job.task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
