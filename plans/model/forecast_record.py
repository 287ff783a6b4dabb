"""How true forecasts were: Brier score (Brier, 1950) and reliability table, over those of which the truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

MEASURABLE: Final = 20
"""Resolved forecasts below which nothing can be said: the score of twenty coins already varies by a quarter."""
_EDGES: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Bin:
    """Forecasts of about the same probability, from ``low`` up to ``high`` (the last one: up to and with 1)."""

    low: float
    high: float
    count: int
    came_true: int
    said: float
    """Their mean probability."""


@dataclass(frozen=True)
class Record:
    """Over all resolved forecasts. Bins without any are left out."""

    count: int
    brier: float
    """Mean squared distance of what was said from what came: 0 is perfect, 0.25 is what always saying 50 % gets."""
    reference: float
    """What always saying how often such things come true would have got: a forecaster worth asking is below that."""
    bins: tuple[Bin, ...]


def record(resolved: Sequence[tuple[float, bool]]) -> Record:
    """``resolved``: what probability was given to something, and whether it came true."""
    if not resolved:
        return Record(0, 0.0, 0.0, ())
    count = len(resolved)
    base = sum(true for _, true in resolved) / count
    bins = []
    for low, high in pairwise(_EDGES):
        inside = [(said, true) for said, true in resolved if low <= said < high or said == high == 1]
        if inside:
            said = sum(said for said, _ in inside) / len(inside)
            bins.append(Bin(low, high, len(inside), sum(true for _, true in inside), said))
    brier = sum((said - true) ** 2 for said, true in resolved) / count
    return Record(count, brier, base * (1 - base), tuple(bins))
