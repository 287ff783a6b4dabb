"""``playbooks`` and ``playbook show``: the kinds of plan that are made without a model, and what each consists of."""

from __future__ import annotations

from sqlmodel import Session

from bot import cards
from bot.cards import playbook as card
from bot.cards import playbooks as listing
from bot.cards.parts import Activity
from bot.cards.text import short
from bot.cards.trim import trimmed
from bot.commands.desk import Choose, Desk, Turn
from plans.planning.capabilities import IN_WORDS, able
from plans.planning.playbook_parts import Measure, Playbook, StreamPart
from plans.planning.playbooks import Shelf, named
from plans.ports.work import Agent

_BLANKS = {"subject": "…", "deadline": "the deadline", "figure": "the goal's figure"}
"""What stands in a playbook's words where the goal's will stand."""


def playbooks(desk: Desk, _tx: Session, _turn: Turn) -> Activity:
    view = listed(desk.playbooks)
    return cards.fitted(lambda room: listing.render(trimmed(view, room), room))


def playbook(desk: Desk, _tx: Session, turn: Turn) -> Activity:
    """Raises Choose when none or several are meant."""
    found = named(turn.said.plan, desk.playbooks) if turn.said.plan else []
    if len(found) != 1:
        unknown = turn.said.plan and not found
        question = f"There is no playbook “{short(turn.said.plan, 60)}”. These are:" if unknown else "Which playbook?"
        raise Choose(question, [(one.label, f"playbook show {one.name}") for one in found or desk.playbooks])
    view = laid_out(found[0], desk.roster.agents())
    return cards.fitted(lambda room: card.render(trimmed(view, room), room))


def listed(found: Shelf) -> listing.Playbooks:
    return listing.Playbooks(
        tuple(listing.PlaybookLine(one.name, one.label, one.about, one.items, one.lead_days) for one in found)
    )


def laid_out(found: Playbook, agents: tuple[Agent, ...]) -> card.Shown:
    """What it plans, and who of these agents can do what it asks of agents."""
    return card.Shown(
        label=found.label,
        about=found.about,
        items=found.items,
        tasks=len(found.tasks),
        lead_days=found.lead_days,
        objectives=_objectives(found),
        capabilities=tuple(
            card.Need(IN_WORDS[capability], agent.name if (agent := able(capability, agents)) else "")
            for capability in found.capabilities
        ),
        streams=tuple(_stream(found, part) for part in found.streams),
        roles=tuple(_seat(found, role) for role in found.team),
        agreed=tuple(part.text.format(**_BLANKS) for part in found.constraints),
        risks=tuple(part.text.format(**_BLANKS) for part in found.risks),
        assumptions=tuple(text.format(**_BLANKS) for text in found.assumptions),
        questions=tuple(text.format(**_BLANKS) for text in found.questions),
    )


def _objectives(found: Playbook) -> tuple[str, ...]:
    other = found.figures.otherwise
    own = (f"{part.title.format(**_BLANKS)} · {_measured(part.metric)}" for part in found.objectives)
    return (f"The goal's own figures; without any, {_measured(other)}", *own)


def _measured(metric: Measure) -> str:
    """``people prepared: from 0 to 100 percent``"""
    return f"{metric.name}: from {metric.baseline:g} to {metric.target:g} {metric.unit}"


def _stream(found: Playbook, part: StreamPart) -> card.StreamShown:
    objectives = {objective.key: objective.metric.name for objective in found.objectives}
    moves = part.metric.name if part.metric else objectives.get(part.objective, "the goal's figures")
    return card.StreamShown(
        title=part.title.format(**_BLANKS),
        moves=moves,
        tasks=sum(task.stream == part.key for task in found.tasks),
        milestones=tuple(mark.title.format(**_BLANKS) for mark in part.milestones),
        returns=part.flow.returns.format(**_BLANKS),
    )


def _seat(found: Playbook, role: str) -> str:
    """``designer · 60 % of one person · 3 tasks``"""
    seat = found.team[role]
    people = "one person" if seat.at_once == 1 else f"{seat.at_once} people"
    tasks = sum(task.role == role for task in found.tasks)
    return f"{role} · {round(seat.share * 100)} % of {people} · {tasks} task{'s' * (tasks != 1)}"
