"""Changing the plan by talking, and asking what would be: which plan is meant, what is understood, what is shown.

Everything is understood and worked out before the transaction that stores it, which looks again whether the plan is
still the same. The grammar is asked first; the model, if there is one, only puts into the grammar's sentences what the
grammar does not read.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, select

from bot import cards, effects
from bot.cards import whatif
from bot.cards.parts import Activity, message
from bot.cards.refusal import render as refusal
from bot.cards.text import short
from bot.cards.trim import trimmed
from bot.commands.desk import Choose, Desk, Turn
from bot.commands.which import title_of
from bot.people import conversation, seen
from bot.said_changes import SaidChanges
from plans.errors import UserError
from plans.model.calendar import today
from plans.model.forecast import likely
from plans.model.history import History
from plans.planning.talk import heard
from plans.planning.talk.grammar import LONGEST
from plans.planning.talk.setting import Ambiguous, NotUnderstood, Setting, Understood
from plans.planning.talk.understand import understand
from plans.planning.talk.wonder import Wondered, asks, wonder
from plans.planning.whatif import Effect, effect
from plans.ports.brain import Brain, BrainUnavailable
from plans.store import plans
from plans.store.database import Database
from plans.store.durations import history
from plans.store.people import display_name
from plans.store.tables import PersonRow, PlanRow
from plans.words import PersonId, PlanSlug

Work = Callable[[Session], Activity]
_PEOPLE: Final = 500
"""Names that can be said; those with work on the plan first."""
_ITEM: Final = re.compile(r"\b(?P<prefix>[a-z][a-z0-9]{0,11})\s?-\s?\d", re.IGNORECASE)
EXAMPLES: Final = ("what if the deadline moves a week?", "status", "help")


@dataclass(frozen=True)
class Scene:
    """A plan that may be meant."""

    row: PlanRow
    near: bool
    """Whether it lives where it was said; the others are meant only when they are named."""
    setting: Setting


Outcome = Understood | Wondered | Ambiguous | NotUnderstood | UserError
Heard = tuple[Scene, Outcome]


class Talks:
    """Understands changes and questions about them."""

    def __init__(self, database: Database, desk: Desk, changes: SaidChanges, brain: Brain | None) -> None:
        self._database = database
        self._desk = desk
        self._changes = changes
        self._brain = brain

    async def hear(self, turn: Turn) -> Work:
        """What to do about a change or a what-if. Raises UserError, in words, for what cannot be."""
        scenes = await self._database.read(lambda tx: self._scenes(tx, turn))
        if not scenes:
            raise UserError("There is no plan here that could change.", "Write a goal with a date, and I propose one.")
        return await self._answer(turn, await asyncio.to_thread(_outcomes, turn.said.text, scenes))

    async def instead(self, turn: Turn) -> Work | None:
        """The same for what could be a goal as well: None unless all of it is a change of things that are on a plan."""
        scenes = await self._database.read(lambda tx: self._scenes(tx, turn))
        outcomes = await asyncio.to_thread(_outcomes, turn.said.text, scenes)
        return await self._answer(turn, outcomes) if _about_a_plan(turn.said.text, outcomes) else None

    async def by_model(self, turn: Turn) -> Work | None:
        """The same for what only the model takes for a change; None when it is not understood even so."""
        scenes = await self._database.read(lambda tx: self._scenes(tx, turn))
        near = [scene for scene in scenes if scene.near]
        if len(near) > 1:
            raise Choose("Which plan?", _plans(near, turn.said.text))
        told = await self._told(turn.said.text, near[0]) if near else None
        return await self._answer(turn, [told], asked=True) if told else None

    async def _answer(self, turn: Turn, outcomes: Sequence[Heard], *, asked: bool = False) -> Work:
        """``asked``: the model was asked already."""
        words = turn.said.text
        for near in (True, False):
            sure = [
                heard for heard in outcomes if heard[0].near is near and isinstance(heard[1], Understood | Wondered)
            ]
            if len(sure) > 1:
                raise Choose("Which plan?", _plans([scene for scene, _ in sure], words))
            if sure:
                return await self._shown(turn, *sure[0])
        likely = sorted(outcomes, key=lambda heard: (not heard[0].near, _rank(heard[1])))
        scene, outcome = likely[0]
        if isinstance(outcome, UserError):
            raise outcome
        if isinstance(outcome, Ambiguous):
            raise Choose(outcome.question, _on(scene, outcome.choices))
        told = None if asked else await self._told(words, scene)
        if told is not None and not isinstance(told[1], NotUnderstood):
            return await self._answer(turn, [told], asked=True)
        assert isinstance(outcome, NotUnderstood)
        return _not_understood(scene, outcome)

    async def _told(self, words: str, scene: Scene) -> Heard | None:
        """What the model makes of it, understood by the grammar; None without a model, or when that makes nothing."""
        if self._brain is None:
            return None
        try:
            sentence = await heard.hear(words, scene.setting, self._brain)
        except BrainUnavailable:
            return None
        found = await asyncio.to_thread(_outcomes, sentence, [scene]) if sentence else []
        return found[0] if found else None

    async def _shown(self, turn: Turn, scene: Scene, outcome: Outcome) -> Work:
        """On a thread of its own, because a large plan and its chances take a while."""
        setting = scene.setting
        past = await self._database.read(lambda tx: history(tx, setting.plan))
        if isinstance(outcome, Understood):
            change, found = outcome, await asyncio.to_thread(_effect, setting, past, outcome)
            return lambda tx: self._changes.put(tx, turn, setting, change, found)
        assert isinstance(outcome, Wondered)
        ways = [(way, await asyncio.to_thread(_effect, setting, past, way)) for way in outcome.alternatives]
        return lambda tx: _what_if(tx, scene, ways)

    def _scenes(self, tx: Session, turn: Turn) -> list[Scene]:
        """The plans that may be spoken of here, or the one that is named; none that nobody has approved yet."""
        rows = [row for row in seen(tx, turn.chat, turn.person, personal=turn.personal) if row.revision]
        if turn.said.plan:
            rows = [row for row in rows if row.slug == turn.said.plan]
        base = conversation(turn.chat)
        here = [row for row in rows if row.chat == turn.chat] or [row for row in rows if conversation(row.chat) == base]
        return [Scene(row, row in (here or rows), self._setting(tx, row, turn.person)) for row in rows]

    def _setting(self, tx: Session, row: PlanRow, speaker: PersonId) -> Setting:
        plan = plans.load(tx, PlanSlug(row.slug))
        return Setting(
            plan=plan,
            today=today(self._desk.plan_clock.now(), plan.zone),
            speaker=speaker,
            agents=self._desk.roster.agents(),
            people=_people(tx, [speaker, plan.owner, *(item.owner for item in plan.items.values())]),
            next_number=row.next_number,
        )


def _effect(setting: Setting, past: History, way: Understood) -> Effect:
    return effect(
        setting.plan,
        way.edits,
        setting.today,
        agents=setting.agents,
        chance=lambda plan: likely(plan, setting.today, past, setting.holidays),
        deadline_said=way.deadline,
        holidays=setting.holidays,
    )


def _outcomes(words: str, scenes: Sequence[Scene]) -> list[Heard]:
    return [(scene, found) for scene in scenes if (found := _outcome(words, scene.setting)) is not None]


def _outcome(words: str, setting: Setting) -> Outcome | None:
    try:
        return wonder(words, setting) if asks(words) else understand(words, setting)
    except UserError as error:
        return error


def _about_a_plan(words: str, outcomes: Sequence[Heard]) -> bool:
    """Whether what could be a goal is a change after all: understood, or naming an item by its id."""
    prefixes = {scene.setting.plan.prefix.casefold() for scene, _ in outcomes}
    named = any(found["prefix"].casefold() in prefixes for found in _ITEM.finditer(words))
    return named or any(isinstance(outcome, Understood | Wondered) for _, outcome in outcomes)


def _rank(outcome: Outcome) -> int:
    return 0 if isinstance(outcome, Ambiguous) else 1 if isinstance(outcome, UserError) else 2


def _plans(scenes: Sequence[Scene], words: str) -> list[tuple[str, str]]:
    return [(short(title_of(scene.row), 50), f"{scene.row.slug}: {words[:LONGEST]}") for scene in scenes]


def _on(scene: Scene, choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The choices as sentences about that plan, so that nothing has to be remembered when one is chosen."""
    return [(name, f"{scene.row.slug}: {sentence}") for name, sentence in choices if len(sentence) <= LONGEST]


