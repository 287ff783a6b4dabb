"""From what was typed to a command, without a model: forgiving of case, courtesy and punctuation, never a guess.

What is not a command here may still be a goal, a change of a plan, or a question what would be if; the rest is left to
the conversation. A goal that could be a change as well is a goal here: only who knows the plan can tell them apart.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Final

from bot.cards.text import clean
from bot.commands.catalogue import COMMANDS, Name
from plans.model.exchange.spreadsheet import COLUMNS
from plans.model.exchange.table import looks_like_header
from plans.planning.talk.understand import sounds
from plans.planning.talk.wonder import asks

_ITEM: Final = r"(?P<item>[a-z][a-z0-9]{0,11}\s?-\s?\d{1,6})"
_PLAN: Final = r"(?: (?:of |for |on |with )?(?P<plan>.{1,120}?))??"
_LEAD: Final = re.compile(
    r"^(?:(?:hey|ok|okay|please|steward|can you|could you|would you|show me|show|tell me|give me|the)[,:]? )+"
)
_TAIL: Final = re.compile(r"(?:,? (?:please|thanks|thank you|steward))+$")
_GRAMMAR: Final[tuple[tuple[Name, str], ...]] = (
    ("hello", r"(?:hi|hello|hey|hallo|start|good (?:morning|afternoon|evening|day))(?: there| steward| all| team)?"),
    ("help", r"help(?: me)?|\?|commands?|menu|what can (?:you do|i say|i do)|who are you|how does this work"),
    ("status", rf"(?:what(?:'s| is) (?:the )?)?status(?: report)?{_PLAN}"),
    ("status", r"(?:how (?:is it going|are we doing|do we stand|are things)|where (?:are we|do we stand))"),
    ("week", rf"(?:what(?:'s| is) )?(?:due |on |happening |up )?(?:for )?this week{_PLAN}"),
    ("record", rf"(?:what(?:'s| is) )?(?:your |the )?(?:forecasts?'? )(?:record|accuracy|score|history){_PLAN}"),
    ("record", r"how (?:good|true|accurate|reliable) (?:are|were) (?:your|the) forecasts"),
    ("forecast", rf"(?:what(?:'s| is) (?:the )?)?forecast{_PLAN}"),
    (
        "forecast",
        r"(?:will we (?:make it|be (?:on|in) time|make the deadline)|when will (?:it|we|this) be (?:done|finished))",
    ),
    ("ahead", rf"(?:what(?:'s| is) )?(?:due |on |happening |coming )?(?:up )?(?:for )?next week{_PLAN}"),
    ("slip", rf"(?:slip|mend|repair)(?: (?:the )?(?:item )?{_ITEM})?"),
    ("why", rf"why(?: (?:is|was|did you do|did|about|has))?(?: the)?(?: item)? {_ITEM}(?: .*)?"),
    ("why", r"why"),
    ("agents", r"(?:list )?(?:all )?agents?|inventory|who can (?:help|do what|be given work)"),
    ("undo", r"undo(?: (?:the )?(?:last )?(?:change|revision|that|it))?(?: (?P<plan>\S+?))??(?: (?P<number>\d{1,6}))?"),
    (
        "diff",
        r"(?:diff(?:erence)?|compare|what changed (?:in|between))(?: (?:of |for )?(?P<plan>(?!\d+(?:\s|$))\S+?))??"
        r"(?: (?:(?:version|revision)s? )?(?P<number>\d{1,6})"
        r"(?:(?: (?:and|to|with|vs) | ?(?:\.\.|-|,) ?| )(?P<other>\d{1,6}))?)?",
    ),
    ("history", rf"(?:history|versions?|revisions?|changes|what(?: has|'s)? changed(?: so far)?){_PLAN}"),
    ("stop", r"(?:stop|halt|pause)(?: (?P<all>everything|all|all plans|all of it))?"),
    ("stop", rf"(?:stop|halt|pause){_PLAN}"),
    ("resume", r"(?:resume|continue|go on|carry on)(?: (?P<all>everything|all|all plans))?"),
    ("resume", rf"(?:resume|continue|go on|carry on){_PLAN}"),
    ("done", rf"(?:done|finished|i(?:'ve| have)? (?:did|done|finished))(?: with)?(?: (?:the )?(?:item )?{_ITEM})?"),
    ("done", rf"(?:mark |set )?{_ITEM}(?: is| as|:)? (?:done|finished|complete|completed)"),
    ("export", rf"(?:export|download)(?: (?:it )?(?:as |to )?(?P<format>csv|json|planner))?{_PLAN}"),
    (
        "playbooks",
        r"(?:list )?(?:all )?(?:your |our )?playbooks|which playbooks(?: (?:are there|do you (?:have|know)))?",
    ),
    ("playbook", r"playbooks?(?: show)?(?: (?:the )?(?P<playbook>.{1,60}))?"),
    ("constraints", rf"(?:list )?(?:all )?(?:the |our )?(?:constraints?|agreements?){_PLAN}"),
    ("constraints", rf"what (?:was|is|has been|have we|did we) agreed?(?: on)?{_PLAN}"),
    ("lift", r"lift(?: (?:the )?(?:constraint |agreement )?(?P<key>\S{1,20}))?"),
    ("risks", rf"(?:list )?(?:all )?(?:the |our )?risks{_PLAN}|what (?:could|can|might) go wrong"),
    ("load", rf"(?:show )?(?:the |our )?(?:work)?loads?{_PLAN}|who (?:is|are) (?:overloaded|overbooked|too busy)"),
    ("load", r"who has (?:too much|how much) to do|(?:what|who) is the bottleneck"),
    ("risk", r"(?:risk close|close(?: the)? risk)(?: (?P<key>\S{1,20}))?"),
    ("plans", r"(?:list )?(?:all )?(?:my |our )?plans?|which plans(?: are there)?|what plans(?: are there)?"),
)
_RULES: Final = tuple((name, re.compile(pattern)) for name, pattern in _GRAMMAR)
_DO: Final = (
    "own|launch|run|deliver|ship|organi[sz]e|plan|prepare|start|grow|reach|achieve|get|win|build|hold|host|publish"
    "|release|roll out|set up|complete|finish|make|create|increase|raise|generate|migrate|move|open|close|hire|drive"
)
_IMPORT: Final = re.compile(r"\s*(?:(?:please|steward)[,:]?\s+)*import\b[ ]*(.*)", re.IGNORECASE | re.DOTALL)
_INTO: Final = re.compile(
    r"(?:(?:in)?to |for )?(?P<plan>[\w.\-]{1,60})?|(?:(?:in)?to|for) (?P<more>.{1,120})", re.IGNORECASE
)
_FENCE: Final = re.compile(r"^```.*$", re.MULTILINE)
_LONGEST: Final = 200
"""Characters of what can be a command; what is longer is a goal or talk."""
_OWN: Final = re.compile(r"^own\b", re.IGNORECASE)
_AGREE: Final = re.compile(
    r"^(?:(?:we|it is|it was|let's|let us) )?agreed?\b(?: that\b| on\b| to\b)?[:,]?\s*|^(?=embargo\b)", re.I
)
_RISK: Final = re.compile(r"^(?:(?:add (?:a )?|new )risk|risk add|risk:)[:,]?\s*", re.IGNORECASE)
_FREE: Final[tuple[tuple[Name, re.Pattern[str]], ...]] = (("agree", _AGREE), ("risk", _RISK))
"""What is followed by words that are kept as they were typed."""
_GOAL: Final = re.compile(
    rf"^(?:(?:i|we)(?:'d like| want| need| would like| have)?(?: you)? to |help (?:me|us) (?:to )?|let(?:'s| us) "
    rf"|my goal is to |our goal is to |goal: ?|take over )?(?:{_DO})\b",
    re.IGNORECASE,
)
_ADDRESSED: Final = re.compile(r"(?:(?:on|in|for) )?(?P<plan>[a-z0-9][a-z0-9-]{0,79}): ?(?P<rest>\S.*)", re.DOTALL)
_DEADLINE: Final = re.compile(
    r"\b(?:by|until|before|due|no later than|deadline|end of|till)\b"
    r"|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
    r"|\bin (?:\d+|two|three|four|five|six) (?:days?|weeks?|months?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Spoken:
    """A command as it was typed. ``plan`` is the person's word for it, or for a playbook; ``item`` is upper-case."""

    name: Name
    plan: str = ""
    item: str = ""
    key: str = ""
    """Of a constraint or a risk, upper-case: ``K2``."""
    number: int = 0
    other: int = 0
    """The second number, where two are compared."""
    everything: bool = False
    text: str = ""
    """A goal's whole text; what was agreed, or could go wrong, as it was said; what was pasted behind ``import``, as it
    was; the format of an export; of a change or a what-if, all but the plan's name in front."""


