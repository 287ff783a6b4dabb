"""A goal becomes a proposal: read by code, planned by Claude or a playbook, passed by the critic.

The model is one way to a plan among two, and the critic stands behind both: what it finds goes back to the model once;
then the code mends what it can and says so, and the rest is asked. Nothing is stored here: what comes out is a frame,
the edits that fill it, and who planned it and why, for the caller to keep and to show.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from plans.model.calendar import Calendar, today
from plans.model.critic import RULES, Finding, Limits, Precheck, Prices, review
from plans.model.edits import AddItem, Edits
from plans.model.mend import UNUSABLE, mend, question
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
    """Rules the plan breaks nevertheless, after what could be mended was; each is an open question too."""
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


@dataclass(frozen=True)
class _Checks:
    """What the critic is asked with: the policy, and what the inventory says of its agents."""

    precheck: Precheck | None
    limits: Limits
    prices: Prices

    def review(self, plan: Plan) -> list[Finding]:
        return review(plan, self.precheck, self.limits, self.prices)

    def finished(self, frame: Plan, edits: Edits) -> _Planned:
        """The plan with what the code can mend mended and told, and what is left asked."""
        plan = apply(frame, edits)
        mended = mend(plan, self.review(plan), self.precheck, self.limits, self.prices)
        filled = apply(plan, mended.edits)
        # What an agent may cost is asked already, in words, by whoever planned without a budget.
        asked = (question(filled, finding) for finding in mended.left if finding.rule != "C16")
        told = {"assumptions": (*mended.told, *frame.assumptions), "questions": (*frame.questions, *asked)}
        edits = tuple(AddItem(item=item) for item in filled.items.values())
        return _Planned(frame.model_copy(update=told), edits, mended.left)


_ASKED = frozenset(rule.id for rule in RULES if rule.asks)


def _rules(findings: list[Finding]) -> str:
    return ", ".join(dict.fromkeys(finding.rule for finding in findings))


async def _by_claude(
    desk: Desk, choice: Choice, brain: Brain, checks: _Checks, progress: Progress
) -> tuple[_Planned, str, Usage]:
    """Asked once, and once more with the rules it broke; what the second plan still breaks is mended or asked.

    Raises BrainUnavailable, also when there is no plan to ask about.
    """
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
        frame: Plan | None = None
        edits: Edits = ()
        findings = draft.unmet(thought.value, desk)
        if not findings:
            await progress("Checking the plan against the rules…")
            frame, edits = assemble(draft.outline(thought.value, choice.playbook, desk), desk)
            plan = apply(frame, edits)
            # What only a person can settle, another plan would not settle either.
            findings = [finding for finding in checks.review(plan) if finding.rule not in _ASKED]
            names = {item.id: item.title for item in plan.items.values()}
        planned = _usable(frame, edits, checks) if not findings or broken else None
        if planned is not None:
            return planned, _attempts(spent.model, broken, findings), spent
        broken.append(_rules(findings))
        await progress(f"Claude's plan breaks {broken[-1]}…")
        told = draft.correction(thought.value, findings, names)
    said = f"{broken[0]} twice" if broken[0] == broken[1] else f"{broken[0]}, then {broken[1]}"
    raise BrainUnavailable(f"Claude's plan broke {said}", spent)


def _usable(frame: Plan | None, edits: Edits, checks: _Checks) -> _Planned | None:
    """The plan finished by the code; None when there is none, or it lacks what nobody can be asked about."""
    if frame is None:
        return None
    planned = checks.finished(frame, edits)
    return None if any(finding.rule in UNUSABLE for finding in planned.findings) else planned


def _attempts(model: str, broken: list[str], findings: list[Finding]) -> str:
    if not broken:
        return f"Planned by Claude ({model})."
    rest = f"; the second broke {_rules(findings)}, which I put right or ask about" if findings else ""
    return f"Planned by Claude ({model}), at the second attempt (the first broke {broken[0]}{rest})."


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
    checks = _Checks(
        precheck, {agent.name: agent.concurrent for agent in agents}, {agent.name: agent.price for agent in agents}
    )
    usage = Usage()
    why = "no Claude key is set"
    if brain is not None:
        await progress(f"Asking Claude for a plan: {titles.title(goal.subject, 60)}…")
        try:
            planned, planned_by, usage = await _by_claude(desk, choice, brain, checks, progress)
        except BrainUnavailable as error:
            why, usage, brain = error.said, error.usage, None
    if brain is None:
        await progress(f"Planning by the playbook {choice.playbook.label}…")
        planned = checks.finished(*assemble(playbook_outline.outline(choice.playbook, desk), desk))
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
