"""Every card there is, in every state: with the words of a real launch, with hostile ones, and with far too many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot import cards
from bot.proposal_notice import proposal_notice
from plans.model import diff
from plans.model.agreed import NotBefore
from plans.model.agreed_words import limit
from plans.model.edits import Agree, Redate
from plans.model.outlook import Outlook
from plans.model.placing import Outside
from plans.model.plan import Item, Plan
from plans.model.repair import repairs, widened
from plans.model.revision import apply
from plans.model.week import derive, monday_of
from plans.model.weigh import weigh
from plans.model.workload import Span
from plans.planning.playbooks import shelf
from plans.planning.propose import propose
from plans.ports.people import (
    ActNotice,
    ChallengeNotice,
    ChangeNotice,
    Fate,
    ItemNotice,
    LateLine,
    LateNotice,
    Notice,
    ProgressNotice,
    QuestionNotice,
    RevisionNotice,
    SaidNotice,
    WideningNotice,
)
from plans.ports.work import Agent
from plans.watch.alerts import alert
from plans.watch.week_notice import limits, outside_words, week_notice
from plans.words import AgentName, AskId, ConstraintId, ItemId, ItemKind, ItemState, Money, PersonId, PlanSlug, Verb
from tests.doubles.agents import FixedRoster, InProcessAgent
from tests.unit.bot import notices, views

GOAL = "own the launch of Northwind Analytics by 2027-01-29: 200 demo requests in the first month, budget 20,000 EUR"
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ANN = PersonId("ann")
ASK = AskId("ask-1")
PLAN = PlanSlug("northwind-analytics")
_MAIL = "Mail the announcement of Northwind Analytics to the waiting list"
_LETTER = (
    "Subject: Northwind Analytics: the number your board will ask for\n\n"
    "You have the data. What is missing is the one figure everybody accepts. Northwind Analytics puts it on the table, "
    "with the working shown, before the next meeting begins.\n\n"
    "Here is what it does on an ordinary day. It reads the systems you already pay for, lines their figures up, and "
    "tells you which of them moved and why. Nobody has to export anything, and nobody has to be asked twice.\n\n"
    "Teams that tried it early started with a single question and had an answer within one working day. They kept the "
    "answer, and then they cancelled the meeting in which it used to be argued about.\n\n"
    "See it with your own figures: book twenty minutes, bring one question, leave with the answer.\n\n"
    "The Northwind team"
)
Json = dict[str, Any]


def _agent(name: str, driver: str, capability: str, price: int, *may: Verb) -> Agent:
    return Agent.model_validate(
        {
            "name": name,
            "driver": driver,
            "capabilities": (capability,),
            "owner": "Ann Example",
            "may": may,
            "price": Money(minor=price),
        }
    )


AGENTS = (
    _agent("scout", "mcp", "research", 4000, Verb.READ, Verb.DRAFT),
    _agent("quill", "a2a", "write_copy", 3500, Verb.READ, Verb.DRAFT),
    _agent("maildesk", "browser", "send_campaign", 1000, Verb.READ, Verb.MESSAGE),
)


def _name(person: PersonId) -> str:
    return "Ann Example" if person == ANN else person


async def _hush(_words: str) -> None:
    return None


async def launch() -> tuple[Plan, str]:
    """The plan that the playbook makes for a launch, and the sentence that says so."""
    made = await propose(
        GOAL,
        owner=ANN,
        owner_name="Ann Example",
        zone="Europe/Berlin",
        now=NOW,
        agents=AGENTS,
        playbooks=shelf(),
        brain=None,
        free_prefix="NA",
        slug=PLAN,
        progress=_hush,
    )
    return made.filled, made.planned_by


async def ordinary() -> dict[str, Json]:
    """What Ann sees in the course of a launch, by name."""
    found: dict[str, Notice] = {**await _planned(), **_acted()}
    made = {name: cards.content(cards.render(notice)) for name, notice in found.items()}
    return {**made, **views.ordinary()}


async def _planned() -> dict[str, Notice]:
    plan, planned_by = await launch()
    proposal = proposal_notice(ASK, plan, planned_by, AGENTS, TODAY, _name).model_copy(update={"hash": "h1"})
    late = _own_task(plan)
    monday = late.end + timedelta(days=1)
    found = repairs(plan, late.id, monday, AGENTS)
    slip = alert(ASK, plan, late, monday, found, "Ann Example", "Ann Example").model_copy(update={"hash": "h1"})
    mended = apply(plan, found[0].edits)
    revision = RevisionNotice(
        plan=PLAN,
        number=2,
        reason=f"{late.id} was not done by Mon 23 Nov. {found[0].label}.",
        by="Ann Example",
        changes=diff.lines(plan, mended, _name),
        finish=plan.deadline,
        today=monday,
    )
    week = derive(plan, monday_of(monday), monday, limits(FixedRoster(*map(InProcessAgent, AGENTS))))
    told = week_notice(apply(plan, week.edits), week, monday, {late.id: "waits for a repair from Ann Example"}, _name)
    widening = _widening(plan, monday)
    change = proposal_notice(
        ASK,
        mended.model_copy(update={"revision": 2}),
        "Read from northwind.csv: 1 change.\nNot in the file: NA-3. It stays as it is; the state `dropped` gives an "
        "item up.",
        AGENTS,
        TODAY,
        _name,
        before=plan.model_copy(update={"revision": 1}),
        reason="Imported by Ann Example from northwind.csv",
    ).model_copy(update={"hash": "h1"})
    said = SaidNotice(
        ask=ASK,
        hash="h1",
        plan=PLAN,
        revision=3,
        title=plan.title,
        by="Bob Builder",
        said="move the price decision a week later and give the copy to the second writer",
        understood=(f"{late.id} {late.title}: 1 week later.", "NA-18 Write the launch copy: inkwell instead of quill."),
        assumed=("“18 December” means 2026-12-18.",),
        changes=diff.lines(plan, mended, _name),
        breaks=("The deadline of Fri 29 Jan is missed by 2 working days; it would move along to Tue 2 Feb.",),
        finish="Tue 2 Feb instead of Fri 29 Jan",
        last_work="Tue 2 Feb instead of Thu 28 Jan",
        cost="at most 1,140 EUR instead of 1,085 EUR",
        chance="61% instead of 83%",
        approver="Ann Example",
    )
    fate = {
        "left": Fate(word="Left as it is", by="Ann Example"),
        "approved": Fate(word="Approved", by="Ann Example", note="The work begins."),
        "rejected": Fate(word="Rejected", by="Ann Example", note="Too early: finance has not agreed the price yet."),
        "repaired": Fate(word="Answered", by="Ann Example", note=found[0].label),
        "replaced": Fate(word="Replaced", note="Version 3 of the plan changed it."),
    }
    return {
        "proposal": proposal,
        "proposal-approved": proposal.model_copy(update={"fate": fate["approved"]}),
        "proposal-rejected": proposal.model_copy(update={"fate": fate["rejected"]}),
        "change": change,
        "change-approved": change.model_copy(update={"fate": fate["approved"]}),
        "slip": slip,
        "slip-repaired": slip.model_copy(update={"fate": fate["repaired"]}),
        "slip-replaced": slip.model_copy(update={"fate": fate["replaced"]}),
        "revision": revision,
        "revision-rebased": revision.model_copy(
            update={
                "notes": (
                    "Proposed on version 4 and put onto version 6: nothing that it touches had changed in between.",
                    "With what was signed in between the plan finishes Mon 1 Feb, not Fri 29 Jan.",
                )
            }
        ),
        "late": _many_late(plan, monday),
        "week": told,
        "week-ahead": told.model_copy(update={"ahead": True, "decisions": ()}),
        "widening": widening,
        "widening-approved": widening.model_copy(update={"fate": Fate(word="Approved", by="Ann Example")}),
        **_changes(plan, fate),
        "said": said,
        "said-applied": said.model_copy(update={"fate": fate["approved"]}),
        "said-left": said.model_copy(update={"fate": fate["left"]}),
    }


def _changes(plan: Plan, fate: dict[str, Fate]) -> dict[str, Notice]:
    """A change that Bob asks for: what it would break, and what falls out of line below it."""
    stream = next(plan.of_kind(ItemKind.STREAM))
    agreed = NotBefore(
        id=ConstraintId("K1"),
        text=f"{stream.id} does not start before Friday",
        by=ANN,
        on=TODAY,
        item=stream.id,
        day=TODAY + timedelta(days=7),
    )
    shorter = Redate(item=stream.id, start=stream.start, end=stream.start + timedelta(days=3))
    weighed = weigh(plan, (Agree(constraint=agreed), shorter), TODAY)
    change = ChangeNotice(
        ask=ASK,
        hash="h1",
        plan=PLAN,
        revision=2,
        title=plan.title,
        reason=f"Agreed: “{agreed.text}”. Rule {agreed.rule} keeps it: {limit(agreed, TODAY)}.",
        proposer="Bob Builder",
        changes=diff.lines(plan, weighed.after, _name),
        broken=tuple(f"{finding.said} ({finding.rule})" for finding in weighed.misfits),
        fallout=tuple(found.said for found in weighed.fallout),
        finish_before=weighed.finish_before,
        finish_after=weighed.finish_after,
        today=TODAY,
        approver="Ann Example",
    )
    return {
        "change": change,
        "change-approved": change.model_copy(update={"fate": fate["approved"]}),
        "change-replaced": change.model_copy(update={"fate": fate["replaced"]}),
    }


def _many_late(plan: Plan, day: date) -> LateNotice:
    """As if everything of a person's and an agent's had passed its date at once."""
    tasks = sorted(plan.of_kind(ItemKind.TASK), key=lambda item: (item.end, item.id))[:9]
    lines = [
        LateLine(id=item.id, title=item.title, who=item.agent or _name(item.owner), due=item.end, days=max(0, 6 - n))
        for n, item in enumerate(tasks)
    ]
    return LateNotice(plan=PLAN, title=plan.title, today=day, alone=3, lines=tuple(lines))


def _widening(plan: Plan, day: date) -> WideningNotice:
    """A stream whose last task is late by a week."""
    task = max(plan.of_kind(ItemKind.TASK), key=lambda item: (item.end, item.id))
    late = task.end + timedelta(days=7)
    edits = widened(Outlook(plan, day), task.id, (task.start, late))
    return WideningNotice(
        ask=ASK,
        hash="h1",
        plan=PLAN,
        revision=3,
        title=plan.title,
        today=day,
        outside=(f"{task.id} {task.title}: {outside_words(Outside(task.id, Span(task.start, late), task.end), day)}",),
        changes=diff.lines(plan, apply(plan, edits), _name),
        finish_before=plan.deadline,
        finish_now=plan.deadline,
        owner="Ann Example",
    )


def _own_task(plan: Plan) -> Item:
    """A task of Ann's that something waits for."""
    awaited = {before for item in plan.items.values() for before in item.after}
    mine = [item for item in plan.items.values() if item.id in awaited and item.agent is None]
    return min(mine, key=lambda item: (item.end, item.id)).model_copy(update={"state": ItemState.READY})


