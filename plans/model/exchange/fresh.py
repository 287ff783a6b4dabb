"""A plan out of a file that is new here: the same plan, under names that are free."""

from __future__ import annotations

from typing import Final

from plans.model.edits import AddItem, Edits
from plans.model.exchange.reading import Known, Said, Source, Unreadable, some
from plans.model.exchange.sound import check, check_frame
from plans.model.plan import Item, Plan
from plans.words import IN_FLIGHT, ItemId, ItemState, PersonId, PlanSlug

_BEGUN: Final = IN_FLIGHT | {ItemState.READY}


def fresh(
    said: Said, known: Known, slug: PlanSlug, prefix: str, owner: PersonId
) -> tuple[Plan, Edits, tuple[str, ...]]:
    """An empty frame, the edits that fill it, and what was changed on the way.

    ``slug`` and ``prefix`` are free; ids get the prefix where it is not theirs, wherever they are spoken of. What the
    plan's owner in the file owns is ``owner``'s. What was under way elsewhere begins anew. Raises Unreadable.
    """
    plan = said.frame
    if plan is None:
        raise Unreadable([f"{said.source.name}: it lists items only; a new plan needs the whole of it, as JSON."])
    foreign = [key for key in plan.items if key.rpartition("-")[0] != plan.prefix]
    if foreign:
        raise Unreadable([f"{said.source.name}: {some(foreign)} should begin with {plan.prefix}-, as the plan says."])
    made = _renamed(plan, prefix) if prefix != plan.prefix else plan
    was = plan.owner
    items = {
        key: item.model_copy(
            update={
                "owner": owner if item.owner == was else item.owner,
                "state": ItemState.PLANNED if item.state in _BEGUN else item.state,
            }
        )
        for key, item in made.items.items()
    }
    made = made.model_copy(update={"slug": slug, "prefix": prefix, "owner": owner, "items": items, "revision": 0})
    source = Source(said.source.name)
    check_frame(made, source)
    check(made, items.values(), known, source)
    edits = tuple(AddItem(item=item) for item in items.values())
    return made.model_copy(update={"items": {}}), edits, tuple([*said.notes, *_notes(plan, made)])


def _notes(plan: Plan, made: Plan) -> list[str]:
    notes = []
    if made.prefix != plan.prefix:
        notes.append(f"{plan.prefix} is taken here: ids begin with {made.prefix}- instead.")
    if made.slug != plan.slug:
        notes.append(f"The name {plan.slug} is taken here, or no name: this one is called {made.slug}.")
    begun = [key for key, item in plan.items.items() if item.state in IN_FLIGHT]
    if begun:
        notes.append(f"Under way where the file comes from, begun anew here: {some(begun)}.")
    return notes


def _renamed(plan: Plan, prefix: str) -> Plan:
    def new(item: ItemId) -> ItemId:
        return ItemId(f"{prefix}-{item.rpartition('-')[2]}") if item in plan.items else item

    def moved(item: Item) -> Item:
        links = tuple(link.model_copy(update={"item": new(link.item)}) for link in item.links)
        return item.model_copy(
            update={
                "id": new(item.id),
                "parent": new(item.parent) if item.parent else None,
                "after": tuple(map(new, item.after)),
                "links": links,
            }
        )

    constraints = tuple(
        one.model_copy(update={"item": new(one.item)}) if one.kind in ("not_before", "not_after") else one
        for one in plan.constraints
    )
    risks = tuple(risk.model_copy(update={"items": tuple(map(new, risk.items))}) for risk in plan.risks)
    items = {new(key): moved(item) for key, item in plan.items.items()}
    return plan.model_copy(update={"constraints": constraints, "risks": risks, "items": items})
