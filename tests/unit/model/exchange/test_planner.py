"""The tasks that Planner takes: as Graph wants them, and read back by the ids in their titles."""

from __future__ import annotations

import json
import re
import uuid
from datetime import date, datetime
from typing import Any

import pytest

from plans.model.edits import Reassign, Redate, Retitle
from plans.model.exchange import compare, planner
from plans.model.exchange.compare import Change
from plans.model.exchange.opened import opened
from plans.model.exchange.reading import Known, Unreadable
from plans.model.plan import Plan
from plans.words import AgentName, ItemId, ItemKind, ItemState, PersonId
from tests.unit.model.drawn import OWNER, item, launch, plan_of
from tests.unit.model.exchange.dressed import BOB, KNOWN, flying, whole

ENTRA = PersonId("fbab97d0-4932-4511-b675-204639209557")
NA5 = ItemId("NA-5")
Json = dict[str, Any]


def batches(plan: Plan) -> list[list[Json]]:
    return [batch["requests"] for batch in json.loads(planner.text(plan))["batches"]]


def bodies(plan: Plan) -> dict[str, Json]:
    return {one["id"]: one["body"] for batch in batches(plan) for one in batch if one["url"] == "/planner/tasks"}


def read(plan: Plan, tasks: object, known: Known = KNOWN) -> Change:
    found = opened(json.dumps(tasks), "tasks.json")
    return compare.changes(plan, found.said(plan, known), known)


