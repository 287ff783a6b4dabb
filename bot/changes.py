"""A change of a plan that stands: read from what was said, weighed, and put before the plan's owner as a card.

Weighing takes schedules and the critic, so it happens outside any transaction; when the proposal is stored, the plan
must still be the one that was weighed. The clicks on the card are ``bot.proposals``'.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from bot.cards.parts import Activity
from bot.cards.progress import said
from plans.errors import UserError
from plans.governance import decisions
from plans.governance.asks import Asks
from plans.model import diff
from plans.model.calendar import today
from plans.model.critic import Precheck
from plans.model.edits import Edits
from plans.model.plan import Plan
from plans.model.weigh import Weighed, weigh
from plans.ports.people import ChangeNotice
from plans.ports.time import Clock
from plans.ports.work import Roster
from plans.store import plans
from plans.store.people import display_name
from plans.store.tables import PlanRow, RevisionRow
from plans.words import AskId, AskKind, ChatId, PersonId


@dataclass(frozen=True)
class Draft:
    """A change in the making, on the plan as it was read."""

    plan: Plan
    edits: Edits
    reason: str
    """A sentence: what is asked for."""
    person: PersonId
    """Who proposes it."""


class Changes:
    """Weighs changes and proposes them."""

    def __init__(
        self, asks: Asks, roster: Roster, wall: Clock, plan_clock: Clock, precheck: Precheck | None = None
    ) -> None:
        self._asks = asks
        self._roster = roster
        self._wall = wall
        self._plan_clock = plan_clock
        self._precheck = precheck

    def weigh(self, draft: Draft) -> Weighed:
        """What it would do; touches no database. Raises UserError when it does not fit the plan."""
        agents = self._roster.agents()
        return weigh(
            draft.plan,
            draft.edits,
            today(self._plan_clock.now(), draft.plan.zone),
            self._precheck,
            {agent.name: agent.concurrent for agent in agents},
            {agent.name: agent.price for agent in agents},
        )

    def put(self, tx: Session, draft: Draft, weighed: Weighed, chat: ChatId) -> Activity:
        """Proposes it, to the owner where it was said, else where the plan lives; returns the reply.

        Raises UserError when the plan has changed since it was read.
        """
        plan, now = draft.plan, self._plan_clock.now()
        row = tx.get_one(PlanRow, plan.slug)
        if row.revision != plan.revision:
            raise UserError(f"{plan.title} was changed this very moment.", "Say it again, and I look at it anew.")
        revision = plans.propose(tx, plan.slug, draft.edits, draft.reason, "talk", draft.person, now)
        self._record(tx, draft, weighed, revision)
        self._asks.open(
            tx,
            kind=AskKind.REVISION,
            entity=revision.id,
            plan=plan.slug,
            chat=chat if draft.person == plan.owner else ChatId(row.chat),
            whisper=None,
            allowed=[plan.owner],
            notice_of=lambda ask, _hash: self._notice(tx, ask, draft, weighed, revision.number),
        )
        who = "you" if draft.person == plan.owner else display_name(tx, plan.owner)
        return said(f"Proposed for {plan.title}: version {revision.number} is on its card, and {who} can approve it.")

    def _record(self, tx: Session, draft: Draft, weighed: Weighed, revision: RevisionRow) -> None:
        decisions.record(
            tx,
            at=self._wall.now(),
            kind="plan",
            what=f"A change of {draft.plan.title} was proposed",
            why=draft.reason,
            actor=draft.person,
            verdict="ask",
            plan=draft.plan.slug,
            data={
                "revision": revision.id,
                "hash": revision.hash,
                "findings": [finding.said for finding in weighed.broken],
            },
        )

    def _notice(self, tx: Session, ask: AskId, draft: Draft, weighed: Weighed, number: int) -> ChangeNotice:
        plan = draft.plan
        day = today(self._plan_clock.now(), plan.zone)
        name_of = partial(display_name, tx)
        return ChangeNotice(
            ask=ask,
            hash="",
            plan=plan.slug,
            revision=number,
            title=plan.title,
            reason=draft.reason,
            proposer=name_of(draft.person),
            changes=diff.lines(weighed.before, weighed.after, name_of),
            broken=tuple(f"{finding.said} ({finding.rule})" for finding in weighed.misfits),
            fallout=tuple(found.said for found in weighed.fallout),
            finish_before=weighed.finish_before,
            finish_after=weighed.finish_after,
            today=day,
            approver=name_of(plan.owner),
        )
