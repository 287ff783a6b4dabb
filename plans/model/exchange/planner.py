"""The tasks that Microsoft Planner takes, and such tasks read back.

Written are bodies for Microsoft Graph's ``POST /$batch`` (twenty requests each): first a bucket for each stream, then a
task for each task and milestone. Graph gives out the ids, so ``{planId}`` and ``{bucketId:NA-2}`` stand where they go;
``details`` holds what is then PATCHed to each task's details, which Graph wants by itself and with an ``If-Match``.
Every title begins with the item's id: that is how a list of tasks is matched when it comes back.

Shapes: Graph v1.0's plannerTask, plannerTaskDetails, plannerAssignments, plannerChecklistItems and plannerBucket.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from plans.model.exchange.reading import Known, Problems, Said, Source, Unreadable, some
from plans.model.plan import Item, Plan
from plans.words import IN_FLIGHT, ItemId, ItemKind, ItemState, PersonId

FORMAT: Final = "steward/planner"
VERSION: Final = 1
TITLE: Final = 255
"""Characters that Planner takes for a task's title or a bucket's name."""
_POINT: Final = 100
"""Characters that it takes for a point of a checklist."""
_BATCH: Final = 20
_LAST: Final = " !"
"""The order hint of something that stands behind nothing and before nothing."""
_ENTRA: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"\s*\[?([A-Za-z][A-Za-z0-9]*-\d{1,9})\]?\s*[:·-]?\s+(.*)", re.DOTALL)
_POINTS: Final = uuid.UUID("6f2b1d1e-8c1c-5f6e-9a53-0b8f3d0c9a11")
"""The namespace in which the points of checklists have their ids, so that the same plan makes the same file."""
_BOARD: Final = frozenset({ItemKind.TASK, ItemKind.MILESTONE})
Json = dict[str, Any]


def text(plan: Plan) -> str:
    """The whole file."""
    tasks = [item for item in plan.items.values() if item.kind in _BOARD and item.state is not ItemState.DROPPED]
    buckets = {item.id: _stream(plan, item) for item in tasks}
    requests = [*_buckets(plan, set(buckets.values())), *(_create(plan, item, buckets[item.id]) for item in tasks)]
    told = {
        "format": FORMAT,
        "version": VERSION,
        "plan": plan.slug,
        "batches": [{"requests": batch} for batch in _batches(requests)],
        "details": {item.id: _details(item) for item in tasks},
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _batches(requests: Sequence[Json]) -> Iterator[list[Json]]:
    """A batch never holds buckets and tasks both: the tasks need the ids that the buckets' answers bring."""
    for url in ("/planner/buckets", "/planner/tasks"):
        found = [request for request in requests if request["url"] == url]
        yield from (found[start : start + _BATCH] for start in range(0, len(found), _BATCH))


def _stream(plan: Plan, item: Item) -> str:
    """The stream it is derived from; the plan's own name where it is from none."""
    seen: set[ItemId] = set()
    at: Item | None = item
    while at is not None and at.id not in seen:
        if at.kind is ItemKind.STREAM:
            return at.id
        seen.add(at.id)
        at = plan.items.get(at.parent) if at.parent else None
    return plan.slug


def _buckets(plan: Plan, used: set[str]) -> Iterator[Json]:
    names: dict[str, str] = {item.id: _named(item) for item in plan.of_kind(ItemKind.STREAM) if item.id in used}
    if plan.slug in used:
        names[plan.slug] = plan.title[:TITLE]
    for key, name in names.items():
        yield _post(key, "/planner/buckets", {"planId": "{planId}", "name": name, "orderHint": _LAST})


def _post(key: str, url: str, body: Json) -> Json:
    return {"id": key, "method": "POST", "url": url, "headers": {"Content-Type": "application/json"}, "body": body}


def _named(item: Item) -> str:
    whole = f"{item.id} {item.title}"
    return whole if len(whole) <= TITLE else f"{whole[: TITLE - 1]}…"


def _create(plan: Plan, item: Item, bucket: str) -> Json:
    return _post(
        item.id,
        "/planner/tasks",
        {
            "planId": "{planId}",
            "bucketId": f"{{bucketId:{bucket}}}",
            "title": _named(item),
            "startDateTime": _instant(item.start, plan.zone),
            "dueDateTime": _instant(item.end, plan.zone),
            "percentComplete": _percent(item.state),
            "priority": _priority(item),
            "assignments": _assignments(item.owner),
        },
    )


def _instant(day: date, zone: str) -> str:
    """Noon of the day where the plan is: the same day for a reader almost anywhere."""
    noon = datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)
    return f"{noon:%Y-%m-%dT%H:%M:%SZ}"


def _percent(state: ItemState) -> int:
    """Planner knows not started, in progress and completed."""
    if state is ItemState.DONE:
        return 100
    return 50 if state in IN_FLIGHT else 0


