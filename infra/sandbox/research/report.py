"""Writes Scout's report: from the topic, the brief and a small built-in corpus, the same for the same topic always."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import Final

_SEGMENTS: Final = (
    (
        "Heads of revenue operations",
        "want one number they can defend in the board meeting",
        "peer communities, webinars",
    ),
    (
        "Marketing leads in mid-sized firms",
        "have three tools and no time to join their data",
        "search, trade newsletters",
    ),
    ("Founders of software companies", "buy what can be tried in an afternoon", "product launches, podcasts"),
    ("Data analysts", "ask for an export before they ask for a price", "documentation, open-source projects"),
    ("Finance partners", "approve what replaces a line they already pay for", "referrals, analyst notes"),
)
_COMPETITORS: Final = (
    ("Bluepeak", "broad suite, sold from the top", "long contracts; onboarding takes a quarter"),
    ("Tallyworks", "cheap entry, self-service", "reports stop at the team's border"),
    ("Orrery", "strong in forecasting", "needs a data engineer to keep it alive"),
    ("Kestrel Insight", "well loved by analysts", "little that a manager can read without help"),
    ("Meridian Desk", "bundled with a customer system", "few leave it, few praise it"),
)
_SOURCES: Final = (
    "European Software Buyers Survey 2026, table 4",
    "Trade association market monitor, autumn 2026",
    "Public price lists of the five vendors, read in the week of the report",
    "Forty-one public customer reviews of the last twelve months",
    "National statistics office, enterprises by size class",
    "Job advertisements naming the category, last two quarters",
    "Programme of the category's two largest conferences",
)
_COUNTRIES: Final = (("Germany", 2900), ("France", 2400), ("Netherlands", 1100), ("Nordics", 1500), ("Iberia", 1300))


@dataclass(frozen=True)
class Report:
    topic: str
    text: str
    words: int
    sources: int


def _market(dice: random.Random) -> tuple[list[str], int]:
    share = dice.randint(4, 9)
    rows = ["| Region | Firms in reach | Reachable this year |", "|---|---|---|"]
    total = 0
    for country, usual in _COUNTRIES:
        firms = usual + dice.randrange(-200, 200, 10)
        total += firms * share // 100
        rows.append(f"| {country} | {firms} | {firms * share // 100} |")
    rows.append(f"| Together | | {total} |")
    return rows, total


def compose(topic: str, brief: str) -> Report:
    """Sections: summary, market, competitors, audience, what follows, sources. At least 250 words."""
    dice = random.Random(hashlib.sha256(topic.strip().casefold().encode()).digest())
    rows, total = _market(dice)
    rivals, segments = dice.sample(_COMPETITORS, 4), dice.sample(_SEGMENTS, 3)
    sources = dice.sample(_SOURCES, dice.randint(5, 6))
    price, lead = dice.randrange(90, 260, 10), segments[0]
    text = "\n".join(
        [
            f"# {topic}",
            "",
            "## Summary",
            f"About {total:,} firms in five regions can be reached this year. The nearest group to win is "
            f"{lead[0].lower()}: they {lead[1]}. Competitors hold the market by contract rather than by liking, which "
            f"leaves room for an offer that shows its worth before a signature is asked for.",
            f"The question put to us was: {' '.join(brief.split())[:600]}",
            "",
            "## Market size",
            "Firms with fifty to a thousand employees that already pay for at least one tool of the kind:",
            *rows,
            f"At a usual price of {price} EUR a month, one firm in a hundred would be worth about "
            f"{total * price * 12 // 100:,} EUR a year.",
            "",
            "## Competitors",
            *(f"- **{name}**: {strength}. Weak spot: {weakness}." for name, strength, weakness in rivals),
            "None of the four names a result on its first page; all of them name features.",
            "",
            "## Audience",
            *(f"- **{name}** {need}. Reached through {where}." for name, need, where in segments),
            "",
            "## What follows for the launch",
            f"1. Speak to {lead[0].lower()} first, and about their problem before the product.",
            f"2. Offer a trial that shows a result within one working day; {rivals[0][0]} cannot match that.",
            f"3. Put the price of {price} EUR next to what it replaces, not next to {rivals[1][0]}.",
            "4. Ask for a demo in every piece, once, at the end; measure requests by segment and by week.",
            "5. Look again after two weeks: a segment that has not answered by then is the wrong one.",
            "",
            "## Sources",
            *(f"{number}. {source}" for number, source in enumerate(sources, 1)),
        ]
    )
    return Report(topic=topic, text=text, words=len(text.split()), sources=len(sources))
