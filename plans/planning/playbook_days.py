"""Where in a plan's time a part of a playbook lies, and whether that holds for every plan that is long enough.

Working days are counted from the plan's first, 0; a bound is the line before a day, so that a window is the days from
one bound up to another, and windows that share a bound neither overlap nor leave a gap. ``day`` bounds stand still;
``left`` bounds lie where that share of the plan, in percent, is still ahead, and move as the plan grows. Whether one
bound comes before another in *every* plan from the lead time on is arithmetic, so a file is judged when it is read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bound:
    """The line before a working day: ``day`` from the plan's first, or with ``left`` percent of it ahead."""

    day: int = 0
    left: int | None = None
    plus: int = 0
    """Working days behind that line; negative: before it."""

    def of(self, days: int) -> int:
        """The number of the day that follows the line, in a plan of so many working days."""
        return (self.day if self.left is None else days - days * self.left // 100) + self.plus


def before(first: Bound, second: Bound, gap: int, lead_days: int) -> bool:
    """Whether ``second`` lies at least ``gap`` days behind ``first`` in every plan of ``lead_days`` or more.

    A ``left`` bound only moves back as the plan grows, so what stands still comes before it always when it does in the
    shortest plan; two of them grow apart; and none stays before one that stands still.
    """
    if first.left is None or first.left == 100:
        return first.of(lead_days) + gap <= second.of(lead_days)
    if second.left is None or second.left > first.left:
        return False
    return lead_days * (first.left - second.left) // 100 >= gap + first.plus - second.plus
