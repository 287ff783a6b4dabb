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
    Notice,
    ObjectiveLine,
    ProgressNotice,
    ProposalNotice,
    QuestionNotice,
    RepairLine,
    RevisionNotice,
    SlipNotice,
    StreamLine,
)
from plans.words import AgentName, AskId, ItemId, PlanSlug

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
        assumptions=(words,) * lines,
        questions=(words,) * lines,
        cost=words,
        planned_by=words,
        approver=words,
        fate=fate,
    )


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


def revision(words: str = "words", lines: int = 3) -> RevisionNotice:
    return RevisionNotice(
        plan=PLAN, number=2, reason=words, by=words, changes=(words,) * lines, finish=date(2027, 1, 29)
    )


def change(words: str = "words", lines: int = 3, fate: Fate | None = None) -> ChangeNotice:
    return ChangeNotice(
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
        act(words),
        act(words, FATE),
        question(words),
        question(words, (words,) * lines),
        question(words, fate=FATE),
        challenge(words),
        challenge(words, FATE),
        slip(words, lines),
        slip(words, lines, FATE),
        revision(words, lines),
        change(words, lines),
        change(words, lines, FATE),
        item(words),
        ProgressNotice(text=words),
    ]
