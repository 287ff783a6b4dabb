"""A goal becomes a proposal in the chat it was given in, with a sign of life on the way.

Planning may take minutes and asks a model; nothing of it is stored until the plan stands. Then plan, question to the
owner and last word go into one transaction, the one that also settles the turn: run twice, it proposes once.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from sqlmodel import Session, select

from bot.cards.progress import said
from bot.inbox import mark_handled
from bot.incoming import Incoming
from bot.messenger import TeamsMessenger
from bot.proposals import Proposals
from plans.errors import Conflict
from plans.model.calendar import today
from plans.planning.goal import read
from plans.planning.playbooks import Shelf
from plans.planning.propose import Proposal, propose
from plans.ports.brain import Brain
from plans.ports.time import Clock
from plans.ports.work import Roster
from plans.store.database import Database
from plans.store.names import free_prefix, free_slug
from plans.store.people import display_name
from plans.store.tables import PlanRow
from plans.words import ChatId, PersonId

_TRIES = 3
_log = logging.getLogger(__name__)


class Goals:
    """Plans what people ask to be owned."""

    def __init__(
        self,
        database: Database,
        messenger: TeamsMessenger,
        proposals: Proposals,
        roster: Roster,
        playbooks: Shelf,
        brain: Brain | None,
        wall: Clock,
        plan_clock: Clock,
        zone: str,
    ) -> None:
        """``zone``: IANA name of the zone in which new plans count their days."""
        self._database = database
        self._messenger = messenger
        self._proposals = proposals
        self._roster = roster
        self._playbooks = playbooks
        self._brain = brain
        self._wall = wall
        self._plan_clock = plan_clock
        self._zone = zone
        self._taken: set[str] = set()

    async def plan(self, incoming: Incoming, text: str, reply: str) -> None:
        """Settles the turn. ``reply`` is the key of the message that shows how far it is.

        Raises UserError for a goal that cannot be planned: nothing is stored then.
        """
        for _ in range(_TRIES):
            if await self._planned(incoming, text, reply):
                return
        raise Conflict("no free name for a plan")

    async def _planned(self, incoming: Incoming, text: str, reply: str) -> bool:
        """One attempt; False when another worker took the plan's name meanwhile, which this process never does."""
        goal = read(text, today(self._plan_clock.now(), self._zone))
        owner = PersonId(incoming.person.id)
        with self._names(*await self._free(goal.slug, goal.prefix)) as (slug, prefix):
            proposal = await propose(
                text,
                owner=owner,
                owner_name=await self._database.read(lambda tx: display_name(tx, owner)),
                zone=self._zone,
                now=self._plan_clock.now(),
                agents=self._roster.agents(),
                playbooks=self._playbooks,
                brain=self._brain,
                free_prefix=prefix,
                slug=slug,
                progress=self._progress(incoming, reply),
                precheck=self._proposals.precheck,
            )
            try:
                await self._database.write(lambda tx: self._put(tx, incoming, proposal, reply))
            except Conflict:
                _log.info("the name %s was taken while its plan was made", slug)
                return False
        return True

    def _progress(self, incoming: Incoming, reply: str) -> Callable[[str], Awaitable[None]]:
        async def tell(words: str) -> None:
            await self._database.write(lambda tx: self._messenger.say(tx, incoming.chat.id, said(words), reply))

        return tell

    async def _free(self, slug: str, prefix: str) -> tuple[str, str]:
        """Names that neither a plan nor a plan in the making has."""

        def look(tx: Session) -> tuple[str, str]:
            return self._untaken(lambda wish: free_slug(tx, wish), slug, "-"), self._untaken(
                lambda wish: free_prefix(tx, wish), prefix, ""
            )

        return await self._database.read(look)

    def _untaken(self, free: Callable[[str], str], wish: str, joint: str) -> str:
        found, number = free(wish), 2
        while found in self._taken:
            found, number = free(f"{wish}{joint}{number}"), number + 1
        return found

    @contextmanager
    def _names(self, slug: str, prefix: str) -> Iterator[tuple[str, str]]:
        self._taken |= {slug, prefix}
        try:
            yield slug, prefix
        finally:
            self._taken -= {slug, prefix}

    def _put(self, tx: Session, incoming: Incoming, proposal: Proposal, reply: str) -> None:
        if not mark_handled(tx, incoming.key, self._wall.now()):
            return
        plan = proposal.plan
        names = select(PlanRow.slug).where((PlanRow.slug == plan.slug) | (PlanRow.prefix == plan.prefix))
        if tx.exec(names).first() is not None:
            raise Conflict(f"{plan.slug} or {plan.prefix} is taken")
        self._proposals.put(tx, proposal, ChatId(incoming.chat.id))
        self._messenger.say(tx, incoming.chat.id, said(f"Here is my plan for {plan.title}."), reply)
