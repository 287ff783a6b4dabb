"""What a task is taken to mean: the states of the protocol, questions, artifacts, prices, and hostile words in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from a2a.helpers import new_text_part
from a2a.types.a2a_pb2 import Artifact, Message, Role, Task, TaskState, TaskStatus

from adapters.a2a import mapping
from adapters.manifest import A2aManifest, CostPaths
from plans.errors import VendorGarbage
from plans.ports.work import Step
from plans.words import Money, StepState
from tests.doubles.briefs import KEY

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MANIFEST = A2aManifest(
    artifact="copy",
    kind="copy",
    cost=CostPaths(amount="price.amount", currency="price.currency"),
    attributes={"tone": "tone", "reference": "reference", "pieces": "pieces"},
)


def task(
    state: TaskState, said: str = "", *, at: datetime = NOW, made: tuple[Artifact, ...] = (), **about: Any
) -> Task:
    message = Message(
        message_id="m-1", role=Role.ROLE_AGENT, parts=[new_text_part(said)] if said else [], metadata=about
    )
    brief = Message(message_id=KEY, role=Role.ROLE_USER, parts=[new_text_part("brief")])
    status = TaskStatus(state=state, message=message, timestamp=at)
    return Task(id="t-1", context_id="c-1", status=status, history=[brief], artifacts=made)


def copy(name: str = "copy", id: str = "a-1", text: str = "two words", **metadata: Any) -> Artifact:
    return Artifact(artifact_id=id, name=name, parts=[new_text_part(text)], metadata=metadata)


def step(found: Task, **known: Any) -> Step:
    return mapping.step(found, KEY, known, MANIFEST, NOW)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (TaskState.TASK_STATE_SUBMITTED, StepState.WORKING),
        (TaskState.TASK_STATE_WORKING, StepState.WORKING),
        (TaskState.TASK_STATE_INPUT_REQUIRED, StepState.NEEDS_INPUT),
        (TaskState.TASK_STATE_AUTH_REQUIRED, StepState.NEEDS_LOGIN),
        (TaskState.TASK_STATE_COMPLETED, StepState.DONE),
        (TaskState.TASK_STATE_FAILED, StepState.FAILED),
        (TaskState.TASK_STATE_REJECTED, StepState.FAILED),
        (TaskState.TASK_STATE_CANCELED, StepState.CANCELED),
    ],
)
def test_every_state_of_the_protocol_has_a_meaning(theirs: TaskState, ours: StepState) -> None:
    assert step(task(theirs)).state is ours


@pytest.mark.parametrize("found", [Task(), Task(id="t-1"), task(TaskState.TASK_STATE_UNSPECIFIED)])
def test_what_is_no_task_is_garbage(found: Task) -> None:
    with pytest.raises(VendorGarbage):
        step(found)


def test_a_question_arrives_as_text_with_its_options() -> None:
    hostile = "**Which** <img src=x> tone\u202e?\x07"
    found = step(task(TaskState.TASK_STATE_INPUT_REQUIRED, hostile, options=["<b>Warm</b>", "B\u2066old", "", "Warm"]))
    assert found.question is not None
    assert found.question.id == "m-1"
    assert found.question.text == "**Which** <img src=x> tone?"
    assert found.question.options == ("<b>Warm</b>", "Bold", "Warm")


@pytest.mark.parametrize("options", ["Warm", {"a": 1}, None, [1, 2], [["Warm"]]])
def test_options_that_are_none_are_left_out(options: Any) -> None:
    found = step(task(TaskState.TASK_STATE_INPUT_REQUIRED, "Tone?", options=options))
    assert found.question is not None
    assert found.question.options == ()


def test_a_question_without_words_or_name_can_still_be_answered() -> None:
    silent = task(TaskState.TASK_STATE_INPUT_REQUIRED)
    silent.status.message.message_id = ""
    found = step(silent)
    assert found.question is not None
    assert found.question.text
    assert found.question.id == step(silent).question.id  # type: ignore[union-attr]


def test_a_question_that_was_answered_is_not_asked_again() -> None:
    found = step(task(TaskState.TASK_STATE_INPUT_REQUIRED, "Tone?"), answered=["m-1"])
    assert (found.state, found.question) == (StepState.WORKING, None)
    assert found.ref["answered"] == ["m-1"]


def test_work_carries_its_text_and_its_price() -> None:
    made = copy(text="a\u202eb **c**", price={"amount": "35.00", "currency": "EUR"})
    found = step(task(TaskState.TASK_STATE_COMPLETED, made=(copy("notes", "a-0"), made)))
    assert [(each.id, each.kind, each.text) for each in found.artifacts] == [("a-1", "copy", "ab **c**")]
    assert found.cost == Money.of(35)


def test_of_work_delivered_twice_the_first_counts() -> None:
    found = step(task(TaskState.TASK_STATE_COMPLETED, made=(copy(text="one"), copy(id="a-2", text="two"))))
    assert [each.text for each in found.artifacts] == ["one"]
    assert "it was delivered twice; the first delivery counts" in found.reason


def test_done_without_work_says_so() -> None:
    found = step(task(TaskState.TASK_STATE_COMPLETED, made=(copy("notes"),)))
    assert (found.artifacts, found.reason) == ((), "it says it is done and delivered nothing")


def test_a_price_that_cannot_be_read_is_said_and_not_guessed() -> None:
    found = step(task(TaskState.TASK_STATE_COMPLETED, made=(copy(price={"amount": "lots"}),)))
    assert found.cost is None
    assert found.reason.startswith("what it charged cannot be read")


def test_words_are_counted_and_not_believed() -> None:
    told = mapping.attributes(copy(words=9000, tone="Warm", pieces=3), StepState.DONE, MANIFEST)
    assert told == {"words": 2, "tone": "Warm", "reference": "", "pieces": 3, "status": "done"}


def test_a_huge_artifact_is_cut() -> None:
    found = step(task(TaskState.TASK_STATE_COMPLETED, made=(copy(text="x" * 300_000),)))
    assert len(found.artifacts[0].text.encode()) <= 100 * 1024


def test_steps_grow_with_time_and_an_end_follows_what_went_before_it() -> None:
    working = step(task(TaskState.TASK_STATE_WORKING))
    later = step(task(TaskState.TASK_STATE_WORKING, at=NOW + timedelta(milliseconds=5)))
    canceled = step(task(TaskState.TASK_STATE_CANCELED))
    assert working.seq < canceled.seq < later.seq


@pytest.mark.parametrize(("minutes", "stalled"), [(59, False), (61, True)])
def test_a_task_is_stalled_by_the_time_of_its_last_change(minutes: int, stalled: bool) -> None:
    found = step(task(TaskState.TASK_STATE_WORKING, at=NOW - timedelta(minutes=minutes)))
    assert found.reason.startswith("stalled") is stalled


def test_a_task_is_ours_by_the_messages_id_or_by_its_reference() -> None:
    ours = task(TaskState.TASK_STATE_WORKING)
    assert mapping.carries(ours, KEY)
    assert not mapping.carries(ours, "another:1")
    assert mapping.carries(Task(id="t", metadata={"reference": KEY}), KEY)
    told = Message(message_id="x", role=Role.ROLE_USER, metadata={"reference": KEY})
    assert mapping.carries(Task(id="t", history=[told]), KEY)
    quoted = Message(message_id="x", role=Role.ROLE_AGENT, metadata={"reference": KEY})
    assert not mapping.carries(Task(id="t", history=[quoted]), KEY)


def test_a_task_that_says_nothing_of_itself_proves_nothing() -> None:
    assert not mapping.telling(Task(id="t"))
    assert mapping.telling(task(TaskState.TASK_STATE_WORKING))
