"""A goal becomes a proposal: read by code, planned by Claude or a playbook, passed by the critic.

The model is one way to a plan among two, and the critic stands behind both. Nothing is stored here: what comes out is
a frame, the edits that fill it, and who planned it and why, for the caller to keep and to show.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from plans.model.calendar import Calendar, today
from plans.model.critic import Finding, Precheck, review
from plans.model.edits import AddItem, Edits
from plans.model.plan import Plan
from plans.model.revision import apply
from plans.planning import draft, playbook_outline, titles
from plans.planning.goal import Goal, read
from plans.planning.outline import Desk, assemble
from plans.planning.playbook_parts import Playbook
from plans.planning.playbooks import Choice, choose, feasible
from plans.planning.usage import total
from plans.ports.brain import Brain, BrainUnavailable, Usage
from plans.ports.work import Agent
from plans.words import Money, PersonId, PlanSlug

Progress = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Proposal:
    """A plan for a person to approve: the frame has no items yet, ``edits`` add them."""

    goal: Goal
    plan: Plan
    edits: Edits
    planned_by: str
    """A sentence or two: Claude or which playbook, and why."""
    usage: Usage
    findings: tuple[Finding, ...]
    """Rules the plan breaks nevertheless: only policy can be among them, and each is an open question too."""
    cost: str
    """What it will cost at most, in words."""

    @property
    def assumptions(self) -> tuple[str, ...]:
        return self.plan.assumptions

    @property
    def questions(self) -> tuple[str, ...]:
        return self.plan.questions

    @property
    def filled(self) -> Plan:
        """The plan as it will be once approved."""
        return apply(self.plan, self.edits)


@dataclass(frozen=True)
class _Planned:
    frame: Plan
    edits: Edits
    findings: tuple[Finding, ...]

    @property
    def full(self) -> Plan:
        return apply(self.frame, self.edits)


def _rules(findings: list[Finding]) -> str:
    return ", ".join(dict.fromkeys(finding.rule for finding in findings))


async def _by_claude(
    desk: Desk, choice: Choice, brain: Brain, precheck: Precheck | None, progress: Progress
) -> tuple[_Planned, str, Usage]:
    """Asked once, and once more with the rules it broke. Raises BrainUnavailable."""
    base = draft.prompt(desk, choice.playbook)
    told, spent = "", Usage()
    broken: list[str] = []
    for _ in range(2):
        try:
            thought = await brain.think("plan", draft.SYSTEM, base + told, draft.DraftPlan)
        except BrainUnavailable as error:
            raise BrainUnavailable(error.said, total(spent, error.usage)) from None
        spent = total(spent, thought.usage)
        names: dict[str, str] = {}
        findings = draft.unmet(thought.value, desk)
        if not findings:
            await progress("Checking the plan against the rules…")
            frame, edits = assemble(draft.outline(thought.value, choice.playbook, desk), desk)
            plan = apply(frame, edits)
            findings = review(plan, precheck)
            if not findings:
                second = f", at the second attempt (the first broke {broken[0]})" if broken else ""
                return _Planned(frame, edits, ()), f"Planned by Claude ({spent.model}){second}.", spent
            names = {item.id: item.title for item in plan.items.values()}
        broken.append(_rules(findings))
        await progress(f"Claude's plan breaks {broken[-1]}…")
        told = draft.correction(thought.value, findings, names)
    said = f"{broken[0]} twice" if broken[0] == broken[1] else f"{broken[0]}, then {broken[1]}"
    raise BrainUnavailable(f"Claude's plan broke {said}", spent)


def _by_playbook(desk: Desk, choice: Choice, precheck: Precheck | None) -> _Planned:
    frame, edits = assemble(playbook_outline.outline(choice.playbook, desk), desk)
    findings = tuple(review(apply(frame, edits), precheck))
    asked = tuple(f"What about this? {finding.said}." for finding in findings)
    return _Planned(frame.model_copy(update={"questions": (*frame.questions, *asked)}), edits, findings)


def at_most(edits: Edits, agents: tuple[Agent, ...]) -> tuple[Money, ...]:
    """The agents' prices and the items' budgets together, one sum per currency: no more can be spent unasked."""
    prices = {agent.name: agent.price for agent in agents}
    sums: dict[str, Money] = {}
    for edit in edits:
        if not isinstance(edit, AddItem):
            continue
        item = edit.item
        for amount in (item.budget, prices.get(item.agent) if item.agent else None):
            if amount is not None and amount.minor:
                sums[amount.currency] = sums.get(amount.currency, Money(minor=0, currency=amount.currency)).plus(amount)
    return tuple(sums.values())


def _cost(edits: Edits, agents: tuple[Agent, ...], budget: Money | None) -> str:
    sums = at_most(edits, agents)
    spent = " and ".join(str(amount) for amount in sums) or "nothing but people's time"
    return f"At most {spent}{f', of a budget of {budget}' if budget else ''}." if sums else f"It costs {spent}."


def _desk(
    goal: Goal,
    owner: PersonId,
    owner_name: str,
    zone: str,
    now: datetime,
    agents: tuple[Agent, ...],
    prefix: str,
    slug: str,
) -> Desk:
    calendar = Calendar()
    return Desk(
        goal=goal,
        slug=PlanSlug(slug),
        prefix=prefix,
        owner=owner,
        owner_name=titles.title(owner_name, 60),
        zone=zone,
        begins=calendar.next_workday(today(now, zone)),
        calendar=calendar,
        agents=agents,
    )


async def propose(
    goal_text: str,
    *,
    owner: PersonId,
    owner_name: str,
    zone: str,
    now: datetime,
    agents: tuple[Agent, ...],
    playbooks: Sequence[Playbook],
    brain: Brain | None,
    free_prefix: str,
    slug: str,
    progress: Progress,
    precheck: Precheck | None = None,
) -> Proposal:
    """Plans the goal; ``progress`` is told in words how far it is.

    ``now`` is the plan clock's instant; ``agents`` is the inventory, ``playbooks`` the shelf; ``free_prefix`` and
    ``slug`` are free names, wished for by ``Goal.prefix`` and ``Goal.slug``. Raises UserError when the goal cannot be
    read or its deadline is nearer than such a plan takes; then nothing was asked of the model.
    """
    await progress("Reading your goal…")
    goal = read(goal_text, today(now, zone))
    desk = _desk(goal, owner, owner_name, zone, now, agents, free_prefix, slug)
    choice = choose(goal.text, playbooks)
    feasible(choice.playbook, desk)
    usage = Usage()
    why = "no Claude key is set"
    if brain is not None:
        await progress(f"Asking Claude for a plan: {titles.title(goal.subject, 60)}…")
        try:
            planned, planned_by, usage = await _by_claude(desk, choice, brain, precheck, progress)
        except BrainUnavailable as error:
            why, usage, brain = error.said, error.usage, None
    if brain is None:
        await progress(f"Planning by the playbook {choice.playbook.label}…")
        planned = _by_playbook(desk, choice, precheck)
        planned_by = f"Planned by the playbook *{choice.playbook.label}*: {why}. Chosen because {choice.why}."
    return Proposal(
        goal=goal,
        plan=planned.frame,
        edits=planned.edits,
        planned_by=planned_by,
        usage=usage,
        findings=planned.findings,
        cost=_cost(planned.edits, agents, goal.budget),
    )
