"""Which of the formats a file is in, told from what stands in it rather than from its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plans.model.exchange import lossless, planner, spreadsheet, table
from plans.model.exchange.reading import Known, Said, Unreadable
from plans.model.plan import Plan
from plans.words import PlanSlug


@dataclass(frozen=True)
class Opened:
    """A file whose format is known. One of ``plan``, ``tasks`` and ``rows`` is what it holds."""

    name: str
    plan: Plan | None = None
    tasks: Sequence[dict[str, Any]] = ()
    rows: str = ""
    ids: Sequence[str] = ()
    """What its items seem to be called."""
    pasted: bool = False

    @property
    def slug(self) -> PlanSlug | None:
        return self.plan.slug if self.plan else None

    @property
    def prefix(self) -> str:
        """What most of its items' ids begin with; empty where there is none."""
        if self.plan is not None:
            return self.plan.prefix
        found = Counter(one.strip().upper().rpartition("-")[0] for one in self.ids)
        found.pop("", None)
        return found.most_common(1)[0][0] if found else ""

    def said(self, plan: Plan, known: Known) -> Said:
        """What it says about the plan. Raises Unreadable."""
        if self.plan is not None:
            return lossless.said(self.plan, self.name)
        if self.tasks:
            return planner.read(self.tasks, plan, known, self.name)
        return spreadsheet.read(self.rows, plan, known, self.name, pasted=self.pasted)


def opened(text: str, name: str, *, pasted: bool = False) -> Opened:
    """Raises Unreadable, with the place, for what is none of the formats. ``pasted``: it came through a chat."""
    if text.removeprefix("\ufeff").lstrip()[:1] in ("{", "["):
        return _json(text, name)
    rows = table.rows(text, name, spreadsheet.COLUMNS, ragged=pasted)
    return Opened(name, rows=text, ids=[row.cells.get("id", "") for row in rows], pasted=pasted)


def _json(text: str, name: str) -> Opened:
    found = lossless.loaded(text, name)
    if isinstance(found, dict) and found.get("format") == lossless.FORMAT:
        return Opened(name, plan=lossless.read(found, name))
    tasks = planner.tasks_in(found)
    if not tasks:
        raise Unreadable(
            [
                f"{name}: it is neither a plan of Steward's (“format”: “{lossless.FORMAT}”) nor a list of tasks from "
                "Planner."
            ]
        )
    return Opened(name, tasks=tasks, ids=[str(task["title"]).split(" ", 1)[0] for task in tasks])
