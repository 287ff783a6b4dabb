"""Agents that live in the test's own process: real state, the whole contract, and a fault of the test's choosing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum

from plans.errors import OutcomeUnknown, UserError, VendorDown, VendorGarbage, VendorRefused
from plans.ports.work import (
    Agent,
    Answer,
    Artifact,
    Brief,
    Capabilities,
    Delegate,
    Evidence,
    Hint,
    Query,
    Question,
    Ref,
    Step,
)
from plans.words import AgentName, Money, StepState, Verb


class Fault(StrEnum):
    NONE = "none"
    DOWN = "down"  # cannot be reached
    REFUSES = "refuses"
    GARBAGE = "garbage"  # takes the brief, then answers something that is not its protocol, for ever
    LOST_REPLY = "lost reply"  # takes the brief; the answer is lost
    LOST_BRIEF = "lost brief"  # the brief itself is lost, and nobody can tell
    BLIND = "blind"  # cannot say what became of anything
    LIES = "lies"  # says done without having done it
    FAILS = "fails"


@dataclass
class Desk:
    """What the agent's own system holds: one row per thing really done."""

    jobs: dict[str, Brief] = field(default_factory=dict)
    polls: dict[str, int] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    submitted: list[str] = field(default_factory=list)
    canceled: set[str] = field(default_factory=set)


class InProcessAgent(Delegate):
    """Done after ``rounds`` looks; asks ``question`` first if it has one."""

    def __init__(
        self, agent: Agent, *, fault: Fault = Fault.NONE, rounds: int = 1, question: Question | None = None
    ) -> None:
        self.agent, self.fault, self.rounds, self.question = agent, fault, rounds, question
        self.desk = Desk()

    async def describe(self) -> Capabilities:
        return Capabilities(
            agent=self.agent.name,
            driver=self.agent.driver,
            capabilities=self.agent.capabilities,
            tested="double",
            healthy=self.fault is not Fault.DOWN,
        )

    async def submit(self, brief: Brief, key: str) -> Step:
        if self.fault is Fault.DOWN:
            raise VendorDown("connection refused")
        if self.fault is Fault.REFUSES:
            raise VendorRefused("not today")
        self.desk.submitted.append(key)
        if self.fault is Fault.LOST_BRIEF and len(self.desk.submitted) == 1:
            raise OutcomeUnknown("the line dropped")
        if self.fault is not Fault.LIES:
            self.desk.jobs[key] = brief
        if self.fault in (Fault.LOST_REPLY, Fault.BLIND):
            raise OutcomeUnknown("the line dropped")
        return Step(state=StepState.WORKING, ref={"job": key}, retry_after=0.5)

    async def resume(self, ref: Ref, answer: Answer | None, key: str) -> Step:
        job = str(ref["job"])
        if self.fault is Fault.GARBAGE:
            raise VendorGarbage("not JSON")
        if self.fault is Fault.FAILS:
            return Step(state=StepState.FAILED, ref=ref, reason="its printer is on fire")
        if job in self.desk.canceled:
            return Step(state=StepState.CANCELED, ref=ref)
        if answer is not None:
            self.desk.answers.setdefault(job, []).append(answer.text)
        if self.question is not None and job not in self.desk.answers:
            return Step(state=StepState.NEEDS_INPUT, ref=ref, question=self.question)
        self.desk.polls[job] = self.desk.polls.get(job, 0) + 1
        if self.desk.polls[job] < self.rounds:
            return Step(state=StepState.WORKING, ref=ref, seq=self.desk.polls[job], retry_after=0.5)
        artifact = Artifact(id=job, kind="text", title="What it made", text="word " * 250)
        return Step(state=StepState.DONE, ref=ref, seq=99, artifacts=(artifact,), cost=self.agent.price)

    async def reconcile(self, ref: Ref | None, key: str, brief: Brief) -> Step:
        if self.fault is Fault.BLIND:
            return Step(state=StepState.UNKNOWN, ref=ref or {}, reason="its list cannot be read")
        if key in self.desk.jobs:
            return Step(state=StepState.WORKING, ref={"job": key}, retry_after=0.5)
        return Step(state=StepState.CANCELED, ref={})

    async def read(self, query: Query) -> Evidence:
        found = query.key in self.desk.jobs
        seen: dict[str, int | str] = {"words": 250, "sources": 4, "status": "sent", "recipients": 180, "tone": "warm"}
        return Evidence(found=found, source=f"{self.agent.name}'s list", attributes=seen if found else {})

    async def cancel(self, ref: Ref) -> Step:
        self.desk.canceled.add(str(ref["job"]))
        return Step(state=StepState.CANCELED, ref=ref)

    async def events(self, ref: Ref) -> AsyncIterator[Hint]:
        hints: tuple[Hint, ...] = ()
        for hint in hints:
            yield hint


def agent(name: str, capability: str, verb: Verb, price: int = 40) -> Agent:
    return Agent(
        name=AgentName(name),
        driver="mcp",
        capabilities=(capability,),
        owner="ann",
        may=(verb,),
        price=Money.of(price),
    )


class FixedRoster:
    """The inventory of a test."""

    def __init__(self, *delegates: InProcessAgent) -> None:
        self._delegates = {delegate.agent.name: delegate for delegate in delegates}

    def agents(self) -> tuple[Agent, ...]:
        return tuple(delegate.agent for delegate in self._delegates.values())

    def agent(self, name: AgentName) -> Agent:
        return self._found(name).agent

    def delegate(self, name: AgentName) -> InProcessAgent:
        return self._found(name)

    def _found(self, name: AgentName) -> InProcessAgent:
        if name not in self._delegates:
            raise UserError(f"There is no agent called {name}.")
        return self._delegates[name]