def _acted() -> dict[str, Notice]:
    act = ActNotice(
        ask=ASK,
        hash="h1",
        plan=PLAN,
        item=ItemId("NA-24"),
        title=_MAIL,
        agent=AgentName("maildesk"),
        verb="message",
        recipient="launch-list",
        text=_LETTER,
        amount="1,000 EUR",
        policy="Publishing, messaging, spending and changing each need a yes on their own card.",
        undo="A message that was sent cannot be taken back.",
        expires=NOW + timedelta(days=3),
        approver="Ann Example",
    )
    question = QuestionNotice(
        ask=ASK,
        hash="h1",
        plan=PLAN,
        item=ItemId("NA-23"),
        title="Write the launch copy for Northwind Analytics",
        agent=AgentName("quill"),
        text="Which tone of voice shall the copy have?",
        options=("Confident and concrete", "Warm and plain", "Playful"),
        answerer="Ann Example",
    )
    code = ChallengeNotice(
        ask=ASK,
        hash="h1",
        vendor="Maildesk",
        host="maildesk.example",
        item=ItemId("NA-24"),
        why=_MAIL,
        asked_at=NOW,
        expires=NOW + timedelta(seconds=119.99),
        attempt=1,
    )
    item = ItemNotice(
        plan=PLAN,
        item=ItemId("NA-22"),
        title="Research the market for Northwind Analytics",
        who="scout",
        state="done",
        detail="Verified: read back from scout read_report: words 533, sources 5. Cost: 40 EUR.",
    )
    by = "Ann Example"
    return {
        "act": act,
        "act-approved": act.model_copy(update={"fate": Fate(word="Approved", by=by)}),
        "act-rejected": act.model_copy(update={"fate": Fate(word="Rejected", by=by, note="Not before Monday.")}),
        "act-expired": act.model_copy(update={"fate": Fate(word="Expired", note="Nobody answered in time.")}),
        "question": question,
        "question-open": question.model_copy(update={"options": ()}),
        "question-answered": question.model_copy(update={"fate": Fate(word="Answered", by=by, note="Warm and plain")}),
        "code": code,
        "code-again": code.model_copy(update={"attempt": 2, "said": "The code before was wrong."}),
        "code-answered": code.model_copy(
            update={"fate": Fate(word="Answered", by=by, note="The code was used once and is kept nowhere.")}
        ),
        "code-expired": code.model_copy(update={"fate": Fate(word="Expired", note="No code came in time.")}),
        "item-working": item.model_copy(update={"state": "under way", "detail": "", "quote": "Reading source 3 of 5."}),
        "item-done": item,
        "item-waiting": item.model_copy(
            update={
                "state": "waiting for a code",
                "detail": "Its sign-in asks for a one-time code: see your personal chat.",
            }
        ),
        "item-failed": item.model_copy(
            update={
                "state": "failed",
                "detail": "scout did not do it: it says “failed”. No other agent can do it, so it is Ann Example's "
                "now: say “done NA-22” when it is done.",
            }
        ),
        "item-reached": item.model_copy(
            update={
                "state": "reached",
                "who": by,
                "title": "Date and price agreed",
                "detail": "Everything it waited for is settled: NA-25.",
            }
        ),
    }


def foreign(words: str, lines: int = 3) -> Iterator[tuple[str, Json]]:
    """Every card with these words in every field that somebody else wrote."""
    for number, notice in enumerate(notices.every(words, lines)):
        if not isinstance(notice, ProgressNotice):
            yield f"{notice.kind}-{number}", cards.content(cards.render(notice))
    for name, activity in views.every(words, lines):
        yield name, cards.content(activity)
