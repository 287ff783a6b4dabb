"""One notice of every kind, with ordinary or hostile words in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from plans.ports.people import (
    ActNotice,
    ChallengeNotice,
    ChangeNotice,
    Fate,
    ItemLine,
    ItemNotice,
    LateLine,
    LateNotice,
    Notice,
    ObjectiveLine,
    ProgressNotice,
    ProposalNotice,
    QuestionNotice,
    RepairLine,
    RevisionNotice,
    SaidNotice,
    SlipNotice,
    StreamLine,
    WeekLine,
    WeekNotice,
    WideningNotice,
)
from plans.words import AgentName, AskId, ItemId, ItemState, PlanSlug

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PLAN = PlanSlug("northwind-analytics")
ASK = AskId("ask-1")
FATE = Fate(word="Approved", by="Ann Example", note="Good.")


def proposal(words: str = "words", lines: int = 3, fate: Fate | None = None) -> ProposalNotice:
    return ProposalNotice(
        ask=ASK,
        hash="h1",
        plan=PLAN,
        revision=1,
        title=words,
        goal=words,
        north_star=words,
        today=TODAY,
        deadline=date(2027, 1, 29),
        objectives=tuple(
            ObjectiveLine(id=ItemId(f"NA-{n}"), title=words, metric=words, target=words, due=date(2027, 1, 29))
            for n in range(lines)
        ),
        streams=tuple(
            StreamLine(
                id=ItemId(f"NA-{n}"),
                title=words,
                moves=words,
                start=TODAY,
                end=date(2026, 12, 18),
                milestones=(words, words),
                later=words,
            )
            for n in range(lines)
        ),
        week=tuple(
            ItemLine(
                id=ItemId(f"NA-{n}"),
                title=words,
                who=words,
                start=TODAY,
                end=TODAY + timedelta(days=4),
                check=words,
                needs_card=n == 0,
            )
            for n in range(lines)
        ),
        later=words,
        agreed=(words,) * lines,
        risks=(words,) * lines,
        assumptions=(words,) * lines,
        questions=(words,) * lines,
        cost=words,
        planned_by=words,
        approver=words,
        fate=fate,
    )


def imported(words: str = "words", lines: int = 3, fate: Fate | None = None) -> ProposalNotice:
    """A proposal to change a plan that is approved."""
    told = {"revision": 2, "reason": words, "changes": (words,) * max(1, lines), "notes": (words,) * lines}
    return proposal(words, lines, fate).model_copy(update=told)


def act(words: str = "words", fate: Fate | None = None) -> ActNotice:
    return ActNotice(
        ask=ASK,
        hash="h1",
        plan=PLAN,
        item=ItemId("NA-7"),
        title=words,
        agent=AgentName("maildesk"),
        verb="message",
        recipient=words,
        text=words,
        amount=words,
        policy=words,
        undo=words,
        expires=NOW + timedelta(days=3),
        approver=words,
        fate=fate,
    )


def question(words: str = "words", options: tuple[str, ...] = (), fate: Fate | None = None) -> QuestionNotice:
    return QuestionNotice(
        ask=ASK,
        hash="h1",
        plan=PLAN,
        item=ItemId("NA-7"),
        title=words,
        agent=AgentName("writer"),
        text=words,
        options=options,
        answerer=words,
        fate=fate,
    )


def challenge(words: str = "words", fate: Fate | None = None) -> ChallengeNotice:
    return ChallengeNotice(
        ask=ASK,
        hash="h1",
        vendor=words,
        host=words,
        item=ItemId("NA-7"),
        why=words,
        asked_at=NOW,
        expires=NOW + timedelta(seconds=120),
        attempt=2,
        said=words,
        fate=fate,
    )


def slip(words: str = "words", lines: int = 3, fate: Fate | None = None) -> SlipNotice:
    return SlipNotice(
        ask=ASK,
        hash="h1",
        plan=PLAN,
        item=ItemId("NA-7"),
        title=words,
        who=words,
        due=TODAY,
        finish_before=date(2027, 1, 29),
        finish_now=date(2027, 2, 2),
        moves=(words,) * lines,
        repairs=(
            RepairLine(verb="extend", label="Extend", effect=words),
            RepairLine(verb="reassign", label="Reassign", effect=words),
            RepairLine(verb="drop", label="Drop", effect=words),
        ),
        owner=words,
        fate=fate,
    )


def late(words: str = "words", lines: int = 3) -> LateNotice:
    found = tuple(
        LateLine(id=ItemId(f"NA-{n}"), title=words, who=words, due=TODAY, days=lines - n) for n in range(lines)
    )
    return LateNotice(plan=PLAN, title=words, today=TODAY + timedelta(days=1), alone=3, lines=found)


def week(words: str = "words", lines: int = 3, *, ahead: bool = False) -> WeekNotice:
    line = WeekLine(
        id=ItemId("NA-7"), title=words, who=words, start=TODAY, end=TODAY, state=ItemState.READY, late=not ahead
    )
    return WeekNotice(
        plan=PLAN,
        title=words,
        monday=date(2026, 11, 16),
        today=TODAY,
        ahead=ahead,
        summary=words,
        lines=(line,) * lines,
        decisions=(words,) * lines,
        left=(words,) * lines,
    )


def widening(words: str = "words", lines: int = 3, fate: Fate | None = None) -> WideningNotice:
    return WideningNotice(
        ask=ASK,
        hash="h1",
        plan=PLAN,
        revision=2,
        title=words,
        today=TODAY,
        outside=(words,) * lines,
        changes=(words,) * lines,
        finish_before=date(2027, 1, 29),
        finish_now=date(2027, 2, 2),
        owner=words,
        fate=fate,
    )


def revision(words: str = "words", lines: int = 3) -> RevisionNotice:
    return RevisionNotice(
        plan=PLAN,
        number=2,
        reason=words,
        by=words,
        changes=(words,) * lines,
        notes=(words,) * lines,
        finish=date(2027, 1, 29),
    )


def change(words: str = "words", lines: int = 3, fate: Fate | None = None) -> ChangeNotice:
    return ChangeNotice(
        ask=ASK,
        hash="h1",
        plan=PLAN,
        revision=2,
        title=words,
        reason=words,
        proposer=words,
        changes=(words,) * lines,
        broken=(words,) * lines,
        fallout=(words,) * lines,
        finish_before=date(2027, 1, 29),
        finish_after=date(2027, 2, 2),
        today=TODAY,
        approver=words,
        fate=fate,
    )


def said(words: str = "words", lines: int = 3, fate: Fate | None = None) -> SaidNotice:
    return SaidNotice(
        ask=ASK,
        hash="h1",
        plan=PLAN,
        revision=2,
        title=words,
        by=words,
        said=words,
        understood=(words,) * max(1, lines),
        assumed=(words,) * lines,
        changes=(words,) * lines,
        breaks=(words,) * lines,
        finish=words,
        last_work=words,
        cost=words,
        chance=words,
        approver=words,
        fate=fate,
    )


def item(words: str = "words") -> ItemNotice:
    return ItemNotice(plan=PLAN, item=ItemId("NA-7"), title=words, who=words, state="done", detail=words, quote=words)


def every(words: str, lines: int = 3) -> list[Notice]:
    return [
        proposal(words, lines),
        proposal(words, lines, FATE),
        imported(words, lines),
        imported(words, lines, FATE),
        act(words),
        act(words, FATE),
        question(words),
        question(words, (words,) * lines),
        question(words, fate=FATE),
        challenge(words),
        challenge(words, FATE),
        slip(words, lines),
        slip(words, lines, FATE),
        late(words, lines),
        week(words, lines),
        week(words, lines, ahead=True),
        widening(words, lines),
        widening(words, lines, FATE),
        revision(words, lines),
        change(words, lines),
        change(words, lines, FATE),
        said(words, lines),
        said(words, lines, FATE),
        item(words),
        ProgressNotice(text=words),
    ]