def _priority(item: Item) -> int:
    """Planner's 1 (urgent) for what went wrong, 3 (important) for milestones, 5 (medium) for the rest."""
    if item.state in (ItemState.FAILED, ItemState.UNKNOWN):
        return 1
    return 3 if item.kind is ItemKind.MILESTONE else 5


def _assignments(owner: PersonId) -> Json:
    """Planner takes Entra object ids; whoever is known by another id cannot be assigned there."""
    if not _ENTRA.fullmatch(owner):
        return {}
    return {owner: {"@odata.type": "#microsoft.graph.plannerAssignment", "orderHint": _LAST}}


def _details(item: Item) -> Json:
    waits = f"Waits for {', '.join(item.waits)}." if item.waits else ""
    who = f"Done by {item.agent}." if item.agent else ""
    points = [item.check.text] if item.check.text.strip() else []
    checklist = {
        str(uuid.uuid5(_POINTS, f"{item.id}:{place}")): {
            "@odata.type": "#microsoft.graph.plannerChecklistItem",
            "title": point[:_POINT],
            "isChecked": item.state is ItemState.DONE,
            "orderHint": _LAST,
        }
        for place, point in enumerate(points)
    }
    return {
        "previewType": "checklist" if checklist else "automatic",
        "description": "\n\n".join(filter(None, [item.instructions, item.check.text, who, waits])),
        "checklist": checklist,
    }


def tasks_in(found: Any) -> list[Json] | None:
    """The tasks in what was loaded: Graph's list, one task, or a file that ``text`` wrote; None if it is none."""
    if isinstance(found, dict) and found.get("format") == FORMAT:
        batches = found.get("batches")
        requests = [one for batch in batches or [] for one in batch.get("requests", ())] if _batched(batches) else []
        return [one["body"] for one in requests if one.get("url") == "/planner/tasks" and isinstance(one["body"], dict)]
    if isinstance(found, dict):
        found = found["value"] if isinstance(found.get("value"), list) else [found]
    if not isinstance(found, list) or not found or not all(_task_like(one) for one in found):
        return None
    return found


def _batched(batches: Any) -> bool:
    return isinstance(batches, list) and all(
        isinstance(batch, dict) and all(isinstance(one, dict) and "body" in one for one in batch.get("requests", ()))
        for batch in batches
    )


def _task_like(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("title"), str) and ("planId" in one or "percentComplete" in one)


def read(tasks: Sequence[Json], plan: Plan, known: Known, name: str) -> Said:
    """What Planner's tasks say about the plan: title, dates, whose they are, and whether they are finished.

    Raises Unreadable. Tasks that carry no id of the plan are counted in the notes.
    """
    problems = Problems()
    items: dict[ItemId, Item] = {}
    states: dict[ItemId, ItemState] = {}
    strangers: list[str] = []
    for number, task in enumerate(tasks, 1):
        found = _REFERENCE.fullmatch(task["title"])
        item = plan.items.get(ItemId(found.group(1).upper())) if found else None
        if item is None or found is None:
            strangers.append(f"“{task['title'][:60]}”")
            continue
        where = f"{name}, task {number} ({item.id})"
        if item.id in items:
            problems.add(where, "that id stands in an earlier task's title too")
            continue
        items[item.id] = _said(task, found.group(2), item, plan, known, where, problems)
        done = task.get("percentComplete") == 100
        states[item.id] = (
            ItemState.DONE if done else item.state if item.state is not ItemState.DONE else ItemState.READY
        )
    problems.settle()
    if not items:
        raise Unreadable([f"{name}: no task's title begins with an id of {plan.title}, such as {plan.prefix}-1."])
    # A task list knows no objectives and streams, and nobody expects what is not in it to be given up.
    whole = {**plan.items, **items}
    told = f"Not taken over, having no id of the plan in front: {some(strangers, 3)}. A table adds items."
    return Said(Source(name), whole, states, notes=(told,) if strangers else ())


def _said(
    task: Json, title: str, item: Item, plan: Plan, known: Known, where: str, problems: Problems
) -> Item:  # fmt: skip
    update: dict[str, Any] = {}
    if task["title"] != _named(item) and title.strip():
        update["title"] = title.strip()
    for name, column in (("start", "startDateTime"), ("end", "dueDateTime")):
        told = task.get(column)
        if told is not None:
            try:
                update[name] = _day(told, plan.zone)
            except ValueError:
                problems.add(f"{where}, {column}", f"“{str(told)[:40]}” is no instant such as 2026-11-30T12:00:00Z")
    given = task.get("assignments")
    people = [key for key, value in given.items() if value is not None] if isinstance(given, dict) else []
    if people and item.owner not in people:
        if people[0] in known.people:
            update["owner"] = PersonId(people[0])
        else:
            problems.add(f"{where}, assignments", f"nobody called “{people[0][:60]}” is known here")
    return item.model_copy(update=update)


def _day(told: Any, zone: str) -> date:
    """The day of the plan's zone. Raises ValueError."""
    at = datetime.fromisoformat(str(told))
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZoneInfo(zone)).date()