def _not_understood(scene: Scene, outcome: NotUnderstood) -> Work:
    choices = _on(scene, outcome.choices)
    if choices:
        raise Choose(f"{outcome.why} Nothing was changed. Did you mean one of these?", choices)
    part = f" The part that I do not understand is “{short(outcome.part, 120)}”; nothing was changed."
    way_on = "Say for example “move NA-12 a week later”, “give NA-12 to quill”, “drop NA-12”.".replace(
        "NA-12", next(iter(scene.setting.plan.items), "NA-12")
    )
    offer = message(refusal(outcome.why + part, way_on, EXAMPLES))
    return lambda _tx: offer


def _people(tx: Session, first: Sequence[PersonId]) -> dict[PersonId, str]:
    found = {person: display_name(tx, person) for person in dict.fromkeys(first)}
    for row in tx.exec(select(PersonRow).where(PersonRow.name != "").limit(_PEOPLE)).all():
        found.setdefault(PersonId(row.id), row.name)
    return found


def _what_if(tx: Session, scene: Scene, ways: Sequence[tuple[Understood, Effect]]) -> Activity:
    plan, day = scene.setting.plan, scene.setting.today

    def name_of(person: PersonId) -> str:
        return display_name(tx, person)

    view = whatif.WhatIf(
        title=plan.title,
        ways=tuple(
            whatif.Way(
                text=f"{plan.slug}: {way.typed}" if len(way.typed) <= LONGEST else "",
                said=way.said,
                finish=effects.finish(found, day),
                last_work=effects.last_work(found, day),
                chance=effects.chance(found),
                cost=effects.cost(found),
                breaks=found.breaks,
                load=effects.load(found, day, name_of),
                changes=effects.changes(plan, found, name_of),
                metrics=found.metrics,
            )
            for way, found in ways
        ),
        assumed=tuple(dict.fromkeys(words for way, _ in ways for words in way.assumed)),
    )
    return cards.fitted(lambda room: whatif.render(trimmed(view, room), room))
