"""Rules about dates: windows within windows, on working days, with room for the work."""

from __future__ import annotations

from plans.model.critic.case import Case, Said


def in_parent(case: Case) -> Said:
    for item in case.open:
        parent = case.parent(item)
        if parent is None or parent.settled:
            continue
        if item.start < parent.start or item.end > parent.end:
            window, around = case.span(item.start, item.end), case.span(parent.start, parent.end)
            yield item.id, f"has the window {window}, outside that of {parent.id} ({around})"


def in_plan(case: Case) -> Said:
    plan = case.plan
    for item in case.open:
        if item.end > plan.deadline:
            yield item.id, f"ends {case.day(item.end)}, after the deadline {case.day(plan.deadline)}"
        if item.start < plan.begins:
            yield item.id, f"starts {case.day(item.start)}, before the plan begins ({case.day(plan.begins)})"
        if item.end < item.start:
            yield item.id, f"ends {case.day(item.end)}, before it starts ({case.day(item.start)})"


def roomy(case: Case) -> Said:
    """By the days of who does it; where it is those alone that its own window lacks, ``capacity.present`` tells."""
    found = case.schedule
    if found is None:
        return
    for item in case.open:
        if found.late(item) and item.id not in case.cramped:
            timing = found.timings[item.id]
            yield (
                item.id,
                f"cannot be done by {case.day(item.end)}: behind what it waits for, {item.days} working days "
                f"take until {case.day(timing.early_finish)}",
            )


def working(case: Case) -> Said:
    for item in case.open:
        off = [case.day(day) for day in dict.fromkeys((item.start, item.end)) if not case.calendar.is_workday(day)]
        if off:
            yield item.id, f"starts or ends on a day off ({', '.join(off)})"
