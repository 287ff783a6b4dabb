"""What became of a plan as a whole: its deadline, its budget, and everything that is said about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from plans.model.calendar import near
from plans.model.diff.change import Change, listed, quoted
from plans.model.plan import Metric, Plan

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def frame(before: Plan, after: Plan) -> Iterator[Change]:
    begins = before.begins
    if before.deadline != after.deadline:
        yield Change(
            "deadline", None, "Deadline", _instead(near(after.deadline, begins), near(before.deadline, begins))
        )
    if before.budget != after.budget:
        yield Change("budget", None, "Budget", f"{after.budget or 'none'} instead of {before.budget or 'none'}")
    for about, new, old in (
        ("Title", quoted(after.title), quoted(before.title)),
        ("North star", quoted(after.north_star), quoted(before.north_star)),
        ("Begins", near(after.begins, begins), near(before.begins, begins)),
        ("Time zone", after.zone, before.zone),
        ("Working days", _days(after), _days(before)),
        ("Public holidays", after.country or "none", before.country or "none"),
    ):
        if new != old:
            yield Change("frame", None, about, _instead(new, old))
    yield from _metrics(before, after, begins)
    yield from _texts("Assumption", before.assumptions, after.assumptions)
    yield from _texts("Question", before.questions, after.questions)


def _instead(new: str, old: str) -> str:
    return f"{new} instead of {old}"


def _days(plan: Plan) -> str:
    return listed(_DAYS[day] for day in sorted(set(plan.workdays)))


def _metrics(before: Plan, after: Plan, begins: date) -> Iterator[Change]:
    for metric in after.metrics:
        if metric not in before.metrics:
            yield Change("frame", None, "Metric", _metric(metric, begins))
    for metric in before.metrics:
        if metric not in after.metrics:
            yield Change("frame", None, "Metric", f"no longer {_metric(metric, begins)}")


def _metric(metric: Metric, begins: date) -> str:
    unit = "" if metric.unit == metric.name else f" {metric.unit}"
    return f"{metric.name} from {metric.baseline:,.10g} to {metric.target:,.10g}{unit} by {near(metric.due, begins)}"


def _texts(about: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Change]:
    yield from (Change("frame", None, about, quoted(text)) for text in after if text not in before)
    yield from (Change("frame", None, about, f"no longer {quoted(text)}") for text in before if text not in after)
