"""Writes Quill's copy: from the brief, its materials and a tone of voice, by fixed rules."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

TONES: Final = ("Confident and concrete", "Warm and personal", "Playful and bold")
QUESTION: Final = "Which tone of voice shall the copy have?"

_VOICES: Final = {
    TONES[0]: (
        "{name}: the number your board will ask for",
        "You have the data. What is missing is the one figure everybody accepts. {name} puts it on the table, with the "
        "working shown, before the next meeting begins.",
        "Book your demo: thirty minutes, your own data, one result you can use the same day.",
    ),
    TONES[1]: (
        "We built {name} for the Monday mornings we had ourselves",
        "We know what it is like to collect the same figures again every week, and to hope that they agree. {name} is "
        "what we wished for then: calm, complete, and ready before the first coffee.",
        "Come and see it with us: we would love to show you around, and to hear how you work today.",
    ),
    TONES[2]: (
        "Spreadsheets had a good run. Meet {name}",
        "Somewhere in your company a spreadsheet called final_v7_really is deciding your budget. {name} would like a "
        "word with it. One place, one truth, no archaeology.",
        "Grab a demo and bring your worst spreadsheet: we will make it look easy.",
    ),
}
_PLAIN: Final = (
    "About {name}, as you asked for it: {tone}",
    "This piece speaks in the voice you described as: {tone}. {name} shows in one place what otherwise takes a week "
    "to gather, and shows how it got there.",
    "Ask for a demo, and see your own figures in it within half an hour.",
)
_BODY: Final = (
    "Here is what it does on an ordinary day. It reads the systems you already pay for, lines their figures up, and "
    "tells you which of them moved and why. Nobody has to export anything, and nobody has to be asked twice.",
    "Teams that tried it early started with a single question and had an answer within one working day. They kept the "
    "answer, and then they cancelled the meeting in which it used to be argued about.",
    "There is no long contract and no project plan. You connect one source, look at the result, and decide.",
)


@dataclass(frozen=True)
class Copy:
    subject: str
    text: str
    words: int


def tone_of(answer: str) -> str:
    """The tone an answer names: one of the three, by its words or its number, or the answer's own words."""
    wanted = " ".join(answer.split())[:80]
    if wanted in ("1", "2", "3"):
        return TONES[int(wanted) - 1]
    for tone in TONES:
        if wanted and (wanted.casefold() in tone.casefold() or tone.casefold() in wanted.casefold()):
            return tone
    return wanted or TONES[0]


def compose(brief: str, tone: str) -> Copy:
    """Subject line, headline, body and call to action; at least 120 words."""
    name = _product(brief)
    headline, opening, call = (part.format(name=name, tone=tone) for part in _VOICES.get(tone, _PLAIN))
    facts = _facts(brief)
    evidence = [f"We asked around before we wrote: {' '.join(facts)}"] if facts else []
    text = "\n\n".join([f"Subject: {headline}", f"# {headline}", opening, *_BODY, *evidence, call])
    return Copy(subject=headline, text=text, words=len(text.split()))


def _facts(brief: str) -> list[str]:
    """The first points of the materials, those about the audience where there is such a section."""
    _, _, audience = brief.partition("## Audience")
    points = [line.strip() for line in (audience or brief).splitlines() if line.strip().startswith("- ")]
    return [point.removeprefix("- ").replace("*", "") for point in points[:3]]


def _product(brief: str) -> str:
    """The run of capitalised words that the brief says most often; that is what briefs call their product."""
    named = Counter(re.findall(r"(?<=\s)[A-Z][\w&]+(?: [A-Z][\w&]+)+", brief))
    return named.most_common(1)[0][0] if named else "the product"