def parse(text: str) -> Spoken | None:
    """The command, or the goal; None when it is neither."""
    pasted = _import(text)
    if pasted is not None:
        return pasted
    whole = clean(text)
    said = _plain(whole)
    for name, rule in _RULES if len(said) <= _LONGEST else ():
        found = rule.fullmatch(said)
        if found:
            return _spoken(name, found)
    plain = " ".join(_unled(whole).split())
    for free, opening in _FREE:
        found = opening.match(plain)
        if found:
            return Spoken(free, text=plain[found.end() :])
    if _OWN.match(_unled(whole)) or (_GOAL.match(_unled(whole)) and _DEADLINE.search(whole)):
        return Spoken("goal", text=whole)
    return talked(whole)


def owns(text: str) -> bool:
    """Whether a goal says so itself and can be nothing else: “own the launch …”."""
    return _OWN.match(_unled(clean(text))) is not None


def talked(text: str) -> Spoken | None:
    """A change of a plan, or what would be if, perhaps with the plan in front: ``northwind: drop the podcast``."""
    found = _ADDRESSED.fullmatch(text)
    plan, rest = (found["plan"], found["rest"]) if found else ("", text)
    if asks(rest):
        return Spoken("whatif", plan=plan, text=rest)
    return Spoken("change", plan=plan, text=rest) if sounds(rest) else None


