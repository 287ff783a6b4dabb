"""What a person wants, read from their sentence without a model: subject, deadline, figures, budget.

``own the launch of Northwind Analytics by 2027-01-29: 200 demo requests in the first month, budget 20,000 EUR``. What
cannot be read is said back with the way on; what had to be assumed is kept, for the card.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from plans.errors import UserError
from plans.planning import titles
from plans.planning.dates import deadline
from plans.planning.figures import Target, budget, targets
from plans.words import Money

LIMIT = 4_000
"""Characters of a goal."""
_EXAMPLE = (
    "E.g. “own the launch of Northwind Analytics by 2027-01-29: "
    "200 demo requests in the first month, budget 20,000 EUR”."
)
_ASKED = re.compile(
    r"^(?:please|can you|could you|i (?:want|need) you to|we (?:want|need|have) to|let'?s|help (?:me|us)|goal:)\s+",
    re.IGNORECASE,
)
_DOING = (
    r"(?:own|run|drive|lead|manage|plan|organi[sz]e|prepare|deliver|handle|do|set up|build|start|execute|orchestrate)"
)
_THE = r"(?:(?:the|our|an?)\s+)?"
_ABM = r"(?:abm|account[- ]based(?: marketing)?)\s*(?:programme|program|campaign|motion|push)?"
_SUBJECTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:{_DOING}\s+)?{_THE}(?:product\s+)?(?:launch|release|roll-?out|introduction|go-?live)\s+(?:of|for)\s+(?P<s>.+)$",
        r"^(?:launch|release|roll out|introduce|ship)\s+(?P<s>.+)$",
        r"^(?:bring|take|get)\s+(?P<s>.+?)\s+(?:to market|live|out)\b.*$",
        rf"^(?:{_DOING}\s+)?{_THE}{_ABM}\s+(?:for|against|at|on|in|to|with|targeting|of)\s+(?P<s>.+)$",
        rf"^{_DOING}\s+{_THE}(?P<s>.+)$",
    )
)
_ENDS = re.compile(r"\s*(?:[:;\n]|\.\s|,\s|\s[-–—]\s).*$", re.DOTALL)
_ARTICLE = re.compile(r"^(?:the|our|a|an)\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True)
class Goal:
    """A goal as far as code could read it."""

    text: str
    """The person's words, kept for ever."""
    subject: str
    """What it is about, fit for a title."""
    deadline: date
    targets: tuple[Target, ...] = ()
    budget: Money | None = None
    assumed: tuple[str, ...] = ()
    """Readings that somebody should know about, each a sentence."""

    @property
    def prefix(self) -> str:
        """What its plan's item ids would like to begin with."""
        return titles.prefix(self.subject)

    @property
    def slug(self) -> str:
        """What its plan would like to be called in chat."""
        return titles.slug(self.subject)


def _cut(text: str, start: int, end: int) -> str:
    """Without that stretch, and with a break where it was: no name or figure reaches across it."""
    return f"{text[:start]} ; {text[end:]}"


def _subject(text: str) -> str:
    """What is left of the sentence's first part when its verb is off. Raises UserError when that is nothing."""
    first = _ENDS.sub("", text.strip(" ,;:.-–—\n"))
    first = _ASKED.sub("", first).strip()
    for pattern in _SUBJECTS:
        match = pattern.match(first)
        if match:
            first = match["s"]
            break
    found = titles.title(_ARTICLE.sub("", first.strip(" ,;:.!?\"“”'`")), 80)
    if not re.search(r"\w", found):
        raise UserError("The goal does not say what it is about.", _EXAMPLE)
    return found


def read(text: str, today: date) -> Goal:
    """Raises UserError, in words for the person: empty, too long, without a subject, or something is wrong with its
    date or its budget.
    """
    words = titles.storable(text).strip()
    if not titles.plain(words):
        raise UserError("There is no goal in that.", f"Say what you want and by when. {_EXAMPLE}")
    if len(words) > LIMIT:
        raise UserError(
            f"That goal has {len(words):,} characters; {LIMIT:,} is the limit.",
            "Say what, by when, how much of it and for how much; details can follow once the plan stands.",
        )
    flat = "\n".join(titles.plain(line) for line in words.splitlines())
    due = deadline(flat, today)
    rest = _cut(flat, due.start, due.end)
    spent = budget(rest)
    rest = rest if spent is None else _cut(rest, spent.start, spent.end)
    subject = _subject(rest)
    return Goal(
        text=words,
        subject=subject,
        deadline=due.day,
        targets=targets(rest.replace(subject, " ; ", 1), due.day),
        budget=spent.amount if spent else None,
        assumed=tuple(said for said in (due.assumed, spent.assumed if spent else "") if said),
    )
