"""The ways to say a change that are understood without a model: clauses, each with its phrases still unread.

A sentence is taken apart where a comma, an “and” or a full stop is followed by the beginning of another clause, so that
titles and dates may hold commas and “and”. Nothing here knows a plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from plans.planning.talk.when import AMOUNT

_AMT = rf"(?P<amount>{AMOUNT})"
_DEADLINE = r"(?:the |our )?(?:plan(?:’s|'s)? )?(?:deadline|finish date|end date)"
_MOVE = r"move|push|shift|postpone|delay|defer|reschedule|slide|slip|bring|pull|advance|put off"
_MOVES, _MOVES2 = rf"(?P<verb>{_MOVE})", rf"(?P<verb2>{_MOVE})"
_IS_MOVED = (
    r"(?P<verb>moves?|moved|slips?|slipped|slides?|shifts?|shifted|comes?|goes"
    r"|(?:is|are|gets?|were|was|would be) (?:moved|pushed|delayed|postponed|shifted|late|brought|pulled|put off))"
)
_MAY = r"(?:should |must |has to |have to |will |would |could |can )?"
_QUOTED = r"[“\"„«'‘].+?[”\"»'’]"
_WITHOUT = r"(?:no longer|does not|doesn['’]t|do not|don['’]t|need not|should not|shouldn['’]t|must not)"

_WAYS = r"later|earlier|sooner|backwards?|back|forwards?|ahead|out|off|late|behind"
_SIDE = r"(?: (?P<way>back|out|off|forwards?|ahead|up|in|earlier|later|sooner))?"
_WAY, _WAY2 = rf"(?P<way>{_WAYS})", rf"(?: (?P<way2>{_WAYS}))?"
_X, _X2, _Y, _W = r"(?P<x>.+?)", r"(?P<x2>.+?)", r"(?P<y>.+?)", r"(?P<who>.+?)"
_TO = r"(?=(?:to|until|till|on|for|by|into)\b)(?:into )?(?P<when>.+)"
_AWAY = (
    r"(?:away|off|out of (?:the )?office|out|on (?:holiday|vacation|leave)|ill|sick|absent|unavailable"
    r"|not (?:here|there|available))"
)
_NEW = r"(?:add|create) (?:an? |the )?(?:new )?(?P<kind>task|milestone)(?: called| named)?:?"
_OFF = r"drop|cancel|remove|skip|delete|leave out|scrap|kill|omit|do without|forget about|forget|get rid of"
_BEGIN, _START = r"(?:start|begin|kick off)", r"(?:start|begin)s?"
_HAND = r"(?:give|assign|reassign|hand|delegate|pass|transfer)(?: over)?"
_DOES = r"(?:takes over|takes on|takes|does|handles|owns|looks after|will do|should do)"
_PUSH = rf"(?P<verb>push|bring|put|pull|move) {_WAY}"
_SHOVE = r"(?P<verb>move|push|extend|shift|postpone|delay|bring|pull)"
_LET = r"(?:let |make |have )?"
_CAN = r"(?:can |may |could |should |must )?"
_BE = r"(?:is|are|was|were|would be)"

_GRAMMAR: Final[tuple[tuple[str, str], ...]] = (
    ("deadline_by", rf"{_SHOVE} {_DEADLINE}{_SIDE}(?: by)? {_AMT}{_WAY2}"),
    ("deadline_by", rf"{_DEADLINE} {_IS_MOVED}{_SIDE}(?: by)? {_AMT}{_WAY2}"),
    (
        "deadline",
        rf"(?:(?:set|move|change|put|push|extend|shift|bring|make) )?{_DEADLINE}(?: back| out| forward)?"
        rf"(?: ?(?:to|until|is moved to|moves to|becomes|{_BE}|on|for|:|=))* (?P<when>.+)",
    ),
    ("deadline", r"(?:must |should )?finish (?:everything |it all |the plan |all )(?P<when>(?:by|on) .+)"),
    ("budget_by", r"(?P<verb>raise|increase|lower|cut|reduce) (?:the |our )?budget by (?P<money>.+)"),
    ("no_budget", r"(?:remove|drop|lift) (?:the |our )?budget|(?:there is )?no budget(?: any more)?"),
    (
        "budget",
        r"(?:(?:set|change|make|put|raise|increase|lower|cut|reduce) )?(?:the |our )?budget"
        rf"(?: ?(?:to|at|of|becomes|only|{_BE}|:|=))* (?P<money>(?=.*\d).+)",
    ),
    ("away", rf"{_W}(?:['’]s|['’]ll be|['’]m| am| will be| goes| {_BE}) {_AWAY}(?:[, ]+(?P<when>.+))?"),
    ("add", rf"{_NEW} (?P<title>{_QUOTED})(?P<tail> .+)?"),
    ("add", rf"{_NEW} (?P<title>.+?)(?P<tail> (?:to|in|into|under|by|until|due|for) .+)?"),
    ("rename", rf"(?:rename|retitle|call) {_X} (?:to |as |into )?(?P<title>{_QUOTED})"),
    ("rename", rf"(?:rename|retitle) {_X} (?:to|as|into) (?P<title>.+)"),
    ("rename", rf"change the (?:title|name) of {_X} to (?P<title>.+)"),
    ("not_wait", rf"(?:let )?{_X} {_WITHOUT} (?:(?:(?:have|has|need) to )?waits?|depends?)(?: for| on)? {_Y}"),
    ("not_wait", rf"(?:let )?{_X} {_CAN}{_START} without(?: waiting for)? {_Y}"),
    ("beside", rf"(?:let )?{_X} {_CAN}{_START} (?:together |at the same time )?(?:with|as) {_Y}"),
    ("wait", rf"{_LET}{_X} {_MAY}(?:waits?|depends?|comes?)(?: for| on| after| behind) {_Y}(?: plus {_AMT})?"),
    ("wait", rf"(?:do|start) {_X} (?:only )?after {_Y}"),
    ("estimate", rf"(?:re-?)?estimate {_X} (?:at|to be|as|to|with) (?P<days>.+)"),
    ("estimate", rf"(?:re-?)?estimate {_X} (?P<days>(?:between|from|at best) .+)"),
    ("estimate", rf"(?:the )?estimate (?:of|for) {_X} (?:is|to|at|becomes) (?P<days>.+)"),
    (
        "estimate",
        rf"{_X} (?:will |would |only |really |should )*(?:takes?|took|needs?|lasts?|is estimated at)"
        r" (?P<days>(?=.*\b(?:day|week|month)).+)",
    ),
    ("restore", rf"(?:put|bring|take) back {_X}(?: on(?:to)? the plan)?"),
    ("restore", rf"(?:put|bring|take) {_X} back(?: (?:onto the plan|on the plan|on|in|up))?"),
    ("restore", rf"(?:restore|reinstate|undrop|revive) {_X}|(?:take|pick) (?:up )?{_X2}(?: up)? again"),
    ("call_off", rf"call off {_X}|call {_X2} off"),
    ("drop", rf"(?:{_OFF}) {_X}(?: from the plan)?"),
    ("drop", rf"(?:leave|take) {_X} (?:out|off)(?: the plan)?"),
    ("drop", rf"{_X} (?:{_BE}|gets?) (?:dropped|cancell?ed|removed|skipped|scrapped|left out)"),
    ("extend_by", rf"(?:give|grant) {_X} {_AMT}(?: more| longer| extra)?"),
    ("extend_by", rf"{_X} (?:gets?|has) {_AMT} (?:more|longer|extra)"),
    ("give", rf"{_HAND} {_X} (?:over )?to {_W}"),
    ("give", rf"(?:let|have) {_W} (?:do|take over|take|handle|own|look after) {_X}"),
    ("give", rf"{_X} (?:goes|is given|are given|is assigned|should go|is handed) to {_W}"),
    ("give", rf"{_W} {_DOES} {_X}"),
    ("give", r"(?:give|hand|assign) (?P<who>[^ ]+(?: [^ ]+)??) (?P<x>(?:the|our|my|it|[a-z0-9]+-\d)\b.*)"),
    ("extend_by", rf"(?:extend|prolong|lengthen) {_X}(?: by| for)? {_AMT}(?: more| longer)?"),
    ("shorten_by", rf"(?:shorten|trim|cut) {_X}(?: by)? {_AMT}"),
    ("move", rf"{_MOVES} {_X} to (?:end|finish) (?P<when>.+)"),
    ("end", rf"(?:extend|prolong|lengthen|shorten|trim) {_X} (?P<when>(?:until|till|to|by)\b.+)"),
    ("end", rf"(?:finish|end|complete) {_X} (?P<when>(?:on|by|until|next|at)\b.+)"),
    ("end", rf"{_X} {_MAY}(?:ends?|finish(?:es)?|be done|is due|be due|be finished|be ready) (?P<when>.+)"),
    ("start_by", rf"{_BEGIN} {_X} {_AMT} (?P<way>later|earlier|sooner)"),
    ("start_by", rf"{_X} {_START} {_AMT} (?P<way>later|earlier|sooner)"),
    ("start", rf"{_BEGIN} {_X} (?P<when>(?:on|at|in|from|next|this|today|tomorrow)\b.*)"),
    ("start", rf"{_MOVES} {_X} to (?:start|begin) (?P<when>.+)"),
    ("start", rf"{_X} {_MAY}{_START} (?P<when>.+)"),
    ("shift", rf"{_PUSH} {_X}(?: by)? {_AMT}"),
    ("shift", rf"{_MOVES} {_X}{_SIDE}(?: by)? {_AMT}{_WAY2}"),
    ("shift", rf"{_X} {_IS_MOVED}{_SIDE}(?: by)? {_AMT}{_WAY2}"),
    ("shift", rf"{_X} (?:{_BE}|runs?) {_AMT} (?P<way>late|later|behind|early|earlier)"),
    ("move", rf"{_PUSH} {_X} {_TO}"),
    ("move", rf"{_MOVES} {_X}{_SIDE} {_TO}"),
    ("move", rf"{_X} {_IS_MOVED}{_SIDE} {_TO}"),
    ("how_far", rf"{_PUSH} {_X}|{_MOVES2} {_X2} (?P<way2>{_WAYS})"),
    ("how_far", rf"(?P<verb>postpone|delay|defer|advance) {_X}"),
)  # fmt: skip
_RULES: Final = tuple((kind, re.compile(body, re.IGNORECASE)) for kind, body in _GRAMMAR)

_VERB: Final = (
    "move|push|shift|postpone|delay|defer|reschedule|slide|bring|pull|advance|extend|prolong|lengthen|shorten|trim"
    "|start|begin|finish|end|complete|give|assign|reassign|hand|delegate|pass|transfer|let|have|drop|cancel|remove|skip"
    "|delete|leave|scrap|kill|omit|forget|rename|retitle|call|estimate|reestimate|re-estimate|add|create|set|change|put"
    "|restore|reinstate|undrop|revive|take|pick|raise|increase|lower|cut|reduce|make|do|kick|get|grant"
)
_IMPERATIVE = re.compile(rf"(?:{_VERB})\b", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:(?:hey|hi|hello|ok|okay|please|steward|and|then|also|so|(?:can|could|would) (?:you|we)|let['’]s|let us"
    r"|(?:i|we|you)(?:['’]d)? (?:would |do )?(?:like|want|need|have)(?: you)? to|we (?:should|must|can|could|will)"
    r"|we['’]ll|i['’]ll|we|it would be good to)[,:]? +)+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:[\s,.!?;:]+|\s(?:please|thanks|thank you|instead|then|too|as well))+$", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"\s*;+\s*(?:and )?(?:then )?|,\s+(?:and |but )?(?:then |also )?|\.\s+|\s+(?:and|then|plus)\s+(?:then |also |to )?",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"“[^”]*”|\"[^\"]*\"|„[^“”]*[“”]|«[^»]*»")
LONGEST: Final = 400
"""Characters of a sentence that the grammar reads."""


@dataclass(frozen=True)
class Clause:
    """One change, as it was said. ``words``: its phrases by the grammar's names."""

    kind: str
    words: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.words.get(name) or self.words.get(f"{name}2", "")


