"""What is known of how long work took: the experience that a forecast draws from.

``plans.store.durations`` finds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from plans.model.plan import Item
from plans.words import Doer, ItemId

Kind = tuple[Doer, str]
"""Who did it, and what kind of work it was: items that share both are similar."""


@dataclass(frozen=True)
class Finished:
    """An item that was done. Days are working days of its plan, the first and the last included."""

    item: ItemId
    doer: Doer
    capability: str
    estimated: int
    actual: int

    @property
    def ratio(self) -> float:
        """How many times as long as estimated it took."""
        return self.actual / self.estimated

    @property
    def kind(self) -> Kind:
        return self.doer, self.capability


@dataclass(frozen=True)
class History:
    """Finished items of any plan, and since when the open ones of this plan are being worked on."""

    finished: tuple[Finished, ...] = ()
    begun: Mapping[ItemId, date] = field(default_factory=lambda: MappingProxyType({}))
    """The day, in the plan's zone, on which work on an open item began, where that is known."""

    def ratios(self) -> dict[Kind, tuple[float, ...]]:
        """Actual by estimated durations of what is similar, in rising order."""
        found: dict[Kind, list[float]] = {}
        for one in self.finished:
            found.setdefault(one.kind, []).append(one.ratio)
        return {kind: tuple(sorted(ratios)) for kind, ratios in found.items()}


def kind_of(item: Item) -> Kind:
    """What the item is similar to."""
    return item.doer, item.capability
