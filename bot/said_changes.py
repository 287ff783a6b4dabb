"""A change that was said is put before the plan's owner, as a revision that waits for a yes."""

from __future__ import annotations

from functools import partial

from sqlmodel import Session

from bot import effects
from bot.cards.parts import Activity
from bot.cards.progress import said
from bot.cards.text import short
from bot.commands.desk import Turn
from plans.errors import UserError
from plans.governance import decisions
from plans.governance.asks import Asks
from plans.model.tiers import fallout
from plans.planning.talk.setting import Setting, Understood
from plans.planning.whatif import Effect
from plans.ports.people import SaidNotice
from plans.ports.time import Clock
from plans.store import plans
from plans.store.people import display_name
from plans.store.tables import RevisionRow
from plans.words import AskId, AskKind, PersonId

_QUOTED = 300
"""Characters of what was said that are kept and shown."""


class SaidChanges:
    """Puts changes; what is clicked on their cards comes to ``bot.proposals``."""

    def __init__(self, asks: Asks, wall: Clock, plan_clock: Clock) -> None:
        self._asks = asks
        self._wall = wall
        self._plan_clock = plan_clock

    def put(self, tx: Session, turn: Turn, setting: Setting, understood: Understood, effect: Effect) -> Activity:
        """Stores the change as it was worked out and asks the plan's owner: where it was said, or, when somebody else
        said it in private, in the owner's own chat. Returns the reply.

        Raises UserError when the plan has changed since it was worked out.
        """
        plan, owner = setting.plan, setting.plan.owner
        if plans.load(tx, plan.slug) != plan:
            raise UserError("The plan changed just now, while I was reading that.", "Say it once more.")
        quoted = short(turn.said.text, _QUOTED)
        name = display_name(tx, turn.person)
        revision = plans.propose(
            tx, plan.slug, understood.edits, f"{name}: “{quoted}”", "talk", turn.person, self._plan_clock.now()
        )
        decisions.record(
            tx,
            at=self._wall.now(),
            kind="plan",
            what=f"A change of {plan.title} was proposed",
            why=f"{name} said so: {' '.join(understood.said)}",
            actor=turn.person,
            verdict="ask",
            plan=plan.slug,
            item=understood.about[0] if len(understood.about) == 1 else None,
            data={"revision": revision.id, "hash": revision.hash},
        )
        private = turn.personal and turn.person != owner
        self._asks.open(
            tx,
            kind=AskKind.REVISION,
            entity=revision.id,
            plan=plan.slug,
            chat=None if private else turn.chat,
            whisper=owner if private else None,
            allowed=[owner],
            notice_of=lambda ask, _hash: _notice(tx, ask, revision, turn.person, quoted, setting, understood, effect),
        )
        return said(_reply(turn, owner, display_name(tx, owner), plan.title, private=private))


def _reply(turn: Turn, owner: PersonId, name: str, title: str, *, private: bool) -> str:
    if turn.person == owner:
        return "This is what that changes. Nothing is changed before you say yes."
    if private:
        return f"Only {name} changes {title}, so I have asked {name}. Nothing is changed before that."
    return f"This is what that changes. Nothing is changed before {name} says yes."


def _notice(
    tx: Session,
    ask: AskId,
    revision: RevisionRow,
    speaker: PersonId,
    quoted: str,
    setting: Setting,
    understood: Understood,
    effect: Effect,
) -> SaidNotice:
    plan, name_of = setting.plan, partial(display_name, tx)
    return SaidNotice(
        ask=ask,
        hash="",
        plan=plan.slug,
        revision=revision.number,
        title=plan.title,
        by=name_of(speaker),
        said=quoted,
        understood=understood.said,
        assumed=understood.assumed,
        changes=effects.changes(plan, effect, name_of),
        breaks=(
            *effect.breaks,
            *(below.said for below in fallout(plan, effect.plan)),
            *effects.load(effect, setting.today, name_of),
        ),
        finish=effects.finish(effect, setting.today),
        last_work=effects.last_work(effect, setting.today),
        cost=effects.cost(effect),
        chance=effects.chance(effect),
        approver=name_of(plan.owner),
    )
