"""What the owner is told about an item that passed its date: pure arithmetic over the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from plans.model.calendar import near
from plans.model.plan import Item, Plan
from plans.model.repair import Moved, Repair, Slip, slip
from plans.ports.people import LateLine, RepairLine, SlipNotice
from plans.words import AskId

_MOVES: Final = 12
"""Items that are named; a plan of a thousand moves more than a card can hold."""


def alert(
    ask: AskId,
    plan: Plan,
    item: Item,
    today: date,
    repairs: Sequence[Repair],
    who: str,
    owner: str,
    found: Slip | None = None,
) -> SlipNotice:
    """The notice for the item, with its repairs as worked out for that day of the plan's zone.

    ``found``: what its lateness does, where that is known already.
    """
    found = found or slip(plan, item.id, today)
    moves = [_moved(plan, moved, today) for moved in found.moved[:_MOVES]]
    if len(found.moved) > _MOVES:
        moves.append(f"and {len(found.moved) - _MOVES} more")
    return SlipNotice(
        ask=ask,
        hash="",
        plan=plan.slug,
        item=item.id,
        title=item.title,
        who=who,
        due=item.end,
        finish_before=found.finish_before,
        finish_now=found.finish_now,
        moves=tuple(moves),
        repairs=tuple(line_of(repair) for repair in repairs),
        owner=owner,
    )


def late_line(notice: SlipNotice) -> LateLine:
    """The alert in one line of a list."""
    days = max(0, (notice.finish_now - notice.finish_before).days)
    return LateLine(id=notice.item, title=notice.title, who=notice.who, due=notice.due, days=days)


def line_of(repair: Repair) -> RepairLine:
    return RepairLine(verb=repair.verb, label=repair.label, effect=repair.effect)


def _moved(plan: Plan, moved: Moved, today: date) -> str:
    title = plan.items[moved.item].title
    return f"{moved.item} {title}: {near(moved.new_end, today)} instead of {near(moved.old_end, today)}"
