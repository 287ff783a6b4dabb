"""What a playbook must be beyond its form: every name leads somewhere, and its dates hold in every plan it makes."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from plans.planning.capabilities import Capability
from plans.planning.playbook_days import Bound, before
from plans.planning.playbook_parts import FIGURES, Playbook, StreamPart, TaskPart

Path = tuple[str | int, ...]
"""Where in the document something stands."""
Faults = Iterator[tuple[Path, str]]


def faults(playbook: Playbook) -> Faults:
    """Everything that is wrong, with where it stands; what builds on names is only looked at when those are right."""
    unnamed = [*_keys(playbook), *_names(playbook), *_seats(playbook), *_recipients(playbook)]
    yield from unnamed
    if unnamed:
        return
    circle = _circle(playbook)
    if circle:
        where = _steps(playbook)[circle[0]]
        yield where, f"waits for itself: {' → '.join([*circle, circle[0]])}"
        return
    yield from _windows(playbook)
    yield from _waits(playbook)


def _steps(playbook: Playbook) -> dict[str, Path]:
    """Milestones and tasks by key, and where their waits stand."""
    marks = {
        mark.key: ("streams", place, "milestones", number, "after")
        for place, stream in enumerate(playbook.streams)
        for number, mark in enumerate(stream.milestones)
    }
    return {**marks, **{task.key: ("tasks", place, "when") for place, task in enumerate(playbook.tasks)}}


def _keys(playbook: Playbook) -> Faults:
    """Every key is there once."""
    named: list[tuple[Path, str]] = [
        (("objectives", place, "key"), part.key) for place, part in enumerate(playbook.objectives)
    ]
    for place, stream in enumerate(playbook.streams):
        named.append((("streams", place, "key"), stream.key))
        named += [(("streams", place, "milestones", n, "key"), mark.key) for n, mark in enumerate(stream.milestones)]
    named += [(("tasks", place, "key"), task.key) for place, task in enumerate(playbook.tasks)]
    seen = {FIGURES}
    for path, key in named:
        if key in seen:
            yield path, f"used for two parts: {key}"
        seen.add(key)


def _names(playbook: Playbook) -> Faults:
    """Every reference is to something that is there."""
    objectives = {FIGURES, *(part.key for part in playbook.objectives)}
    streams = {stream.key for stream in playbook.streams}
    steps = _steps(playbook)
    for place, stream in enumerate(playbook.streams):
        if stream.objective not in objectives:
            yield ("streams", place, "objective"), f"there is no objective {stream.objective}"
    for place, task in enumerate(playbook.tasks):
        if task.stream not in streams:
            yield ("tasks", place, "stream"), f"there is no stream {task.stream}"
        if task.role is not None and task.role not in playbook.team:
            yield ("tasks", place, "role"), f"there is no {task.role} in the team"
    named = [*_waited(playbook), *((("risks", n, "items"), risk.items) for n, risk in enumerate(playbook.risks))]
    for path, keys in named:
        for key in keys:
            if key not in steps:
                yield path, f"there is no milestone or task {key}"


def _waited(playbook: Playbook) -> Iterator[tuple[Path, tuple[str, ...]]]:
    steps = _steps(playbook)
    for mark in playbook.marks:
        yield steps[mark.key], mark.after
    for task in playbook.tasks:
        yield (*steps[task.key], "after"), task.when.after
        yield (*steps[task.key], "links"), tuple(link.item for link in task.when.links)


def _seats(playbook: Playbook) -> Faults:
    used = {task.role for task in playbook.tasks}
    for role in playbook.team:
        if role not in used:
            yield ("team", role), f"no task is the {role}'s"


def _recipients(playbook: Playbook) -> Faults:
    for place, task in enumerate(playbook.tasks):
        if task.capability is Capability.SEND_CAMPAIGN and playbook.audience is None:
            yield ("tasks", place, "capability"), "sends to nobody: the playbook names no audience"


def _circle(playbook: Playbook) -> list[str]:
    """Keys that wait for each other in a circle, if any do."""
    graph = {mark.key: set(mark.after) for mark in playbook.marks}
    graph |= {
        task.key: {*task.when.after, *(link.item for link in task.when.links)} for task in playbook.tasks
    }  # fmt: skip
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle[1:]
    return []


def _windows(playbook: Playbook) -> Faults:
    """Every window has a day at least, and lies within its stream's; of every plan that is long enough."""
    lead = playbook.lead_days
    streams = {stream.key: stream for stream in playbook.streams}
    for place, stream in enumerate(playbook.streams):
        if not before(stream.opens.opening, stream.closes.closing, 1, lead):
            yield ("streams", place, "closes"), f"{stream.key} closes before it opens"
        for number, mark in enumerate(stream.milestones):
            if not _within(stream, mark.opening, mark.at.closing, lead):
                path = ("streams", place, "milestones", number, "at")
                yield path, f"{mark.key} lies outside the window of {stream.key}"
    for place, task in enumerate(playbook.tasks):
        when, stream = task.when, streams[task.stream]
        if not before(when.opening, when.closing, 1, lead):
            yield (
                ("tasks", place, "when"),
                f"{task.key} has no whole day in a plan of {lead} days: a window takes {-(-100 // lead)} percent",
            )
        elif not _within(stream, when.opening, when.closing, lead):
            yield ("tasks", place, "when"), f"{task.key} lies outside the window of {stream.key}"


def _within(stream: StreamPart, opening: Bound, closing: Bound, lead: int) -> bool:
    return before(stream.opens.opening, opening, 0, lead) and before(closing, stream.closes.closing, 0, lead)


def _waits(playbook: Playbook) -> Faults:
    """Nothing begins before what it waits for has ended, or begun, so many days before."""
    lead = playbook.lead_days
    opens = {mark.key: mark.opening for mark in playbook.marks}
    opens |= {task.key: task.when.opening for task in playbook.tasks}
    closes = {mark.key: mark.at.closing for mark in playbook.marks}
    closes |= {task.key: task.when.closing for task in playbook.tasks}
    steps = _steps(playbook)
    for mark in playbook.marks:
        for key in mark.after:
            if not before(closes[key], mark.opening, 0, lead):
                yield steps[mark.key], f"{mark.key} comes before {key} has ended, in a plan of {lead} days or more"
    for place, task in enumerate(playbook.tasks):
        yield from _crossed(("tasks", place, "when"), task, opens, closes, lead)


def _crossed(
    path: Path, task: TaskPart, opens: dict[str, Bound], closes: dict[str, Bound], lead: int
) -> Faults:  # fmt: skip
    when = task.when
    for key in when.after:
        if not before(closes[key], when.opening, 0, lead):
            yield (*path, "after"), f"{task.key} begins before {key} has ended, in a plan of {lead} days or more"
    for number, link in enumerate(when.links):
        from_start = link.kind == "start_start"
        since = opens[link.item] if from_start else closes[link.item]
        if not before(since, when.opening, link.lag, lead):
            said = f"begins less than {link.lag} days after {link.item} has {'begun' if from_start else 'ended'}"
            yield (*path, "links", number), f"{task.key} {said}, in a plan of {lead} days or more"
