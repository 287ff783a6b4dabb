"""What was measured, beside what is asked and beside a baseline of the same run, as one table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

NOISE = 1.25
"""A figure is missed when it is off by more than this factor: repeated runs on a shared machine differ by a fifth.
Between the limit and that, the table says so and the run does not fail."""


@dataclass(frozen=True)
class Figure:
    """``limit`` None: told for completeness, nothing is asked of it."""

    what: str
    measured: float
    unit: str
    baseline: str
    limit: float | None = None
    at_least: bool = False
    """Whether more is better."""

    @property
    def excess(self) -> float:
        """How much worse than asked, as a factor; up to 1.0 it is as asked."""
        if self.limit is None:
            return 0.0
        if self.at_least:
            return self.limit / self.measured if self.measured else float("inf")
        return self.measured / self.limit if self.limit else 1.0 + self.measured

    @property
    def missed(self) -> bool:
        return self.excess > NOISE

    @property
    def asked(self) -> str:
        if self.limit is None:
            return "–"
        return f"{'≥' if self.at_least else '≤'} {_number(self.limit)}{self.unit}"

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return "–"
        return "missed" if self.missed else "in noise" if self.excess > 1.0 else "yes"


@dataclass
class Report:
    """Collects the figures of a run."""

    figures: list[Figure] = field(default_factory=list)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    load: float = field(default_factory=lambda: os.getloadavg()[0])
    """The machine's load when the run began, which is not ours."""

    def add(self, *figures: Figure) -> None:
        """Keeps them, and fails the test when one of them is missed by more than noise."""
        self.figures += figures
        missed = [f"{figure.what}: {_shown(figure)}, asked {figure.asked}" for figure in figures if figure.missed]
        assert not missed, "; ".join(missed)

    def lines(self) -> list[str]:
        """The table in Markdown, as the README shows it."""
        head = ("Figure", "Measured", "Asked", "Baseline, same run", "Kept")
        rows = [(f.what, _shown(f), f.asked, f.baseline, f.verdict) for f in self.figures]
        about = f"{self.began:%Y-%m-%d}, {os.cpu_count()} cores, load {self.load:.1f} when the run began"
        return [about, "", *_markdown(head, rows)]


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def _shown(figure: Figure) -> str:
    return f"{_number(figure.measured)}{figure.unit}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share of them lies."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]
