"""Changes of what is done and by whom: given to somebody, dropped, put back, renamed, added; and the budget."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from plans.errors import UserError
from plans.model.calendar import near
from plans.model.edits import AddItem, DropItem, Edit, Reassign, RestoreItem, Retitle, SetBudget, SetRole
from plans.model.knock_on import redated
from plans.model.plan import Item
from plans.model.revision import apply
from plans.planning.talk.doers import Taker
from plans.planning.talk.setting import Change, Setting
from plans.planning.talk.standing import called, require_idle, require_open, who
from plans.planning.titles import title
from plans.ports.work import Agent
from plans.words import IN_FLIGHT, AgentName, Check, ItemId, ItemKind, ItemState, Money, PersonId


def able(item: Item, agents: tuple[Agent, ...]) -> list[AgentName]:
    """The agents that can do the item and may."""
    return [agent.name for agent in agents if item.capability in agent.capabilities and item.verb in agent.may]


def assign(setting: Setting, item: Item, taker: Taker) -> Change:
    """Raises UserError, naming who can, for an agent that cannot or may not do the item."""
    require_idle(item, setting, "Let it finish, or `stop` the plan first, which calls it back.")
    if taker.kind == "agent":
        _require_able(setting, item, AgentName(taker.value))
    agent = AgentName(taker.value) if taker.kind == "agent" else None
    owner = PersonId(taker.value) if taker.kind == "person" else item.owner
    role = taker.value if taker.kind == "role" else ""
    if (agent, owner, role) == (item.agent, item.owner, "" if item.agent else item.role):
        raise UserError(f"{called(item)} is {taker.name}'s already.", "Name somebody else.")
    edits: list[Edit] = [Reassign(item=item.id, agent=agent, owner=owner)]
    if role != item.role and agent is None:
        edits.append(SetRole(item=item.id, role=role))
    if item.state is ItemState.FAILED:
        edits.append(RestoreItem(item=item.id, state=ItemState.PLANNED))
    return Change(
        f"give {item.id} to {taker.doer}",
        f"{called(item)}: {taker.name} instead of {who(item, setting)}.",
        tuple(edits),
    )


def _require_able(setting: Setting, item: Item, name: AgentName) -> None:
    can = able(item, setting.agents)
    if name in can:
        return
    agent = next(agent for agent in setting.agents if agent.name == name)
    others = f"Who can: {', '.join(can)}." if can else "No agent can; a person could: `give it to me`."
    if not item.capability or item.verb is None:
        raise UserError(f"{called(item)} is work for a person: no agent is told how to do it.", "Give it to a person.")
    if item.capability not in agent.capabilities:
        raise UserError(
            f"{name} cannot do {called(item)}: it takes “{item.capability.replace('_', ' ')}”, and {name} does "
            f"{', '.join(found.replace('_', ' ') for found in agent.capabilities) or 'nothing yet'}.",
            others,
        )
    raise UserError(f"{name} may not do {called(item)}: “{item.verb}” is not among what it may do.", others)


def drop(setting: Setting, item: Item, *, call_off: bool = False) -> Change:
    """The item and all that is open under it. ``call_off``: also what is being worked on."""
    require_open(item)
    gone = [one for one in _under(setting, item) if not one.settled]
    for one in gone:
        if not call_off:
            require_idle(one, setting, f"`call off {item.id}` drops it and takes it out of their hands.")
    edits = tuple(DropItem(item=one.id, call_off=one.state in IN_FLIGHT) for one in gone)
    with_it = f", with {len(gone) - 1} under it" if len(gone) > 1 else ""
    verb = "call off" if call_off else "drop"
    return Change(f"{verb} {item.id}", f"{called(item)} is dropped{with_it}.", edits)


def _under(setting: Setting, item: Item) -> Iterator[Item]:
    for child in setting.plan.children(item.id):
        yield from _under(setting, child)
    yield item


def put_back(setting: Setting, item: Item) -> Change:
    """Takes up again what was dropped; where its window has passed meanwhile, from today on."""
    if item.state is not ItemState.DROPPED:
        raise UserError(f"{called(item)} is not dropped: it is {item.state}.", "`status` shows how it stands.")
    edit = RestoreItem(item=item.id, state=ItemState.PLANNED)
    there, calendar = setting.on(apply(setting.plan, (edit,))), setting.calendar
    first = calendar.next_workday(setting.today)
    length = max(item.days, calendar.workdays_between(item.start, item.end)) - 1
    window = (item.start, item.end) if item.end >= first else (first, calendar.add_workdays(first, length))
    return Change(
        f"put back {item.id}",
        f"{called(item)} is taken up again.",
        (edit, *redated(there.outlook, {item.id: window})),
    )


def rename(setting: Setting, item: Item, name: str) -> Change:
    require_open(item)
    new = named(name)
    return Change(
        f"rename {item.id} to “{new}”", f"{called(item)} is called “{new}”.", (Retitle(item=item.id, title=new),)
    )


def named(text: str) -> str:
    """A title fit to be stored. Raises UserError for an empty one."""
    found = title(text.translate({ord(sign): "’" for sign in '“”"„«»'}).strip(" ’'‘`"))
    if not found:
        raise UserError("An item needs a title.", "Put it in quotation marks, e.g. “Write the FAQ”.")
    return found


def add(
    setting: Setting, name: str, kind: ItemKind, parent: Item, by: date | None, taker: Taker | None, assumed: str = ""
) -> Change:
    """A new item of a day under a stream, objective or milestone, due by then or at its parent's end."""
    require_open(parent)
    new, calendar, plan = named(name), setting.calendar, setting.plan
    end = calendar.previous_workday(by or parent.end)
    first = calendar.next_workday(max(setting.today, plan.begins))
    if end < first:
        raise UserError(f"“{new}” would be due {near(end, setting.today)}, which is past.", "Say by when.")
    item = Item(
        id=next_id(setting),
        kind=kind,
        title=new,
        parent=parent.id,
        owner=PersonId(taker.value) if taker and taker.kind == "person" else setting.speaker,
        role=taker.value if taker and taker.kind == "role" else "",
        start=end,
        end=end,
        check=Check(text=f"Whoever answers for it says that it is done: {title(new, 80)}"),
        **(_briefed(setting, taker, new) if taker and taker.kind == "agent" else {}),
    )
    there = setting.on(apply(plan, (AddItem(item=item),)))
    moves = redated(there.outlook, {parent.id: (min(end, parent.start), max(end, parent.end))})
    due = f"by {near(end, setting.today)}, done by {taker.name if taker else setting.name_of(item.owner)}"
    typed = f"add a {kind} “{new}” to {parent.id} by {end} for {taker.doer if taker else f'person:{item.owner}'}"
    return Change(typed, f"New under {called(parent)}: “{new}”, {due}.", (AddItem(item=item), *moves), assumed)


