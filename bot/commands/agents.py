"""``agents``: the inventory, and who of it can be reached right now."""

from __future__ import annotations

import asyncio

from bot import cards
from bot.cards import agents as card
from bot.cards.parts import Activity
from bot.cards.trim import trimmed
from plans.errors import StewardError
from plans.ports.work import Agent, Roster

_PATIENCE = 3.0
"""Wall seconds for an agent to answer; people are waiting."""
_DOORS = {
    "mcp": "MCP",
    "a2a": "A2A",
    "rest_session": "REST",
    "browser": "web UI",
    "person": "a colleague",
}


async def agents(roster: Roster) -> Activity:
    """Asks every agent how it is, side by side. Touches no database."""
    found = await asyncio.gather(*(_line(roster, agent) for agent in roster.agents()))
    view = card.Inventory(tuple(found))
    return cards.fitted(lambda room: card.render(trimmed(view, room), room))


async def _line(roster: Roster, agent: Agent) -> card.AgentLine:
    return card.AgentLine(
        name=agent.name,
        reached=_DOORS[agent.driver],
        can=", ".join(capability.replace("_", " ") for capability in agent.capabilities),
        may=", ".join(agent.may),
        owner=agent.owner,
        price=f"{agent.price} a brief" if agent.price.minor else "free of charge",
        health=await _health(roster, agent),
    )


async def _health(roster: Roster, agent: Agent) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            told = await roster.delegate(agent.name).describe()
    except TimeoutError:
        return "does not answer"
    except StewardError as error:
        return f"cannot be reached: {error}"
    return "ready" if told.healthy else f"not ready: {told.detail or 'no reason given'}"