def _import(text: str) -> Spoken | None:
    """``import``, and the table or the JSON behind it, untouched: on the same line or on the next, fenced or not."""
    found = _IMPORT.match(text)
    if found is None:
        return None
    first, _, more = (part.strip("\r\n ") for part in found.group(1).partition("\n"))
    if _pastable(first):
        return Spoken("import", text=f"{first}\n{more}".strip())
    named = _INTO.fullmatch(first.strip(" :`"))
    if named is None:
        return None
    body = _FENCE.sub("", more).strip("\r\n ")
    if body and not _pastable(body.split("\n", 1)[0]):
        return None
    return Spoken("import", plan=(named["plan"] or named["more"] or "").lower(), text=body)


def _pastable(line: str) -> bool:
    return line[:1] in ("{", "[") or looks_like_header(line, COLUMNS)


def nearest(text: str, most: int = 3) -> list[str]:
    """The commands that look most like what was typed; help when none does."""
    said = _plain(clean(text))[:60]
    typed = {command.typed.split(" <")[0]: command.typed for command in COMMANDS if "<" not in command.typed}
    close = difflib.get_close_matches(said, typed, most, 0.5)
    first = [word for word in typed if word.split()[0] in said.split()]
    return list(dict.fromkeys([*first, *close]))[:most] or ["status", "this week", "help"]


def _plain(text: str) -> str:
    """Lower case, one space between words, without courtesies and the punctuation around."""
    said = " ".join(text.lower().replace("’", "'").split())
    said = said if said == "?" else said.strip(" \t.!?,;:…\"'`")
    unled = _LEAD.sub("", said)
    return _TAIL.sub("", unled or said).strip(" ,.!?`") or said


def _unled(text: str) -> str:
    return re.sub(r"^(?:(?:hey|hi|hello|ok|please|steward|can you|could you|would you)[,:]?\s+)+", "", text, flags=re.I)


def _spoken(name: Name, found: re.Match[str]) -> Spoken:
    groups = found.groupdict()
    return Spoken(
        name,
        plan=(groups.get("plan") or groups.get("playbook") or "").strip(" `\"'"),
        item=re.sub(r"\s", "", groups.get("item") or "").upper(),
        key=(groups.get("key") or "").strip(" `\"'<>").upper(),
        number=int(groups.get("number") or 0),
        other=int(groups.get("other") or 0),
        everything=bool(groups.get("all")),
        text=groups.get("format") or "",
    )
