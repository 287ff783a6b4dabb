"""What an agreement and a risk come to, in a few words of ours beside those of the people who said it."""

from __future__ import annotations

from datetime import date

from plans.model.agreed import AtMost, Constraint, Embargo, NotAfter, NotBefore, Risk, Spend
from plans.model.calendar import near
from plans.words import Money, Verb

_DOES = {
    Verb.READ: "looks things up",
    Verb.DRAFT: "drafts",
    Verb.PUBLISH: "publishes",
    Verb.MESSAGE: "messages people",
    Verb.SPEND: "spends",
    Verb.CHANGE: "changes things elsewhere",
}


def limit(one: Constraint, today: date) -> str:
    """What is kept: ``nothing that publishes or messages people from Mon 30 Nov to Sun 24 Jan``."""
    match one:
        case Spend():
            return f"the items' budgets stay within {one.most}"
        case NotBefore():
            return f"{one.item} does not begin before {near(one.day, today)}"
        case NotAfter():
            return f"{one.item} is over by {near(one.day, today)}"
        case Embargo():
            does = " or ".join(_DOES[verb] for verb in one.verbs)
            return f"nothing that {does} from {near(one.start, today)} to {near(one.end, today)}"
        case AtMost():
            items = "item" if one.most == 1 else "items"
            return f"at most {one.most or 'no'} {items} a {one.per} that {_does(one)}"
        case _:
            return f"no title and no instruction says {', '.join(f'“{word}”' for word in one.words)}"


def _does(one: AtMost) -> str:
    verb = _DOES[one.verb]
    if one.most == 1:
        return verb
    first, _, rest = verb.partition(" ")
    plural = first.removesuffix("es") if first == "publishes" else first.removesuffix("s")
    return f"{plural} {rest}".strip()


def odds(probability: float, days: int, cost: Money | None) -> str:
    """``30 %: 5 working days, 2,000 EUR``."""
    parts = [f"{days} working day{'s' * (days != 1)}"] if days else []
    parts += [str(cost)] if cost is not None and cost.minor else []
    return f"{probability:.0%}".replace("%", " %") + (f": {', '.join(parts)}" if parts else "")


def odds_of(risk: Risk) -> str:
    return odds(risk.probability, risk.days, risk.cost)
