"""The runs of a forecast: every item's duration drawn, the network worked through, and what came of it counted.

Every item draws from a stream of its own, named by its id: what is changed elsewhere on a plan changes nothing of its
luck, so that two forecasts of one seed differ by the change alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zlib import crc32

from plans.model.forecast_network import Network, Node
from plans.model.forecast_spread import LEVELS, Spread
from plans.model.history import Kind

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray

    from plans.model.forecast_network import Ranks

_BATCH: Final = 2_500
"""Runs at once: few enough for a thousand items to stay below 50 MB."""


@dataclass(frozen=True)
class Tally:
    """Counted over all runs; of items, by row."""

    finishes: Mapping[int, int]
    """Rank of the plan's finish, in rising order: number of runs."""
    critical: tuple[int, ...]
    """Runs in which the item is on a longest path."""
    in_time: tuple[int, ...]
    """Runs in which it is finished by its own end."""


def simulate(network: Network, spreads: Sequence[Spread], ends: Sequence[int], runs: int, seed: int) -> Tally:
    """``ends``: rank of each item's own end, by row."""
    import numpy as np  # noqa: PLC0415 - loads at the first forecast: starting needs none of it

    streams = [_stream(seed, f"item:{node.item.id}") for node in network.nodes]
    kinds = {spread.kind: _stream(seed, f"kind:{spread.kind}") for spread in spreads if spread.drift}
    critical = np.zeros(len(network.nodes), dtype=np.int64)
    in_time = np.zeros_like(critical)
    finishes: dict[int, int] = {}
    limits, work = np.array(ends, dtype=np.int32)[:, None], list(network.work)
    for begun in range(0, runs, _BATCH):
        size = min(_BATCH, runs - begun)
        moods = {kind: stream.standard_normal(size, dtype=np.float32) for kind, stream in kinds.items()}
        starts, finished = network.run(_days(spreads, streams, moods, size), size)
        critical += network.critical(starts, finished).sum(axis=1)
        in_time += (finished <= limits).sum(axis=1)
        for rank, count in zip(*np.unique(finished[work].max(axis=0), return_counts=True), strict=True):
            finishes[int(rank)] = finishes.get(int(rank), 0) + int(count)
    return Tally(dict(sorted(finishes.items())), tuple(critical.tolist()), tuple(in_time.tolist()))


def _days(
    spreads: Sequence[Spread], streams: Sequence[Generator], moods: Mapping[Kind, NDArray[np.float32]], size: int
) -> Callable[[int, Node], Ranks]:
    """How long an item takes in each run of a batch.

    Experience is a sample: its mean may lie off the true one, and then it does for everything of that kind at once. So
    in each run all items of a kind are stretched alike, by as much as that mean is uncertain (the drift).
    """
    import numpy as np  # noqa: PLC0415 - see above

    def drawn(row: int, _node: Node) -> Ranks:
        spread = spreads[row]
        days = spread.table.take(streams[row].integers(0, LEVELS, size, dtype=np.uint16))
        if spread.drift:
            days *= np.exp(np.float32(spread.drift) * moods[spread.kind])
        days += np.float32(0.5)
        return np.maximum(days.astype(np.int32), 1)

    return drawn


def _stream(seed: int, name: str) -> Generator:
    import numpy as np  # noqa: PLC0415 - see above

    return np.random.Generator(np.random.PCG64((seed, crc32(name.encode()))))
