"""Which item comes behind which: what it waits for, however, and a parent behind its children.

The graph is rustworkx's, so that ten thousand items take milliseconds. What is waited for but not on the plan is the
critic's to complain about; it holds nothing up here.
"""

from __future__ import annotations

from collections.abc import Callable

import rustworkx as rx

from plans.errors import UserError
from plans.model.plan import Item, Plan
from plans.words import ItemId

_SHOWN = 12
"""Items of a cycle that are named in a sentence; the error carries them all."""


class CycleError(UserError):
    """Items wait for each other in a circle. ``cycle`` names them in order, the first one once."""

    def __init__(self, cycle: tuple[ItemId, ...]) -> None:
        shown = (
            [*cycle[: _SHOWN - 1], f"… {len(cycle) - _SHOWN} more …", cycle[-1]] if len(cycle) > _SHOWN else [*cycle]
        )
        super().__init__(
            f"These items wait for each other in a circle: {' → '.join([*shown, cycle[0]])}.",
            "Take one of them off the wait, so that one can begin.",
        )
        self.cycle = cycle


def order(plan: Plan) -> list[ItemId]:
    """The items such that each comes behind what it waits for, else as on the plan. Raises CycleError.

    What is done or dropped waits for nothing any more and holds nothing up: a circle through it is none.
    """
    names = list(plan.items)
    found = _sorted(_graph(plan, lambda item: True))
    if len(found) < len(names):
        graph = _graph(plan, lambda item: not item.settled)
        found = _sorted(graph)
        if len(found) < len(names):
            raise CycleError(tuple(names[place] for place in _circle(graph)))
    return [names[place] for place in found]


class Followers:
    """What can only be done when an item is: all that waits for it, and the parents of all that."""

    def __init__(self, plan: Plan) -> None:
        self._names = list(plan.items)
        self._places = {item: place for place, item in enumerate(self._names)}
        self._graph = _graph(plan, lambda item: True)

    def of(self, item: ItemId) -> set[ItemId]:
        found = rx.descendants(self._graph, self._places[item])
        return {self._names[place] for place in found}


def _graph(plan: Plan, counts: Callable[[Item], bool]) -> rx.PyDiGraph[int, None]:
    """The items by their place on the plan; an edge leads from what is waited for to what waits."""
    places = {item: place for place, item in enumerate(plan.items) if counts(plan.items[item])}
    edges = []
    for item, place in places.items():
        one = plan.items[item]
        for before in one.waits:
            if before in places:
                edges.append((places[before], place))
        if one.parent in places:
            edges.append((place, places[one.parent]))
    graph: rx.PyDiGraph[int, None] = rx.PyDiGraph(multigraph=False)
    graph.add_nodes_from(range(len(plan.items)))
    graph.add_edges_from_no_data(edges)
    return graph


def _sorted(graph: rx.PyDiGraph[int, None]) -> list[int]:
    """All of them, or only those in front of a circle (rustworkx 0.18 raises nothing here)."""
    return rx.lexicographical_topological_sort(graph, key=lambda place: f"{place:09d}")


def _circle(graph: rx.PyDiGraph[int, None]) -> list[int]:
    """The shortest circle through the first item that lies on any, from that item onwards."""
    first = min(
        min(knot)
        for knot in rx.strongly_connected_components(graph)
        if len(knot) > 1 or graph.has_edge(knot[0], knot[0])
    )
    if graph.has_edge(first, first):
        return [first]
    ways = rx.dijkstra_shortest_paths(graph, first, weight_fn=None)
    return min((list(ways[last]) for last in graph.predecessor_indices(first) if last in ways), key=len)
