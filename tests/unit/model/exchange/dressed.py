"""Plans with something in every field, and any text in every text: what a file must carry there and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from plans.model.agreed import Embargo, NotAfter, Risk, Spend
from plans.model.exchange import compare, spreadsheet
from plans.model.exchange.compare import Change
from plans.model.exchange.reading import Known
from plans.model.plan import Away, Flow, Item, Link, Member, Plan
from plans.model.revision import apply
from plans.words import (
    AgentName,
    Check,
    ConstraintId,
    Doer,
    ItemId,
    ItemState,
    Money,
    PersonId,
    RiskId,
    Verb,
)
from tests.unit.model.drawn import OWNER, launch, plans

BOB = PersonId("bob")
KNOWN = Known(
    {OWNER: "Dana Doe", BOB: "Bob Builder"}, frozenset({AgentName("researcher"), AgentName("writer")}), 9
)  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
NASTY = st.sampled_from(
    [
        "=1+1",
        "'=1",
        "''-x",
        "+49 170",
        "-",
        "@SUM(A1)",
        "\t=x",
        "\r\n=x",
        "a;=x",
        "a,'-b",
        "＝1",
        '"',
        "a\nb",
        "",
        " x ",
    ]
)
WORDS = st.one_of(TEXT, NASTY)


@st.composite
def dressed(draw: st.DrawFn, most: int = 4) -> Plan:
    plan = draw(plans(most=most))
    made: dict[ItemId, Item] = {}
    for one in plan.items.values():
        update: dict[str, Any] = {
            "title": draw(WORDS),
            "instructions": draw(WORDS),
            "role": draw(WORDS),
            "recipient": draw(st.one_of(st.none(), WORDS)),
            "owner": draw(st.sampled_from([OWNER, BOB])),
            "effort": draw(st.floats(0.01, 1)),
            "low": draw(st.one_of(st.none(), st.integers(1, one.days))),
            "high": draw(st.one_of(st.none(), st.integers(one.days, 40))),
            "budget": draw(st.one_of(st.none(), st.builds(Money, minor=st.integers(-(10**7), 10**7)))),
            "verb": draw(st.one_of(st.none(), st.sampled_from(Verb))),
            "check": Check(
                text=draw(WORDS),
                expects=draw(st.dictionaries(WORDS, st.one_of(st.integers(-(10**9), 10**9), WORDS), max_size=3)),
            ),
            "flow": draw(st.one_of(st.none(), st.builds(Flow, trigger=WORDS, feedback=WORDS, returns=WORDS))),
            "links": tuple(
                Link(
                    item=other, kind=draw(st.sampled_from(("finish_start", "start_start"))), lag=draw(st.integers(1, 9))
                )
                for other in list(made)[:1]
                if other not in one.after
            ),
        }
        made[one.id] = one.model_copy(update=update)
    return plan.model_copy(update={"items": made})


def whole() -> Plan:
    """The launch with a team, agreements and risks, a flow and every kind of dependency."""
    plan = launch()
    stream = plan.items[ItemId("NA-2")].model_copy(update={"flow": Flow(trigger="a lead", returns="meetings")})
    six = plan.items[ItemId("NA-6")].model_copy(
        update={
            "links": (Link(item=ItemId("NA-4"), lag=2), Link(item=ItemId("NA-7"), kind="start_start", lag=1)),
            "low": 1,
            "high": 3,
            "effort": 0.5,
            "check": Check(text="it is sent", expects={"words": 200, "tone": "warm"}),
        }
    )
    return plan.model_copy(
        update={
            "items": {**plan.items, stream.id: stream, six.id: six},
            "team": (Member(doer=Doer("role:designer"), share=0.5, away=(_days(1, 2),)),),
            "constraints": (
                Spend(**_agreed(1), most=Money.of(900)),
                NotAfter(**_agreed(2), item=six.id, day=date(2027, 1, 1)),
                Embargo(**_agreed(3), start=date(2026, 12, 24), end=date(2027, 1, 2)),
            ),
            "risks": (Risk(id=RiskId("R1"), text="rain", probability=0.2, days=3, items=(six.id,), owner=OWNER),),
            "assumptions": ("finance agrees",),
            "questions": ("Which price?",),
            "country": "DE",
        }
    )


def _days(first: int, last: int) -> Away:
    return Away(start=date(2026, 12, first), end=date(2026, 12, last))


def _agreed(number: int) -> dict[str, Any]:
    return {"id": ConstraintId(f"K{number}"), "text": "as we said", "by": OWNER, "on": date(2026, 11, 1)}


def table(plan: Plan) -> list[list[str]]:
    """The plan's table without quoting, for plans whose texts need none."""
    return [line.split(",") for line in spreadsheet.text(plan, KNOWN).splitlines()]


def typed(plan: Plan, item: str, column: str, cell: str) -> str:
    """The plan's table with one cell changed."""
    rows = table(plan)
    row = next(row for row in rows if row[0] == item)
    row[rows[0].index(column)] = f'"{cell}"'
    return "\n".join(map(",".join, rows))


def read(plan: Plan, text: str, known: Known = KNOWN, *, pasted: bool = False) -> Change:
    return compare.changes(plan, spreadsheet.read(text, plan, known, "plan.csv", pasted=pasted), known)


def after(plan: Plan, text: str) -> Plan:
    return apply(plan, read(plan, text).edits)


def flying(state: ItemState = ItemState.DELEGATED) -> Plan:
    """The launch with NA-4 in that state."""
    plan = launch()
    return plan.model_copy(
        update={"items": {**plan.items, ItemId("NA-4"): plan.items[ItemId("NA-4")].model_copy(update={"state": state})}}
    )
