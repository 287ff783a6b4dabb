"""How long an item may take: its distribution, as a table of equally likely durations, and what that rests on.

Where there is enough experience with the same doer and the same kind of work, the item's estimate times the ratios that
were seen there (a bootstrap); else its estimate in three points as a PERT-beta (Malcolm et al., 1959); else a spread
around its one estimate. Some experience, but too little to stand alone, is mixed in by its share of what is enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING, Final, Literal

from plans.model.history import Kind, kind_of
from plans.model.plan import Item
from plans.words import Doer, ItemId, ItemKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.float32]

LEVELS: Final = 1024
"""Equally likely durations of a table."""
ENOUGH: Final = 10
"""Similar finished items that stand alone. Of ten, the true P80 lies between the 6th and the last six times
in seven."""
GUESS: Final = (0.8, 3.0)
"""At best and at worst, as shares of an estimate that stands alone: it is then exceeded by 30 % on average, which is
what surveys of estimates have found (Moløkken and Jørgensen, 2003)."""
Means = Literal["history", "blend", "estimate", "guess"]


@dataclass(frozen=True)
class Grounds:
    """What the forecast of one item rests on."""

    item: ItemId
    means: Means
    doer: Doer
    samples: int = 0
    """Similar finished items."""
    ratio: float = 1.0
    """How many times as long as estimated they took, by the median."""
    said: str = ""
    """In words, behind the item's name."""


@dataclass(frozen=True)
class Spread:
    """Durations in working days. ``drift``: how uncertain the mean of the experience itself is, see ``drifts``."""

    table: Table
    drift: float
    kind: Kind


def spread(item: Item, ratios: Mapping[Kind, Sequence[float]]) -> tuple[Spread, Grounds]:
    """``ratios``: actual by estimated durations of finished items, in rising order, by kind."""
    kind, own = kind_of(item), ratios.get(kind_of(item), ())
    if item.kind is ItemKind.MILESTONE:
        # A milestone is an event: it is reached on its days, and does not take longer.
        return _estimated(item.model_copy(update={"low": item.days, "high": item.days}), kind)
    if not own:
        return _estimated(item, kind)
    seen = Grounds(item.id, "history", kind[0], len(own), median(own))
    told = f"{_counted(len(own), 'similar item')} {by(kind[0])} took {seen.ratio:.1f} times the estimate"
    if len(own) >= ENOUGH:
        return Spread(_seen(item.days, tuple(own)), _drift(tuple(own)), kind), replace(seen, said=told)
    return _mixed(item, tuple(own), seen, told)


def _mixed(item: Item, own: tuple[float, ...], seen: Grounds, told: str) -> tuple[Spread, Grounds]:
    import numpy as np  # noqa: PLC0415 - loads at the first forecast: starting needs none of it

    other, ground = _estimated(item, kind_of(item))
    part = len(own) * LEVELS // ENOUGH
    mixed = np.sort(np.concatenate([_thinned(_seen(item.days, own), part), _thinned(other.table, LEVELS - part)]))
    said = f"{told}; too few to stand alone, so mixed with {ground.said}"
    return Spread(mixed, _drift(own) * part / LEVELS, other.kind), replace(seen, means="blend", said=said)


def _estimated(item: Item, kind: Kind) -> tuple[Spread, Grounds]:
    if item.low is None and item.high is None:
        low, high = GUESS[0] * item.days, GUESS[1] * item.days
        ground = Grounds(item.id, "guess", kind[0], said=f"a guess around {_counted(item.days, 'day')}")
    else:
        low, high = item.low or item.days, item.high or item.days
        said = f"an estimate of {low:g} to {_counted(high, 'day')}, likely {item.days}"
        ground = Grounds(item.id, "estimate", kind[0], said=said)
    return Spread(pert(float(low), float(item.days), float(high)), 0.0, kind), ground


def under_way(table: Table, elapsed: int) -> Table | None:
    """The durations that are left of a table when so many working days have passed and it is not done.

    None when it has taken longer than any of them: then nothing here says how long it will still take.
    """
    import numpy as np  # noqa: PLC0415 - see above

    if not elapsed:
        return table
    left = table[table >= elapsed + 0.5]
    return left[np.arange(LEVELS) * len(left) // LEVELS] if len(left) else None


@lru_cache(maxsize=4096)
def pert(low: float, likely: float, high: float) -> Table:
    """Quantiles of the beta distribution between low and high with that mode, of shape 4 (PERT)."""
    import numpy as np  # noqa: PLC0415 - see above

    if high <= low:
        return np.full(LEVELS, likely, dtype=np.float32)
    at = np.linspace(0.0, 1.0, 2 * LEVELS + 1)
    mode = (likely - low) / (high - low)
    density = at ** (4 * mode) * (1 - at) ** (4 * (1 - mode))
    below = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
    found = low + (high - low) * np.interp(_levels(), below / below[-1], at)
    return found.astype(np.float32)


@lru_cache(maxsize=4096)
def _seen(days: int, ratios: tuple[float, ...]) -> Table:
    import numpy as np  # noqa: PLC0415 - see above

    return (days * np.asarray(ratios, dtype=np.float32))[np.arange(LEVELS) * len(ratios) // LEVELS]


@lru_cache(maxsize=1024)
def _drift(ratios: tuple[float, ...]) -> float:
    """Standard error of the mean of the ratios' logarithms."""
    import numpy as np  # noqa: PLC0415 - see above

    return float(np.log(ratios).std(ddof=1) / len(ratios) ** 0.5) if len(ratios) > 1 else 0.0


def _levels() -> NDArray[np.float64]:
    import numpy as np  # noqa: PLC0415 - see above

    return (np.arange(LEVELS) + 0.5) / LEVELS


def _thinned(table: Table, size: int) -> Table:
    import numpy as np  # noqa: PLC0415 - see above

    return table[((np.arange(size) + 0.5) * len(table) / max(1, size)).astype(np.intp)]


def by(doer: Doer) -> str:
    """``by quill``, ``by the designer``, ``by their owner``: a person's name is not the model's to know."""
    sort, _, name = doer.partition(":")
    return {"agent": f"by {name}", "role": f"by the {name}"}.get(sort, "by their owner")


def _counted(number: float, unit: str) -> str:
    return f"{number:g} {unit}" if number == 1 else f"{number:g} {unit}s"
