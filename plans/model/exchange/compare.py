"""From what a file says to the edits that would make the plan so: the most specific ones, so that the diff reads well.

Nothing is taken off by being absent, no state is believed but ``dropped``, and what somebody is working on keeps what
they were told. All of that is said in the notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from plans.model.edits import (
    AddItem,
    Agree,
    DropItem,
    Edit,
    Edits,
    Frame,
    Move,
    Reassign,
    Recheck,
    Redate,
    Reestimate,
    ReplaceItem,
    RestoreItem,
    Retitle,
    SetBudget,
    SetDeadline,
    SetFlow,
    SetFrame,
    SetMember,
    SetRisk,
    SetRole,
    SetWaits,
)
from plans.model.exchange.reading import Known, Said, Unreadable, some
from plans.model.exchange.sound import check, check_frame
from plans.model.plan import Item, Plan
from plans.words import IN_FLIGHT, ItemId, ItemState

_SPECIFIC: Final = (Retitle, Redate, Reassign, Reestimate, Move, SetWaits, Recheck, SetRole, SetFlow)
_TOLD: Final = ("kind", "owner", "agent", "check", "capability", "verb", "recipient", "instructions", "budget")
"""What whoever works on an item was told, and is held to."""
_SIZE: Final = ("start", "end", "days", "low", "high", "effort", "after", "links", "role", "metric", "flow")
_OPEN: Final = frozenset({ItemState.PROPOSED, ItemState.PLANNED, ItemState.READY})


@dataclass(frozen=True)
class Change:
    """What an import would do to a plan."""

    edits: Edits
    notes: tuple[str, ...]
    """What was not taken over, and why, in sentences."""


def changes(plan: Plan, said: Said, known: Known) -> Change:
    """Raises Unreadable when the plan would name what is not there, end before it starts, or run in a circle."""
    notes = list(said.notes)
    wanted = {key: _kept(plan.items.get(key), item, notes) for key, item in said.items.items()}
    touched = [item for key, item in wanted.items() if _differs(plan.items.get(key), item)]
    after = plan.model_copy(update={"items": {**plan.items, **wanted}})
    _ours(plan, wanted, said)
    edits: list[Edit] = []
    if said.frame is not None:
        check_frame(said.frame, said.source)
        edits += _frame(plan, said.frame)
        edits += _lists(plan, said.frame)
    check(after, touched, known, said.source)
    edits += [AddItem(item=_begun(item, said)) for item in touched if item.id not in plan.items]
    for item in touched:
        before = plan.items.get(item.id)
        edits += _item(before, item) if before is not None else ()
    edits += _states(plan, said, notes)
    notes += _absent(plan, said)
    return Change(tuple(edits), tuple(notes))


def _ours(plan: Plan, wanted: Mapping[ItemId, Item], said: Said) -> None:
    """Raises Unreadable for new items whose ids are those of another plan."""
    foreign = [key for key in wanted if key not in plan.items and key.rpartition("-")[0] != plan.prefix]
    if foreign:
        raise Unreadable(
            [f"{said.source.name}: {some(foreign)} cannot be of {plan.title}, whose ids begin with {plan.prefix}-."]
        )


def _differs(before: Item | None, after: Item) -> bool:
    return before is None or before != after.model_copy(update={"state": before.state})


def _kept(before: Item | None, after: Item, notes: list[str]) -> Item:
    """The item as the file wants it, but for what can no longer be changed about it."""
    if before is None:
        return after
    fixed: tuple[str, ...]
    if before.state in IN_FLIGHT:
        fixed, why = _TOLD, f"is being worked on ({before.state})"
    elif before.settled:
        fixed, why = (*_TOLD, *_SIZE), f"is {before.state}"
    else:
        return after
    held = [name for name in fixed if getattr(before, name) != getattr(after, name)]
    if held:
        notes.append(f"{before.id} {why}, so these of it stay as they are: {', '.join(held)}.")
    return after.model_copy(update={name: getattr(before, name) for name in held})


def _begun(item: Item, said: Said) -> Item:
    state = said.states.get(item.id)
    return item.model_copy(update={"state": ItemState.DROPPED if state is ItemState.DROPPED else ItemState.PROPOSED})


def _item(before: Item, after: Item) -> Iterator[Edit]:
    """One edit for each thing that changes; the whole item where no edit has a name for what does."""
    changed = {
        name for name in Item.model_fields if name != "state" and getattr(before, name) != getattr(after, name)
    }  # fmt: skip
    found: list[Edit] = []
    for kind in _SPECIFIC:
        fields = kind.model_fields.keys() - {"kind", "item", "call_off"}
        if fields & changed:
            found.append(kind.model_validate({"item": after.id, **{name: getattr(after, name) for name in fields}}))
            changed -= fields
    yield from found if not changed else [ReplaceItem(item=after.model_copy(update={"state": before.state}))]


def _frame(plan: Plan, wanted: Plan) -> Iterator[Edit]:
    if Frame.of(plan) != Frame.of(wanted):
        yield SetFrame(frame=Frame.of(wanted))
    if plan.deadline != wanted.deadline:
        yield SetDeadline(deadline=wanted.deadline)
    if plan.budget != wanted.budget:
        yield SetBudget(budget=wanted.budget)


def _lists(plan: Plan, wanted: Plan) -> Iterator[Edit]:
    """Agreements, risks and people that are new or told differently."""
    agreed = {one.id: one for one in plan.constraints}
    yield from (Agree(constraint=one) for one in wanted.constraints if agreed.get(one.id) != one)
    seen = {risk.id: risk for risk in plan.risks}
    yield from (SetRisk(risk=risk) for risk in wanted.risks if seen.get(risk.id) != risk)
    team = {member.doer: member for member in plan.team}
    yield from (SetMember(member=member) for member in wanted.team if team.get(member.doer) != member)


def _states(plan: Plan, said: Said, notes: list[str]) -> Iterator[Edit]:
    """Giving up and taking up again; any other state only work brings about."""
    others: list[ItemId] = []
    held: list[ItemId] = []
    for key, state in said.states.items():
        before = plan.items.get(key)
        if before is None:
            others += [key] if state not in (*_OPEN, ItemState.DROPPED) else []
        elif state is before.state:
            continue
        elif state is ItemState.DROPPED:
            if before.state in IN_FLIGHT or before.state is ItemState.DONE:
                held.append(key)
            else:
                yield DropItem(item=key)
        elif before.state is ItemState.DROPPED and state in _OPEN:
            yield RestoreItem(item=key, state=ItemState.PLANNED)
        elif not (state in _OPEN and before.state in _OPEN):
            others.append(key)
    if held:
        notes.append(f"{some(held)} cannot be dropped by a file, being worked on or done.")
    if others:
        notes.append(
            f"The state that the file gives to {some(others)} was not taken over: work brings it about, or `done`."
        )


def _absent(plan: Plan, said: Said) -> Iterator[str]:
    gone = [key for key, item in plan.items.items() if key not in said.items and item.state is not ItemState.DROPPED]
    if gone:
        stay = "It stays as it is" if len(gone) == 1 else "They stay as they are"
        yield f"Not in the file: {some(gone)}. {stay}; the state `dropped` gives an item up."
    if said.frame is None:
        return
    for what, here, there in (
        ("agreed", [one.id for one in plan.constraints], {one.id for one in said.frame.constraints}),
        ("risks", [one.id for one in plan.risks], {one.id for one in said.frame.risks}),
        ("people", [one.doer for one in plan.team], {one.doer for one in said.frame.team}),
    ):
        left = [str(one) for one in here if one not in there]
        if left:
            yield f"Not in the file ({what}): {some(left)}. They stay as they are."
    if said.frame.goal != plan.goal:
        yield "The goal in the file reads differently; a plan's goal stays in the words in which it was given."