def listed(plan: Plan, **changes: object) -> Json:
    """The plan's tasks as Graph lists them, one of them changed."""
    tasks = [{"id": f"id-{key}", "planId": "p", **body} for key, body in bodies(plan).items()]
    for task in tasks:
        if task["title"].startswith("NA-5"):
            task.update(changes)
    return {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#tasks", "value": tasks}


def test_buckets_come_first_and_tasks_go_into_them() -> None:
    first, second = batches(launch())
    assert [(one["id"], one["method"], one["url"]) for one in first] == [
        ("NA-2", "POST", "/planner/buckets"),
        ("NA-3", "POST", "/planner/buckets"),
    ]
    assert first[0]["body"] == {"planId": "{planId}", "name": "NA-2 Stream 2", "orderHint": " !"}
    assert [one["body"]["bucketId"] for one in second] == ["{bucketId:NA-2}"] * 3 + ["{bucketId:NA-3}"] * 2
    assert all(one["headers"] == {"Content-Type": "application/json"} for one in (*first, *second))


def test_a_task_has_what_graph_takes_and_nothing_else() -> None:
    plan = launch()
    owned = plan.items[NA5].model_copy(update={"owner": ENTRA})
    body = bodies(plan.model_copy(update={"items": {**plan.items, NA5: owned}}))["NA-5"]
    assert body == {
        "planId": "{planId}",
        "bucketId": "{bucketId:NA-2}",
        "title": "NA-5 Task 5",
        "startDateTime": "2026-12-02T11:00:00Z",
        "dueDateTime": "2026-12-03T11:00:00Z",
        "percentComplete": 0,
        "priority": 5,
        "assignments": {ENTRA: {"@odata.type": "#microsoft.graph.plannerAssignment", "orderHint": " !"}},
    }


def test_its_limits_are_kept() -> None:
    plan = plan_of(*(item(number, title="x" * 400) for number in range(1, 46)))
    sizes = [len(batch) for batch in batches(plan)]
    assert sizes == [1, 20, 20, 5]
    assert batches(plan)[0][0]["id"] == "northwind", "what is under no stream goes into a bucket of the plan's own"
    assert {len(body["title"]) for body in bodies(plan).values()} == {255}
    assert read(plan, listed(plan)).edits == (), "a title that was cut is no other title"


def test_details_are_for_graphs_second_call() -> None:
    details = json.loads(planner.text(whole()))["details"]["NA-6"]
    assert details["previewType"] == "checklist"
    assert details["description"] == "it is sent\n\nWaits for NA-5, NA-4, NA-7."
    [(key, point)] = details["checklist"].items()
    assert str(uuid.UUID(key)) == key
    assert point == {
        "@odata.type": "#microsoft.graph.plannerChecklistItem",
        "title": "it is sent",
        "isChecked": False,
        "orderHint": " !",
    }


@pytest.mark.parametrize(
    ("state", "percent", "priority"),
    [
        (ItemState.DONE, 100, 5),
        (ItemState.DELEGATED, 50, 5),
        (ItemState.ASKING, 50, 5),
        (ItemState.READY, 0, 5),
        (ItemState.FAILED, 0, 1),
        (ItemState.UNKNOWN, 50, 1),
    ],
)
def test_progress_is_one_of_planners_three(state: ItemState, percent: int, priority: int) -> None:
    body = bodies(flying(state))["NA-4"]
    assert (body["percentComplete"], body["priority"]) == (percent, priority)
    assert bodies(launch())["NA-8"]["priority"] == 3, "a milestone is important"


def test_what_was_given_up_is_no_task() -> None:
    assert "NA-4" not in bodies(flying(ItemState.DROPPED))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"])
def test_a_list_that_was_not_touched_changes_nothing(zone: str) -> None:
    plan = whole().model_copy(update={"zone": zone})
    for tasks in (listed(plan), listed(plan)["value"], json.loads(planner.text(plan))):
        found = read(plan, tasks)
        assert found.edits == ()
        assert found.notes == ()
    assert datetime.fromisoformat(bodies(plan)["NA-5"]["dueDateTime"]).tzinfo is not None


@pytest.mark.parametrize(
    ("change", "edit"),
    [
        ({"title": "NA-5 Better"}, Retitle(item=NA5, title="Better")),
        ({"title": "[na-5]: Better"}, Retitle(item=NA5, title="Better")),
        (
            {"dueDateTime": "2026-12-07T23:30:00.1234567Z"},
            Redate(item=NA5, start=date(2026, 12, 2), end=date(2026, 12, 8)),
        ),
        ({"assignments": {"bob": {"orderHint": "x"}}}, Reassign(item=NA5, agent=AgentName("writer"), owner=BOB)),
        ({"assignments": {"bob": {"orderHint": "x"}, OWNER: {}}}, None),
        ({"assignments": {"bob": None}, "dueDateTime": None}, None),
    ],
)
def test_what_was_changed_in_planner_is_read(change: Json, edit: object) -> None:
    assert read(launch(), listed(launch(), **change)).edits == ((edit,) if edit else ())


def test_finished_in_planner_is_told_and_not_believed() -> None:
    found = read(launch(), listed(launch(), percentComplete=100))
    assert found.edits == ()
    assert found.notes == (
        "The state that the file gives to NA-5 was not taken over: work brings it about, or `done`.",
    )


def test_tasks_without_an_id_of_the_plan_are_told() -> None:
    tasks = [
        *listed(launch())["value"],
        {"title": "Buy flowers", "planId": "p"},
        {"title": "XY-1 Other", "planId": "p"},
    ]
    assert read(launch(), tasks).notes == (
        "Not taken over, having no id of the plan in front: “Buy flowers” and “XY-1 Other”. A table adds items.",
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": "NA-4 Twice"}, "tasks.json, task 2 (NA-4): that id stands in an earlier task's title too."),
        ({"dueDateTime": "soon"}, "tasks.json, task 2 (NA-5), dueDateTime: “soon” is no instant such as"),
        ({"assignments": {"eve": {}}}, "tasks.json, task 2 (NA-5), assignments: nobody called “eve” is known here."),
        ({"dueDateTime": "2026-11-30T12:00:00Z"}, "tasks.json, NA-5, end: it ends 2026-11-30, before it starts"),
    ],
    ids=range(4),
)
def test_a_task_that_cannot_be_read_is_refused(change: Json, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(launch(), listed(launch(), **change))
    assert refused.value.problems[0].startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"value": []}', "tasks.json: it is neither a plan of Steward's"),
        ('[{"title": 5}]', "tasks.json: it is neither a plan of Steward's"),
        ('{"format": "steward/planner", "batches": 5}', "tasks.json: it is neither a plan of Steward's"),
        ('[{"title": "Buy flowers", "planId": "p"}]', "tasks.json: no task's title begins with an id of Northwind"),
    ],
)
def test_json_that_is_no_task_list_is_refused(text: str, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        opened(text, "tasks.json").said(launch(), KNOWN)
    assert refused.value.problems[0].startswith(said)


def test_a_task_goes_into_the_bucket_of_the_stream_above_its_milestone() -> None:
    plan = plan_of(
        item(1, ItemKind.OBJECTIVE),
        item(2, ItemKind.STREAM, parent=ItemId("NA-1")),
        item(3, ItemKind.MILESTONE, parent=ItemId("NA-2")),
        item(4, parent=ItemId("NA-3")),
    )
    assert bodies(plan)["NA-4"]["bucketId"] == "{bucketId:NA-2}"
    assert re.fullmatch(r"NA-3 .*", bodies(plan)["NA-3"]["title"])
