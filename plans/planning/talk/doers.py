"""Who is meant: an agent of the inventory, a person, or a seat on the plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from plans.model.plan import Item
from plans.planning.talk.items import quoted
from plans.planning.talk.likeness import NOT_ALIKE, Likeness, Names
from plans.planning.talk.setting import Setting, Unclear, Unknown
from plans.planning.titles import title
from plans.words import AgentName, Doer

_SURE = 0.6
_NEAR = 0.2
_ME = frozenset({"me", "myself", "i"})
_OWNER = re.compile(r"(?:its|the|their) owner")
_ORDINAL = re.compile(r"(?:the |our )?(first|second|third|fourth|other|another|next) (.+)", re.IGNORECASE)
_PLACE = {"first": 0, "second": 1, "third": 2, "fourth": 3}
_LITERAL = re.compile(r"(agent|role|person):(.+)")


@dataclass(frozen=True)
class Taker:
    """Somebody who can be given work. ``value`` is the agent's name, the person's id, or the seat."""

    kind: Literal["agent", "person", "role"]
    value: str
    name: str

    @property
    def doer(self) -> Doer:
        return Doer(f"{self.kind}:{self.value}")


def takers(setting: Setting) -> list[Taker]:
    """Everybody who can be named."""
    plan = setting.plan
    called = {member.doer: member.name for member in plan.team if member.name}
    seats = dict.fromkeys(item.role for item in plan.items.values() if item.role)
    seats |= dict.fromkeys(member.doer[5:] for member in plan.team if member.doer.startswith("role:"))
    found = [Taker("agent", agent.name, agent.name) for agent in setting.agents]
    found += [Taker("role", seat, called.get(Doer(f"role:{seat}")) or f"the {seat}") for seat in seats]
    return found + [Taker("person", person, name) for person, name in setting.people.items()]


def involved(taker: Taker, setting: Setting) -> bool:
    """Whether they may be named to somebody who did not name them: agents, seats, and who has to do with the plan."""
    if taker.kind != "person":
        return True
    plan = setting.plan
    return taker.value in (setting.speaker, plan.owner) or any(i.owner == taker.value for i in plan.items.values())


def find(phrase: str, setting: Setting, item: Item | None = None) -> Taker:
    """Who the phrase means. ``item``: what they are to be given, if they are.

    Raises Unclear when several fit, Unknown when nobody does.
    """
    said, known = quoted(phrase), takers(setting)
    literal = _LITERAL.fullmatch(said)
    if literal is not None:
        for taker in known:
            if taker.doer == said:
                return taker
    if said.casefold() in _ME:
        return Taker("person", setting.speaker, setting.name_of(setting.speaker))
    if item is not None and _OWNER.fullmatch(said.casefold()):
        return Taker("person", item.owner, setting.name_of(item.owner))
    found = _named(said, known) or _by_place(said, setting, item)
    if len(found) == 1:
        return found[0]
    if found:
        choices = tuple((title(f"{one.name} ({one.kind})", 60), str(one.doer)) for one in found[:5])
        raise Unclear(f"Who is “{title(said, 60)}”?", phrase, choices)
    close = [one for one in known if involved(one, setting) and (item is None or _can(one, item, setting))]
    near = tuple((one.name, str(one.doer)) for one in close[:5])
    raise Unknown(f"I know nobody called “{title(said, 60)}”.", phrase, near)


def _can(taker: Taker, item: Item, setting: Setting) -> bool:
    if taker.kind != "agent":
        return True
    able = (agent for agent in setting.agents if item.capability in agent.capabilities and item.verb in agent.may)
    return any(agent.name == taker.value for agent in able)


def _named(said: str, known: Sequence[Taker]) -> list[Taker]:
    exact = [taker for taker in known if said.casefold() in (taker.value.casefold(), taker.name.casefold())]
    if exact:
        return exact
    named = ((at, f"{one.name} {one.value}" if one.kind == "role" else one.name) for at, one in enumerate(known))
    likes: dict[int, Likeness] = Names(named).like(said)
    sure = [(sum(like), known[at]) for at, like in likes.items() if like.told >= _SURE]
    best = max((score for score, _ in sure), default=0.0)
    return [taker for score, taker in sure if best - score < _NEAR]


def _by_place(said: str, setting: Setting, item: Item | None) -> list[Taker]:
    """“The second writer”: the second in the inventory of those who write; “the other one”: who does not do it now."""
    found = _ORDINAL.fullmatch(said)
    word, what = (found[1].casefold(), found[2]) if found else ("", said)
    agents = [agent for agent in setting.agents if item is None or item.capability in agent.capabilities]
    does = ((agent.name, f"{agent.name} {' '.join(agent.capabilities)}".replace("_", " ")) for agent in agents)
    likes: dict[AgentName, Likeness] = Names(does).like(what)
    alike = [agent for agent in agents if what == "one" or likes.get(agent.name, NOT_ALIKE).told >= _SURE]
    if word in _PLACE:
        alike = alike[_PLACE[word] : _PLACE[word] + 1]
    elif word and item is not None:
        alike = [agent for agent in alike if agent.name != item.agent]
    return [Taker("agent", agent.name, agent.name) for agent in alike]
