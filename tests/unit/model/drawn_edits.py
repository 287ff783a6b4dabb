"""Edits of every kind, for the tests of the model: drawn by hypothesis so that they fit one after the other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from plans.errors import UserError
from plans.model.agreed import AtMost, Constraint, Embargo, NotAfter, NotBefore, Risk, Spend, Unsaid
from plans.model.edits import (
    AddItem,
    Agree,
    CloseRisk,
    DropItem,
    Edit,
    Edits,
    Frame,
    Lift,
    Move,
    Reassign,
    Recheck,
    Redate,
    Reestimate,
    RemoveItem,
    RemoveMember,
    ReplaceItem,
    RestoreItem,
    Retitle,
    SetBudget,
    SetDeadline,
    SetFlow,
    SetFrame,
    SetMember,
    SetRisk,
    SetRole,
    SetWaits,
)
from plans.model.plan import Away, Flow, Item, Link, Member, Metric, Plan
from plans.model.revision import apply
from plans.words import (
    AgentName,
    Check,
    ConstraintId,
    Doer,
    ItemId,
    ItemKind,
    ItemState,
    Money,
    PersonId,
    RiskId,
    Verb,
)
from tests.unit.model.drawn import MONDAY, item, plans

Change = tuple[Plan, Edits]
dates = st.integers(0, 60).map(lambda days: MONDAY + timedelta(days=days))
words = st.sampled_from(["", "one", "two", "three"])
said = st.sampled_from(["one", "two", "three"])
people = st.sampled_from([PersonId("dana"), PersonId("kim")])
agents = st.sampled_from([None, AgentName("a"), AgentName("b"), AgentName("kim")])
money = st.none() | st.builds(Money, minor=st.integers(0, 9_999))
checks = st.builds(Check, text=said, expects=st.dictionaries(said, st.integers(0, 2), max_size=2))
doers = st.sampled_from([Doer("role:designer"), Doer("agent:a"), Doer("person:kim")])
constraint_ids = st.sampled_from([ConstraintId("K1"), ConstraintId("K2"), ConstraintId("K3")])
risk_ids = st.sampled_from([RiskId("R1"), RiskId("R2")])
places = st.none() | st.integers(0, 3)


@st.composite
def flows(draw: st.DrawFn) -> Flow | None:
    """None, an empty one, or any."""
    unmeasured = st.none() | people
    return draw(st.none() | st.builds(Flow, trigger=words, feedback=words, returns=words, unmeasured_by=unmeasured))


@st.composite
def estimates(draw: st.DrawFn, found: ItemId) -> Edit:
    days = draw(st.integers(1, 6))
    low, high = draw(st.none() | st.integers(1, days)), draw(st.none() | st.integers(days, 9))
    return Reestimate(item=found, days=days, low=low, high=high, effort=draw(st.sampled_from([0.25, 0.5, 1.0])))


@st.composite
def windows(draw: st.DrawFn) -> tuple[date, date]:
    start = draw(dates)
    return start, start + timedelta(days=draw(st.integers(0, 9)))


@st.composite
def constraints(draw: st.DrawFn, items: st.SearchStrategy[ItemId]) -> Constraint:
    start, end = draw(windows())
    item, word = draw(items), draw(said)
    fields: dict[str, Any] = {"id": draw(constraint_ids), "text": draw(said), "by": draw(people), "on": draw(dates)}
    made: list[Constraint] = [
        Spend(**fields, most=Money.of(5)),
        NotBefore(**fields, item=item, day=start),
        NotAfter(**fields, item=item, day=end),
        Embargo(**fields, start=start, end=end),
        AtMost(**fields, verb=Verb.PUBLISH, most=2),
        Unsaid(**fields, words=(word,)),
    ]
    return draw(st.sampled_from(made))


@st.composite
def risks(draw: st.DrawFn, items: st.SearchStrategy[ItemId]) -> Risk:
    return Risk(
        id=draw(risk_ids),
        text=draw(said),
        probability=draw(st.sampled_from([0.1, 0.5])),
        days=draw(st.integers(0, 3)),
        cost=draw(money),
        items=tuple(draw(st.lists(items, max_size=2, unique=True))),
        mitigation=draw(words),
        owner=draw(people),
        sponsor=draw(st.booleans()),
    )


@st.composite
def members(draw: st.DrawFn) -> Member:
    start, end = draw(windows())
    return Member(
        doer=draw(doers),
        name=draw(words),
        share=draw(st.sampled_from([0.5, 1.0])),
        at_once=draw(st.integers(1, 3)),
        workdays=draw(st.none() | st.just((0, 1))),
        away=draw(st.sampled_from([(), (Away(start=start, end=end),)])),
    )


@st.composite
def frames(draw: st.DrawFn, plan: Plan) -> Edit:
    metric = st.builds(Metric, name=said, unit=said, baseline=st.just(0), target=st.integers(1, 9), due=dates)
    fields = {
        "title": draw(said),
        "north_star": draw(said),
        "zone": draw(st.sampled_from(["Europe/Berlin", "UTC"])),
        "workdays": tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1)))),
        "country": draw(st.sampled_from(["", "DE", "DE-BY"])),
        "begins": draw(st.just(plan.begins) | dates),
        "metrics": tuple(draw(st.lists(metric, max_size=2, unique=True))),
        "assumptions": tuple(draw(st.lists(said, max_size=2, unique=True))),
        "questions": tuple(draw(st.lists(said, max_size=2, unique=True))),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(fields))))
    frame = Frame.of(plan).model_copy(update={name: fields[name] for name in chosen})
    return SetFrame(frame=frame)


@st.composite
def waits(draw: st.DrawFn, found: ItemId, items: st.SearchStrategy[ItemId]) -> Edit:
    after = draw(st.lists(items, unique=True, max_size=2))
    links = draw(st.lists(st.builds(Link, item=items, lag=st.integers(1, 3)), max_size=2, unique=True))
    starts = draw(st.lists(st.builds(Link, item=items, kind=st.just("start_start")), max_size=1))
    return SetWaits(item=found, after=tuple(after), links=(*links, *starts))


@st.composite
def replacements(draw: st.DrawFn, old: Item) -> Edit:
    """The item with any few of its fields as somebody else sees them."""
    start, end = draw(windows())
    fields = {
        "kind": draw(st.sampled_from(ItemKind)),
        "title": draw(said),
        "owner": draw(people),
        "start": start,
        "end": end,
        "check": draw(checks),
        "days": old.high or old.days,
        "agent": draw(agents),
        "role": draw(words),
        "capability": draw(words),
        "verb": draw(st.none() | st.sampled_from(Verb)),
        "instructions": draw(words),
        "recipient": draw(st.none() | said),
        "flow": draw(flows()),
        "metric": draw(st.none() | said),
        "budget": draw(money),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(fields))))
    return ReplaceItem(item=old.model_copy(update={name: fields[name] for name in chosen}))


def _of_item(found: Item, items: st.SearchStrategy[ItemId]) -> st.SearchStrategy[Edit]:
    name = st.just(found.id)
    return st.one_of(
        st.builds(DropItem, item=name, call_off=st.booleans()),
        st.builds(RestoreItem, item=name, state=st.sampled_from(ItemState)),
        windows().map(lambda window: Redate(item=found.id, start=window[0], end=window[1])),
        st.builds(Redate, item=name, start=st.just(found.start), end=dates),
        st.builds(Reassign, item=name, agent=agents, owner=people, call_off=st.booleans()),
        st.builds(Retitle, item=name, title=words),
        estimates(found.id),
        st.builds(Move, item=name, parent=st.none() | items),
        waits(found.id, items),
        st.builds(Recheck, item=name, check=checks),
        st.builds(SetRole, item=name, role=words),
        st.builds(SetFlow, item=name, flow=flows()),
        replacements(found),
        st.builds(RemoveItem, item=name),
    )


def _of_plan(plan: Plan, items: st.SearchStrategy[ItemId], number: int) -> st.SearchStrategy[Edit]:
    place = st.none() | st.integers(0, len(plan.items))
    return st.one_of(
        st.builds(SetDeadline, deadline=dates),
        st.builds(SetBudget, budget=money),
        frames(plan),
        st.builds(AddItem, item=st.just(item(number)), place=place),
        st.builds(Agree, constraint=constraints(items), place=places),
        st.builds(Lift, constraint=constraint_ids),
        st.builds(SetRisk, risk=risks(items), place=places),
        st.builds(CloseRisk, risk=risk_ids),
        st.builds(SetMember, member=members(), place=places),
        st.builds(RemoveMember, doer=doers),
    )


@st.composite
def edits(draw: st.DrawFn, plan: Plan, most: int = 6, number: int = 100) -> Edits:
    """Any edits that fit the plan one after the other; new items are numbered from ``number``."""
    made: list[Edit] = []
    for place in range(draw(st.integers(0, most))):
        items = st.sampled_from(sorted(plan.items)) if plan.items else st.just(ItemId("NA-0"))
        choices = _of_plan(plan, items, number + place)
        of_plan = draw(st.booleans())
        if plan.items and not of_plan:
            choices = _of_item(draw(st.sampled_from(list(plan.items.values()))), items)
        edit = draw(choices)
        try:
            plan = apply(plan, (edit,))
        except UserError:
            continue
        made.append(edit)
    return tuple(made)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A plan, and edits that fit it."""
    plan = draw(plans())
    return plan, draw(edits(plan))


@st.composite
def rivals(draw: st.DrawFn) -> tuple[Plan, Edits, Edits]:
    """A plan, and two changes of it that were made without knowing of each other."""
    plan = draw(plans())
    return plan, draw(edits(plan, 3, 100)), draw(edits(plan, 3, 200))