def next_id(setting: Setting) -> ItemId:
    """The first number that neither the plan nor anybody else's proposal has."""
    numbers = [int(tail) for item in setting.plan.items if (tail := item.rpartition("-")[2]).isdecimal()]
    return ItemId(f"{setting.plan.prefix}-{max([setting.next_number - 1, *numbers]) + 1}")


def _briefed(setting: Setting, taker: Taker, instructions: str) -> dict[str, object]:
    """What an agent needs to be told. Raises UserError when it could do several things, or none."""
    agent = next(agent for agent in setting.agents if agent.name == taker.value)
    if len(agent.capabilities) != 1 or not agent.may:
        raise UserError(
            f"{agent.name} can do several things or none: I do not know which this is.",
            "Add it for a person, or give me a goal for it.",
        )
    return {
        "agent": agent.name,
        "capability": agent.capabilities[0],
        "verb": agent.may[-1],
        "instructions": instructions,
    }


def budget(setting: Setting, amount: Money | None) -> Change:
    if amount is None:
        return Change("no budget", "There is no budget any more.", (SetBudget(budget=None),))
    was = setting.plan.budget
    return Change(
        f"set the budget to {amount}",
        f"The budget is {amount}{f' instead of {was}' if was else ''}.",
        (SetBudget(budget=amount),),
    )
