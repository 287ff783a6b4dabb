"""How fast a plan's buffer is used up, as the critical chain method has it (Goldratt, 1997).

The buffer is what lies between the finish as the plan was meant and its deadline. Used up is what that finish has
slipped since; done is the part of the longest chain's working days that was. As long as the one share is not greater
than the other, the buffer lasts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plans.model.forecast_network import Network, Node
from plans.words import ItemId, ItemState


@dataclass(frozen=True)
class Buffer:
    """Working days."""

    days: int
    """Between the finish as it was meant and the deadline; at least one."""
    used: int
    chain: tuple[ItemId, ...]
    """The longest chain as it was meant, what is done included, in order."""
    chain_days: int
    chain_done: int

    @property
    def share_used(self) -> float:
        return self.used / self.days

    @property
    def share_done(self) -> float:
        return self.chain_done / self.chain_days

    @property
    def burn(self) -> float | None:
        """Share used by share done; None as long as nothing of the chain is done. Above 1 the buffer will not last."""
        return self.share_used / self.share_done if self.chain_done else None


def buffer(meant: Network, now: Network, deadline: int) -> Buffer | None:
    """``deadline``: its rank. None when the plan was meant without any buffer."""
    starts, ends = _played(meant)
    finish = max(ends[row] for row in meant.work)
    if deadline <= finish:
        return None
    _, left = _played(now)
    last = max(left[row] for row in now.work)
    rows = list(_chain(meant, starts, ends))[::-1]
    chain = [meant.nodes[row].item for row in rows if meant.nodes[row].works]
    elapsed = {node.item.id: node.elapsed or 0 for node in now.nodes}
    return Buffer(
        days=deadline - finish,
        used=max(0, last - finish),
        chain=tuple(item.id for item in chain),
        chain_days=sum(item.days for item in chain),
        chain_done=sum(
            item.days if item.state is ItemState.DONE else min(elapsed.get(item.id, 0), item.days - 1) for item in chain
        ),
    )


def _played(network: Network) -> tuple[list[int], list[int]]:
    """Starts and finishes when everything takes as long as was estimated."""
    starts, ends = network.run(_planned, 1)
    return starts[:, 0].tolist(), ends[:, 0].tolist()


def _planned(_row: int, node: Node) -> int:
    return node.item.days


def _chain(network: Network, starts: list[int], ends: list[int]) -> Iterator[int]:
    """From the last to finish back, each time to what held it up longest."""
    at: int | None = max(network.work, key=lambda row: ends[row])
    while at is not None:
        yield at
        node = network.nodes[at]
        until = {row: ends[row] + 1 for row in node.children}
        until |= {row: ends[row] + gap for row, gap in node.finishes}
        until |= {row: starts[row] + gap for row, gap in node.starts}
        at = max(until, key=lambda row: until[row], default=None)
