"""The first half of the one road: decide, record, judge, ask or reserve, and write the intent down."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from plans.delegation.brief import act_of
from plans.delegation.desk import Desk, Phase, brief_of, chat_of, held, move
from plans.delegation.ending import refuse
from plans.errors import UserError
from plans.governance import decisions, reservations
from plans.governance.acts import Act
from plans.governance.policy import Situation, Verdict
from plans.governance.stops import stopped
from plans.model.plan import Plan
from plans.ports.people import ActNotice, Notice
from plans.ports.work import Agent
from plans.store import plans
from plans.store.people import display_name
from plans.store.tables import DecisionRow, DelegationRow, IntentRow, PlanRow
from plans.words import AgentName, AskId, AskKind, DecisionId, DelegationId, ItemState, PlanSlug, Verb

_APPROVAL_DAYS = 3
_UNDO = {
    Verb.READ: "Nothing is changed by it.",
    Verb.DRAFT: "A draft can be thrown away.",
    Verb.PUBLISH: "What was published can be withdrawn, but may have been seen.",
    Verb.MESSAGE: "A message that was sent cannot be taken back.",
    Verb.SPEND: "Money spent is not refunded from here.",
    Verb.CHANGE: "It has to be changed back by hand.",
}


_IN_WORDS = {
    Verb.READ: "look things up",
    Verb.DRAFT: "write a draft",
    Verb.PUBLISH: "publish",
    Verb.MESSAGE: "send a message",
    Verb.SPEND: "spend money",
    Verb.CHANGE: "make a change",
}


def decide(desk: Desk, tx: Session, delegation: DelegationId, seq: int) -> None:
    """From ``new`` or ``approved`` to an intent, a card, a refusal, or nothing while a stop is in force."""
    row = held(tx, delegation, seq)
    plan = plans.load(tx, PlanSlug(row.plan))
    agent = desk.roster.agent(AgentName(row.agent))
    act = act_of(brief_of(row), agent)
    if stopped(tx, plan=plan.slug, agent=agent.name) is not None:
        return
    approved = _approved(tx, row, act)
    verdict = desk.policy().judge(act, _situation(tx, plan, agent, approved))
    decision = _recorded(desk, tx, row, act, verdict, approved)
    if verdict.kind == "deny":
        refuse(desk, tx, row, verdict.why)
    elif verdict.kind == "ask":
        _ask(desk, tx, row, plan, act, verdict)
    else:
        _intend(desk, tx, row, plan, act, decision)


def _approved(tx: Session, row: DelegationRow, act: Act) -> bool:
    """A yes covers exactly the act that was shown: if it has become another one, it is asked again."""
    if row.state != Phase.APPROVED.value or row.decision is None:
        return False
    decision = tx.get(DecisionRow, row.decision)
    return decision is not None and decision.approver is not None and decision.act_hash == act.hash()


def _situation(tx: Session, plan: Plan, agent: Agent, approved: bool) -> Situation:
    row = tx.get(PlanRow, plan.slug)
    return Situation(
        approved=approved,
        plan_state=row.state if row else "unknown",
        plan_agents=frozenset(item.agent for item in plan.items.values() if item.agent),
        may=frozenset(agent.may),
        left=reservations.left(tx, plan.slug, plan.budget) if plan.budget else None,
        stopped=False,
    )


def _recorded(desk: Desk, tx: Session, row: DelegationRow, act: Act, verdict: Verdict, approved: bool) -> DecisionId:
    """One decision per act: the approved act keeps the record under which it was asked for."""
    if approved and row.decision:
        return DecisionId(row.decision)
    if row.decision:
        decisions.conclude(tx, DecisionId(row.decision), desk.wall.now(), "canceled", "the act changed; asked again")
    brief = brief_of(row)
    decision = decisions.record(
        tx,
        at=desk.wall.now(),
        kind="act",
        what=f"{act.agent} is to {_IN_WORDS[act.verb]}: {brief.title}",
        why=f"{row.item} is ready on the plan",
        actor=act.agent,
        verdict=verdict.kind,
        plan=row.plan,
        item=row.item,
        delegation=row.id,
        act=act,
        rules=verdict.rules,
        policy=verdict.policy,
        data={"materials": [material.item for material in brief.materials], "key": row.key},
    )
    row.decision = decision
    tx.add(row)
    return decision


def _ask(desk: Desk, tx: Session, row: DelegationRow, plan: Plan, act: Act, verdict: Verdict) -> None:
    expires = desk.plan_clock.now() + timedelta(days=_APPROVAL_DAYS)

    def notice(ask: AskId, digest: str) -> Notice:
        return ActNotice(
            ask=ask,
            hash=digest,
            plan=plan.slug,
            item=act.item,
            title=brief_of(row).title,
            agent=act.agent,
            verb=act.verb.value,
            recipient=act.recipient or "",
            text=act.text,
            amount=str(act.amount) if act.amount else "nothing",
            policy=verdict.why,
            undo=_UNDO[act.verb],
            expires=expires,
            approver=display_name(tx, plan.owner),
        )

    ask = desk.asks.open(
        tx,
        kind=AskKind.ACT,
        entity=row.id,
        plan=plan.slug,
        chat=chat_of(tx, plan.slug),
        whisper=None,
        allowed=[plan.owner],
        notice_of=notice,
        expires_at=expires,
    )
    row.ask = ask.id
    move(desk, tx, row, Phase.ASKING_APPROVAL)
    plans.set_item_state(tx, act.item, ItemState.ASKING)


def _intend(desk: Desk, tx: Session, row: DelegationRow, plan: Plan, act: Act, decision: DecisionId) -> None:
    if act.amount is not None:
        try:
            reservations.reserve(tx, decision, plan.slug, act.amount, plan.budget)
        except UserError as error:
            refuse(desk, tx, row, error.said)
            return
    tx.add(IntentRow(key=row.key, decision=decision, delegation=row.id, written_at=desk.wall.now()))
    plans.set_item_state(tx, act.item, ItemState.DELEGATED)
    move(desk, tx, row, Phase.INTENDED)
