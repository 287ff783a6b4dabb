"""What the code can put right by itself about a plan that breaks rules, told line by line; the rest is for a person.

Deterministic, and never silent: every edit has its line with the rules that asked for it, and whatever is left, or is
newly broken by mending, is among the findings handed back. A kind of repair that does not leave fewer rules broken is
not made at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from plans.model.calendar import near
from plans.model.critic import Case, Finding, Limits, Precheck, Prices, review_case
from plans.model.critic.capacity import deal
from plans.model.edits import Edit, Edits, Reassign, Redate, Reestimate, ReplaceItem
from plans.model.plan import Item, Plan
from plans.model.revision import apply
from plans.model.settle import HOLDS, settled
from plans.words import ItemId, ItemKind

UNUSABLE: Final = frozenset({"C01", "C02", "C03", "C05", "C08", "C13", "C15"})
"""Rules without which there is no plan to ask about: broken ones are neither mended nor asked."""
_DATES: Final = frozenset({"C06", "C07", "C09", "C11", "C21", "C22", "C23"})
_TIME: Final = frozenset({"C18", "C19"})


class Mended(NamedTuple):
    edits: Edits
    left: tuple[Finding, ...]
    """What is broken with the edits made."""
    told: tuple[str, ...]
    """A sentence for each item put right: ``I moved NA-12 to Mon 7 Dec: C11.``"""


def mend(
    plan: Plan,
    findings: Sequence[Finding],
    precheck: Precheck | None = None,
    limits: Limits | None = None,
    prices: Prices | None = None,
) -> Mended:
    """``findings`` is what ``review`` says of the plan, asked with the same ``precheck``, ``limits`` and ``prices``."""
    case, left = Case(plan, precheck, limits, prices), tuple(findings)
    edits: list[Edit] = []
    told: list[str] = []
    for repair in (_named, _dated, _dealt):
        made = list(repair(case, left))
        if not made:
            continue
        asked = tuple(edit for these, _ in made for edit in these)
        after = replace(case, plan=apply(case.plan, asked))
        found = tuple(review_case(after))
        if len(found) < len(left):
            edits += asked
            told += [line for _, line in made]
            case, left = after, found
    return Mended(tuple(edits), left, tuple(told))


def question(plan: Plan, finding: Finding) -> str:
    """The finding as something to ask a person."""
    item = plan.items.get(finding.item) if finding.item else None
    if item is None:
        return f"{finding.said[:1].upper()}{finding.said[1:]} ({finding.rule}). What shall be done about it?"
    rest = finding.said.removeprefix(f"{item.id} ")
    asked = "What is it?" if finding.rule == "C26" else "What shall be done about it?"
    return f"{item.id} “{item.title}” {rest} ({finding.rule}). {asked}"


_Made = Iterator[tuple[Edits, str]]
_Repair = Callable[[Case, Sequence[Finding]], _Made]


def _broken(findings: Iterable[Finding], rules: frozenset[str]) -> dict[ItemId, list[str]]:
    """The items that break one of these rules, each with those that it breaks."""
    found: dict[ItemId, list[str]] = {}
    for finding in findings:
        if finding.item is not None and finding.rule in rules:
            told = found.setdefault(finding.item, [])
            if finding.rule not in told:
                told.append(finding.rule)
    return found


def _named(case: Case, findings: Sequence[Finding]) -> _Made:
    """Owners where there are none, and the metrics of streams that name none of the plan's."""
    for name in _broken(findings, frozenset({"C04"})):
        item = case.plan.items[name]
        if case.plan.owner.strip():
            yield (
                (Reassign(item=name, agent=item.agent, owner=case.plan.owner),),
                f"{name} {item.title} is answered for by the plan's owner: C04.",
            )
    metrics = {metric.name for metric in case.plan.metrics}
    unowned = _broken(findings, frozenset({"C04"}))
    for name in _broken(findings, frozenset({"C17"})):
        item = case.plan.items[name]
        above = case.parent(item)
        if above is None or above.metric not in metrics:
            continue
        metric = None if item.kind is ItemKind.MILESTONE else above.metric
        owner = case.plan.owner if name in unowned else item.owner
        mended = item.model_copy(update={"metric": metric, "owner": owner})
        yield (ReplaceItem(item=mended),), f"{name} {item.title} moves {above.metric}, as {above.id} does: C17."


def _dated(case: Case, findings: Sequence[Finding]) -> _Made:
    broken = _broken(findings, _DATES)
    if broken:
        yield from _moves(case, settled(case), broken)


def _dealt(case: Case, findings: Sequence[Finding]) -> _Made:
    """Whoever has too much to do does it by earliest deadline; windows reach until it is done."""
    broken = _broken(findings, _TIME)
    wanted: dict[ItemId, date] = {}
    for duty in case.duties:
        if any(task.id in broken for task in duty.tasks):
            done, _ = deal(duty.seat, duty.tasks, patient=True)
            wanted |= {task.id: done[task.id] for task in duty.tasks if task.id in done and done[task.id] > task.end}
    if wanted:
        yield from _moves(case, settled(case, wanted), broken)


def _moves(case: Case, windows: Mapping[ItemId, tuple[date, date]], broken: Mapping[ItemId, list[str]]) -> _Made:
    for item in case.plan.items.values():
        if item.id not in windows:
            continue
        start, end = windows[item.id]
        why = ", ".join(broken.get(item.id, ())) or "so that the rest fits"
        edits: Edits = (Redate(item=item.id, start=start, end=end), *_shortened(case, item, start, end))
        yield edits, f"{_moved(case.plan, item, start, end)}: {why}."


def _shortened(case: Case, item: Item, start: date, end: date) -> Edits:
    """What is made of other items takes no longer than its window."""
    days = case.calendar.workdays_between(start, end)
    if item.kind not in HOLDS or item.days <= days or not days:
        return ()
    low = item.low and min(item.low, days)
    return (Reestimate(item=item.id, days=days, low=low, high=item.high, effort=item.effort),)


def _moved(plan: Plan, item: Item, start: date, end: date) -> str:
    first, last = near(start, plan.begins), near(end, plan.begins)
    if start == end:
        return f"I moved {item.id} {item.title} to {last}"
    if start == item.start:
        return f"I let {item.id} {item.title} end {last}"
    if end == item.end:
        return f"I let {item.id} {item.title} begin {first}"
    return f"I moved {item.id} {item.title} to {first} to {last}"
