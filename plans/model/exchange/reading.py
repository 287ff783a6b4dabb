"""What a file says, where it says it, and what is wrong with it: shared by every format that is read."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from plans.errors import UserError
from plans.model.plan import Item, Plan
from plans.words import AgentName, ItemId, ItemState, PersonId

_TOLD: Final = 3
"""Problems that are told in one breath; whoever has room shows ``problems``."""


class Unreadable(UserError):
    """The file cannot be taken; nothing of it was. ``problems`` are sentences, each with its place in the file."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        left = len(self.problems) - _TOLD
        more = [f"There {'is 1 more problem' if left == 1 else f'are {left} more problems'}."] if left > 0 else []
        super().__init__(
            " ".join([*self.problems[:_TOLD], *more]), "Nothing was changed. Put it right and import it again."
        )


class Problems:
    """Collects what is wrong, so that somebody who wrote ten things badly is told once."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def add(self, where: str, why: str) -> None:
        self._found.append(f"{where}: {why}.")

    def settle(self) -> None:
        """Raises Unreadable when there were any."""
        if self._found:
            raise Unreadable(self._found)


@dataclass(frozen=True)
class Known:
    """Who can be named in a file, and which item number is the next free one."""

    people: Mapping[PersonId, str]
    """Everybody who may own an item, with the name they go by."""
    agents: frozenset[AgentName]
    next_number: int = 1

    def name(self, person: PersonId) -> str:
        """What a file calls the person: the name, where it can only mean them; else the id."""
        name = self.people.get(person, "").strip()
        return name if name and self._called(name) == [person] else person

    def person(self, told: str) -> PersonId:
        """Who is meant by an id or a name. Raises ValueError, in words."""
        if told in self.people:
            return PersonId(told)
        found = self._called(told)
        if not found:
            raise ValueError(f"nobody called “{told}” is known here{nearest(told, self.people.values())}")
        if len(found) > 1:
            raise ValueError(f"“{told}” could be {len(found)} people; write one of their ids: {', '.join(found)}")
        return found[0]

    def _called(self, name: str) -> list[PersonId]:
        wanted = name.strip().casefold()
        if wanted in self.people:
            return [PersonId(wanted)]
        return [person for person, called in self.people.items() if called.strip().casefold() == wanted]

    def agent(self, told: str) -> AgentName:
        """Raises ValueError, in words."""
        found = {name.casefold(): name for name in self.agents}.get(told.casefold())
        if found is None:
            raise ValueError(f"there is no agent “{told}”{nearest(told, self.agents)}")
        return found


def nearest(told: str, names: Collection[str]) -> str:
    """``; the nearest is start``, or nothing when none is near."""
    close = difflib.get_close_matches(told.casefold(), [name.casefold() for name in names], 1, 0.6)
    found = next((name for name in names if close and name.casefold() == close[0]), None)
    return f"; the nearest is {found}" if found else ""


@dataclass(frozen=True)
class Source:
    """A file, by the name that its reader knows it by, and the lines on which its items stand."""

    name: str
    lines: Mapping[ItemId, int] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    """What the file calls a field of ``Item``, where it has another name for it."""

    def at(self, item: ItemId, name: str) -> str:
        """``plan.csv, line 3, column start (NA-4)``."""
        column = self.columns.get(name, name)
        if item in self.lines:
            return f"{self.name}, line {self.lines[item]}, column {column} ({item})"
        return f"{self.name}, {item}, {column}"


@dataclass(frozen=True)
class Said:
    """What a file says about a plan: items as they would be, whatever the file does not mention filled in."""

    source: Source
    items: Mapping[ItemId, Item]
    states: Mapping[ItemId, ItemState] = field(default_factory=dict)
    """The states that the file names; ``items`` carry none of their own."""
    frame: Plan | None = None
    """What it says about the plan as a whole, if it does."""
    notes: tuple[str, ...] = ()
    """What was not understood, or not taken over, in sentences."""


def some(ids: Iterable[str], most: int = 6) -> str:
    """``NA-1, NA-2 and 3 more``."""
    found = list(ids)
    if len(found) <= most:
        return " and ".join(filter(None, [", ".join(found[:-1]), found[-1]])) if found else ""
    return f"{', '.join(found[:most])} and {len(found) - most} more"
