"""``import``: what a pasted table, plan or list of Planner's tasks says becomes a proposal for its owner."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from sqlmodel import Session

from bot.cards.parts import Activity
from bot.cards.progress import said
from bot.commands.desk import Desk, Turn
from bot.commands.which import plan_of
from bot.people import seen
from plans.errors import UserError
from plans.governance import imports
from plans.governance.imports import Offer, Target
from plans.model.exchange.opened import Opened, opened
from plans.store.database import Database
from plans.store.people import display_name

_NAME: Final = "what you pasted"


async def import_(database: Database, desk: Desk, turn: Turn) -> Callable[[Session], Activity]:
    """Works out what would change, off the loop; what is returned proposes it. Raises UserError."""
    if not turn.said.text:
        raise UserError(
            "Nothing stands behind “import”.",
            "Write import and paste a table below it, as export shows one: its first line names the columns. "
            "A larger one is imported where Steward runs: uv run app.py plan import FILE",
        )
    found = await asyncio.to_thread(opened, turn.said.text, _NAME, pasted=True)
    agents = [agent.name for agent in desk.roster.agents()]

    def look(tx: Session) -> Target:
        named = plan_of(tx, turn, "import into") if turn.said.plan else None
        among = seen(tx, turn.chat, turn.person, personal=turn.personal)
        if named is None and found.plan is None and found.prefix not in {row.prefix for row in among}:
            named = plan_of(tx, turn, "import into")
        return imports.target(tx, found, among, agents, named)

    target = await database.read(look)
    offer = await asyncio.to_thread(imports.offer, found, target, turn.person)
    return lambda tx: _proposed(desk, tx, turn, found, offer)


def _proposed(desk: Desk, tx: Session, turn: Turn, found: Opened, offer: Offer) -> Activity:
    title = offer.before.title
    if not offer.edits:
        return said(" ".join([f"Nothing differs from {title} as it stands.", *offer.notes]))
    desk.proposals.offered(tx, offer, found.name, turn.chat, turn.person)
    owner = display_name(tx, offer.before.owner)
    return said(f"{title}: {imports.told(offer)}. {owner} decides, on the card.")
