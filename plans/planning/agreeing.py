"""What people agree about a plan, read from their words without a model: one constraint of a kind that a rule keeps.

What fits no kind is never kept as free text that somebody would have to remember: it is asked about, with examples.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from plans.errors import UserError
from plans.model.agreed import AtMost, Constraint, Embargo, NotAfter, NotBefore, Spend, Unsaid
from plans.model.plan import Plan
from plans.planning import dates
from plans.planning.figures import budget
from plans.words import ConstraintId, ItemId, PersonId, Verb

EXAMPLES: Final = (
    "agree no more than two mails a week",
    "agree nothing is published before 2027-01-25",
    "agree embargo from 2026-12-21 to 2027-01-03",
    "agree budget at most 15,000 EUR",
    "agree NA-12 not before 2027-01-10",
    "agree NA-12 by 2027-01-20",
    "agree never say “revolutionary”, “game-changing”",
)
_COUNTS = {"one": 1, "a": 1, "an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "no": 0, "single": 1}
_NOUNS: Final = (
    (Verb.MESSAGE, r"(?:e-?)?mails?|mailings?|messages?|newsletters?|campaigns?|letters?"),
    (Verb.PUBLISH, r"publications?|posts?|articles?|press releases?|announcements?|pages?"),
    (Verb.DRAFT, r"drafts?|texts?"),
    (Verb.SPEND, r"purchases?|orders?|payments?"),
    (Verb.CHANGE, r"changes?"),
    (Verb.READ, r"look-?ups?|searches?"),
)
_NUMBER = rf"(?P<number>\d{{1,4}}|{'|'.join(_COUNTS)})"
_NOUN = rf"(?P<noun>{'|'.join(noun for _, noun in _NOUNS)})"
_PER = r"(?:a|an|per|each|every|in any|in a|on any)(?: one| single| calendar)? (?P<per>week|day)"
_MOST = r"(?:no|not) more than|never .{0,40}?\bmore than|at most|up to|max(?:imum)?(?: of)?|only"
_AT_MOST: Final = (
    re.compile(rf"\b(?:{_MOST}) {_NUMBER} {_NOUN}\b.*?\b{_PER}\b", re.IGNORECASE),
    re.compile(rf"\b{_NUMBER} {_NOUN}\b.*?\b{_PER}\b,? (?:at (?:the )?most|max(?:imum)?|and no more)\b", re.IGNORECASE),
)
_UNSAID: Final = re.compile(
    r"\b(?:never|(?:do not|don['’]t|no one may|nobody may)(?: ever)?|no texts? may|not to)\s+"
    r"(?:say|use|write|mention|call (?:it|us|them))\b[:\s]*(?P<words>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED: Final = re.compile(r"[“„\"«‘'`](?P<word>[^“”„\"«»‘’`]{1,80}?)[”“\"»’'`](?!\w)")
_ITEM: Final = re.compile(r"\b(?P<item>[A-Za-z][A-Za-z0-9]{0,11}\s?-\s?\d{1,6})\b(?!-\d)")
_EARLIEST: Final = re.compile(
    r"\b(?:not|never|nothing|no (?:earlier|sooner))\b.*?\b(?:before|until|till|earlier than|sooner than|than)\b"
    r"|\b(?:starts?|begins?) (?:on or )?after\b|\bnot begin\b",
    re.IGNORECASE,
)
_LATEST: Final = re.compile(
    r"\b(?:by|until|till|no later than|not later than|not after|never after|before|due|at the latest)\b", re.IGNORECASE
)
_QUIET: Final = re.compile(
    r"\bembargo\b|\b(?:nothing|no ?(?:one|body)|no (?:mails?|messages?|posts?|announcements?|publications?|publishing|"
    r"publicity|press))\b|\b(?:not|never|no) (?:be )?(?:publish\w*|announc\w*|post\w*)",
    re.IGNORECASE,
)
_TOLD: Final = re.compile(
    r"\b(?:embargo|publish\w*|public\w*|announc\w*|press|post(?:s|ed|ing)?|live|out)\b", re.IGNORECASE
)
_SENT: Final = re.compile(r"\b(?:sent|send\w*|mail\w*|messag\w*|written to)\b", re.IGNORECASE)
_MONEY: Final = re.compile(r"\b(?:budget|spend\w*|costs?|pay|at most|no more than|up to|max(?:imum)?)\b", re.IGNORECASE)


def read(text: str, plan: Plan, today: date, by: PersonId, name: ConstraintId) -> Constraint:
    """``text`` is what was agreed, as it was said; ``today`` a day of the plan's zone.

    Raises UserError: it fits no kind, names an item that is not on the plan, a date that is none, or leaves a part out.
    """
    said = " ".join(text.split()).strip(" .")[:400]
    agreed = {"id": name, "text": said, "by": by, "on": today}
    for reader in _READERS:
        found = reader(said, plan, today, agreed)
        if found is not None:
            return found
    raise unclear(f"I do not know how to keep “{said[:120]}”." if said else "What was agreed?")


def unclear(said: str) -> UserError:
    return UserError(said, f"These I can keep: {'; '.join(f'“{example}”' for example in EXAMPLES)}.")


_Agreed = dict[str, Any]
_Reader = Callable[[str, Plan, date, _Agreed], Constraint | None]


def _unsaid(said: str, _plan: Plan, _today: date, agreed: _Agreed) -> Constraint | None:
    match = _UNSAID.search(said)
    if match is None:
        return None
    words = [found["word"].strip() for found in _QUOTED.finditer(match["words"])]
    if not words:
        words = [word.strip(" .\"'“”") for word in re.split(r",|;|\bor\b|\band\b", match["words"])]
    words = [word for word in dict.fromkeys(words) if word][:20]
    if not words:
        raise unclear("Which words are not to be used?")
    return Unsaid(**agreed, words=tuple(words))


def _at_most(said: str, _plan: Plan, _today: date, agreed: _Agreed) -> Constraint | None:
    match = next((found for pattern in _AT_MOST if (found := pattern.search(said))), None)
    if match is None:
        return None
    number = _COUNTS.get(match["number"].casefold())
    verb = next(verb for verb, noun in _NOUNS if re.fullmatch(noun, match["noun"], re.IGNORECASE))
    most = int(match["number"]) if number is None else number
    return AtMost(**agreed, verb=verb, most=most, per="week" if match["per"].casefold() == "week" else "day")


def _about_item(said: str, plan: Plan, today: date, agreed: _Agreed) -> Constraint | None:
    match = _ITEM.search(said)
    if match is None:
        return None
    item = ItemId(re.sub(r"\s", "", match["item"]).upper())
    if item not in plan.items:
        raise UserError(f"{plan.title} has no item {item}.", "`status` lists its items.")
    rest = f"{said[: match.start()]} {said[match.end() :]}"
    found = dates.days(rest, today)
    if len(found) != 1:
        raise unclear(f"By when, or not before when, is {item} to be done?")
    # The word that binds the date may stand within its stretch (“by 20 January”).
    around = rest[: found[0].end]
    if _EARLIEST.search(around) and not re.search(r"\b(?:not|no) later\b|\bnot after\b", around, re.IGNORECASE):
        behind = re.search(r"(?<!on or )\bafter\b", around, re.IGNORECASE)
        return NotBefore(**agreed, item=item, day=found[0].day + timedelta(days=1 if behind else 0))
    if _LATEST.search(rest):
        before = re.search(r"\bbefore\b", around, re.IGNORECASE)
        return NotAfter(**agreed, item=item, day=found[0].day - timedelta(days=1 if before else 0))
    raise unclear(f"Is {item} to be done by {found[0].day}, or not before it?")


def _embargo(said: str, plan: Plan, today: date, agreed: _Agreed) -> Constraint | None:
    if not _QUIET.search(said):
        return None
    found = dates.days(said, today)
    if len(found) not in (1, 2):
        raise unclear("From when to when?")
    told, sent = bool(_TOLD.search(said)), bool(_SENT.search(said))
    verbs = (Verb.MESSAGE,) if sent and not told else (Verb.PUBLISH, Verb.MESSAGE)
    if len(found) == 2:
        first, last = found[0].day, found[1].day
    elif re.search(r"\b(?:from|after|since|starting)\b", said[: found[0].end], re.IGNORECASE):
        first, last = found[0].day, plan.deadline
    elif re.search(r"\b(?:before|until|till|prior to|to)\b", said[: found[0].end], re.IGNORECASE):
        # On the day itself it may happen.
        first, last = min(today, plan.begins), found[0].day - timedelta(days=1)
    else:
        first = last = found[0].day
    if last < first:
        raise unclear(f"That embargo would end ({last}) before it begins ({first}).")
    return Embargo(**agreed, start=first, end=last, verbs=verbs)


def _spend(said: str, _plan: Plan, _today: date, agreed: _Agreed) -> Constraint | None:
    if not _MONEY.search(said):
        return None
    found = budget(said)
    return None if found is None else Spend(**agreed, most=found.amount)


_READERS: Final[tuple[_Reader, ...]] = (_unsaid, _at_most, _about_item, _embargo, _spend)