def clauses(part: str) -> Iterator[Clause]:
    """Every way in which the part is a clause, the likeliest first."""
    for kind, rule in _RULES:
        found = rule.fullmatch(part)
        if found is not None:
            yield Clause(kind, {name: words for name, words in found.groupdict().items() if words})


def trimmed(text: str) -> str:
    """On one line, without courtesies and the punctuation around, with its verb as a request."""
    said = _TAIL.sub("", _LEAD.sub("", " ".join(text.split()))).strip(" ,;:")
    word, _, rest = said.partition(" ")
    return f"{_ASKED.get(word.casefold(), word)} {rest}".strip()


def _asked() -> dict[str, str]:
    """dropping, dropped → drop."""
    found = {"gave": "give", "took": "take", "let": "let", "put": "put", "left": "leave", "brought": "bring"}
    for verb in _VERB.split("|"):
        stem = verb[:-1] if verb.endswith("e") else verb
        for ending in ("ing", "ed"):
            found[stem + ending] = verb
            found[stem + stem[-1] + ending] = verb
    return found


_ASKED: Final = _asked()


def parts(text: str, separator: re.Pattern[str] = _SEPARATOR) -> list[str]:
    """The clauses of a sentence; what follows a separator and begins no clause belongs to the part before."""
    kept = [match.span() for match in _QUOTES.finditer(text)]
    cuts = [
        match.span()
        for match in separator.finditer(text)
        if not any(start <= match.start() < end for start, end in kept)
    ]
    found: list[str] = []
    begun = 0
    for start, end in cuts:
        if begins(text[end : _until(end, cuts, len(text))]) and trimmed(text[begun:start]):
            found.append(trimmed(text[begun:start]))
            begun = end
    last = trimmed(text[begun:])
    return [*found, last] if last else found


def _until(start: int, cuts: list[tuple[int, int]], end: int) -> int:
    return next((cut for cut, _ in cuts if cut > start), end)


def begins(part: str) -> bool:
    """Whether a clause begins here."""
    said = trimmed(part)
    return _IMPERATIVE.match(said) is not None or next(clauses(said), None) is not None
