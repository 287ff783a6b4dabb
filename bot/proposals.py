"""A plan, or a change of one, that is proposed: put before its owner, corrected, approved or rejected.

Everything happens in the caller's transaction. The first version of a plan is corrected in place, because nobody has
approved it yet; its card then shows the new version under a new hash, and buttons of the old one no longer count.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from bot.proposal_edits import checked, edits_of
from bot.proposal_notice import proposal_notice
from plans.errors import Conflict, Overtaken, UserError
from plans.governance import decisions, imports
from plans.governance.asks import Asks
from plans.governance.imports import Offer
from plans.governance.revisions import Revisions
from plans.model.calendar import today
from plans.model.critic import Precheck
from plans.model.edits import EDITS
from plans.model.plan import Plan
from plans.planning.propose import Proposal
from plans.planning.talk.standing import require_fit
from plans.ports.people import Fate, ProposalNotice
from plans.ports.time import Clock
from plans.ports.work import Roster
from plans.store import plans
from plans.store.history import READ_FROM
from plans.store.people import display_name
from plans.store.tables import AskRow, DecisionRow, PlanRow, RevisionRow
from plans.words import AskId, AskKind, ChatId, DecisionId, PersonId, PlanSlug

_REASON = 500


def _is_change(ask: AskRow) -> bool:
    """Whether a change of a plan is asked for that somebody said, rather than a plan."""
    return str(ask.notice.get("kind")) == "said"


class Proposals:
    """Registers itself for clicks on proposals."""

    def __init__(
        self,
        asks: Asks,
        revisions: Revisions,
        roster: Roster,
        wall: Clock,
        plan_clock: Clock,
        precheck: Precheck | None = None,
    ) -> None:
        self._asks = asks
        self._revisions = revisions
        self._roster = roster
        self._wall = wall
        self._plan_clock = plan_clock
        self.precheck = precheck
        self._on: dict[str, Callable[..., Fate | None]] = {
            "approve": self._approve,
            "reject": self._reject,
            "edit": self._edit,
        }
        asks.on(AskKind.REVISION, self.clicked)

    def put(self, tx: Session, proposal: Proposal, chat: ChatId) -> RevisionRow:
        """Stores the proposal, logs why it is as it is, and asks its owner in the chat. Call it once per goal."""
        now, owner = self._plan_clock.now(), proposal.plan.owner
        reason = f"Goal of {display_name(tx, owner)}"
        row = plans.create_proposal(tx, proposal.plan, proposal.edits, chat, reason, proposal.planned_by, now)
        usage = proposal.usage.model_dump(mode="json")
        findings = [finding.said for finding in proposal.findings]
        self._log(tx, row, f"A plan for {proposal.plan.title} was proposed", {"usage": usage, "findings": findings})
        self._ask(tx, row, chat, owner)
        return row

    def offered(self, tx: Session, offer: Offer, name: str, chat: ChatId, proposer: PersonId) -> RevisionRow:
        """The same for what a file would do: a change is asked about where its plan lives, a new plan in ``chat``.

        ``name`` is what the file is called. Raises UserError when the plan has changed since the offer was worked out.
        """
        imports.still(tx, offer)
        now, owner, title = self._plan_clock.now(), offer.before.owner, offer.before.title
        reason = f"Imported by {display_name(tx, proposer)} from {name}"
        planned_by = "\n".join([f"{READ_FROM}{name}: {imports.told(offer)}.", *offer.notes])
        if offer.new:
            row = plans.create_proposal(tx, offer.before, offer.edits, chat, reason, planned_by, now)
        else:
            row = plans.propose(tx, offer.before.slug, offer.edits, reason, planned_by, proposer, now)
            chat = ChatId(tx.get_one(PlanRow, row.plan).chat)
        self._log(tx, row, f"{title}, from a file: {imports.told(offer)}", {"notes": list(offer.notes)})
        self._ask(tx, row, chat, owner)
        return row

    def _log(self, tx: Session, row: RevisionRow, what: str, data: dict[str, Any]) -> None:
        decisions.record(
            tx,
            at=self._wall.now(),
            kind="plan",
            what=what,
            why=row.planned_by,
            actor="steward",
            verdict="ask",
            plan=row.plan,
            data={"revision": row.id, "hash": row.hash, **data},
        )

    def _ask(self, tx: Session, row: RevisionRow, chat: ChatId, owner: PersonId) -> None:
        self._asks.open(
            tx,
            kind=AskKind.REVISION,
            entity=row.id,
            plan=PlanSlug(row.plan),
            chat=chat,
            whisper=None,
            allowed=[owner],
            notice_of=lambda ask, _hash: self._notice(tx, ask, row),
        )

    def clicked(self, tx: Session, ask: AskRow, verb: str, inputs: dict[str, Any], person: PersonId) -> Fate | None:
        """What a click on a proposal does; the asks have seen to who may, and to what was shown."""
        act = self._on.get(verb)
        revision = tx.get(RevisionRow, ask.entity)
        if act is None or revision is None or (_is_change(ask) and verb == "edit"):
            raise UserError("That is not what this card can be answered with.", "Press one of its buttons.")
        try:
            return act(tx, ask, revision, inputs, person)
        except Overtaken as error:
            raise UserError(error.said, error.way_on) from None
        except Conflict:
            raise UserError(
                "The plan has changed since this was proposed.", f"`status {revision.plan}` shows how it stands now."
            ) from None

    def _approve(
        self, tx: Session, ask: AskRow, revision: RevisionRow, _inputs: dict[str, Any], person: PersonId
    ) -> Fate:
        if _is_change(ask):
            require_fit(plans.load(tx, PlanSlug(revision.plan)), EDITS.validate_python(revision.edits))
        self._revisions.sign(tx, revision, person)
        self._conclude(tx, revision, "succeeded", f"approved by {display_name(tx, person)}")
        note = "The work begins." if revision.number == 1 else f"It is version {revision.number} of the plan now."
        return Fate(word="Approved", by=display_name(tx, person), note=note)

    def _reject(
        self, tx: Session, ask: AskRow, revision: RevisionRow, inputs: dict[str, Any], person: PersonId
    ) -> Fate:
        reason = str(inputs.get("reason") or "").strip()[:_REASON]
        plans.reject(tx, revision, person, self._plan_clock.now())
        name = display_name(tx, person)
        self._conclude(tx, revision, "refused", f"rejected by {name}" + (f": {reason}" if reason else ""))
        return Fate(word="Left as it is" if _is_change(ask) else "Rejected", by=name, note=reason)

    def _edit(self, tx: Session, ask: AskRow, revision: RevisionRow, inputs: dict[str, Any], _person: PersonId) -> None:
        plan = plans.proposed(tx, revision)
        if revision.number > 1:
            raise UserError("A change is approved or rejected as it is.", "Reject it, and say what you want instead.")
        day = today(self._plan_clock.now(), plan.zone)
        edits = edits_of(plan, {name: str(value) for name, value in inputs.items()}, day)
        checked(plan, edits, self.precheck)
        plans.amend(tx, revision, edits)
        self._asks.refresh(tx, ask.id, self._notice(tx, AskId(ask.id), revision))

    def _notice(self, tx: Session, ask: AskId, revision: RevisionRow) -> ProposalNotice:
        plan: Plan = plans.proposed(tx, revision)
        day = today(self._plan_clock.now(), plan.zone)
        name_of = partial(display_name, tx)
        before = plans.load(tx, PlanSlug(revision.plan))
        return proposal_notice(
            ask,
            plan,
            revision.planned_by,
            self._roster.agents(),
            day,
            name_of,
            before=before,
            reason=revision.reason,
        )

    def _conclude(self, tx: Session, revision: RevisionRow, state: decisions.State, how: str) -> None:
        """The outcome of the decision under which the plan was proposed."""
        proposed = tx.exec(
            select(DecisionRow)
            .where(DecisionRow.plan == revision.plan, DecisionRow.kind == "plan")
            .order_by(col(DecisionRow.at).desc())
        ).all()
        for decision in proposed:
            if decision.data.get("revision") == revision.id:
                decisions.conclude(tx, DecisionId(decision.id), self._wall.now(), state, how)
                return
