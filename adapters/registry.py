"""Who there is: the inventory as the rooms of plans ask for it, and its delegates, built when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Protocol, runtime_checkable

from adapters.inventory import AgentEntry
from adapters.manifest import A2aManifest, McpManifest
from plans.errors import SetupError, UserError
from plans.ports.time import Clock
from plans.ports.work import Agent, Delegate
from plans.words import AgentName

Builder = Callable[[AgentEntry], Delegate]
"""Makes the delegate of an entry of one driver. Raises SetupError when the entry does not suffice."""


@runtime_checkable
class Running(Protocol):
    """A delegate with work of its own in this process."""

    async def close(self) -> None: ...


def protocols(wall: Clock) -> dict[str, Builder]:
    """The builders of the drivers that speak a protocol; app adds those that need more than a clock."""

    def mcp(entry: AgentEntry) -> Delegate:
        from adapters.mcp.delegate import McpDelegate  # noqa: PLC0415 - the SDK loads when an agent needs it

        assert isinstance(entry.body, McpManifest)
        return McpDelegate(entry, entry.body, wall)

    def a2a(entry: AgentEntry) -> Delegate:
        from adapters.a2a.delegate import A2aDelegate  # noqa: PLC0415 - the SDK loads when an agent needs it

        assert isinstance(entry.body, A2aManifest)
        return A2aDelegate(entry, entry.body, wall)

    return {"mcp": mcp, "a2a": a2a}


class Registry:
    """Implements ``plans.ports.work.Roster``. Thread-safe: continuations ask from several threads."""

    def __init__(self, entries: Sequence[AgentEntry], builders: Mapping[str, Builder]) -> None:
        """Raises SetupError when an entry's driver has no builder."""
        for entry in entries:
            if entry.agent.driver not in builders:
                raise SetupError(
                    f"agent {entry.agent.name}: nothing here drives {entry.agent.driver} "
                    f"(there are: {', '.join(sorted(builders))})"
                )
        self._entries = {entry.agent.name: entry for entry in entries}
        self._builders = dict(builders)
        self._delegates: dict[AgentName, Delegate] = {}
        self._lock = Lock()

    def agents(self) -> tuple[Agent, ...]:
        """In the inventory's order."""
        return tuple(entry.agent for entry in self._entries.values())

    def agent(self, name: AgentName) -> Agent:
        """Raises UserError when there is none of that name."""
        return self._entry(name).agent

    def delegate(self, name: AgentName) -> Delegate:
        """Raises UserError when there is none of that name."""
        entry = self._entry(name)
        with self._lock:
            if name not in self._delegates:
                self._delegates[name] = self._builders[entry.agent.driver](entry)
            return self._delegates[name]

    async def close(self) -> None:
        """Ends what delegates have running in this process; what runs at their vendors goes on."""
        for delegate in self._delegates.values():
            if isinstance(delegate, Running):
                await delegate.close()

    def _entry(self, name: AgentName) -> AgentEntry:
        entry = self._entries.get(name)
        if entry is None:
            known = ", ".join(self._entries) or "none"
            raise UserError(f"There is no agent called {name}.", f"There are: {known}.")
        return entry
