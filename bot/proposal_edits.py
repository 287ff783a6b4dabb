"""From the inputs of a proposal's Edit form to typed edits, checked by the critic before they are shown again."""

from __future__ import annotations

from datetime import date

from plans.errors import UserError
from plans.model.calendar import Calendar
from plans.model.critic import Precheck, review
from plans.model.edits import DropItem, Edit, Edits, Redate, SetBudget
from plans.model.knock_on import reframed
from plans.model.plan import Item, Plan
from plans.model.revision import apply
from plans.planning.rescale import nearer
from plans.words import ItemId, Money

_LARGEST = 10**12
"""Whole units of a currency; a slip of the finger, not a budget."""


def edits_of(plan: Plan, inputs: dict[str, str], today: date) -> Edits:
    """What was asked to be changed. Raises UserError, in words, for an input that cannot be read or does nothing."""
    found: list[Edit] = []
    found += _deadline(plan, inputs.get("deadline", ""), today)
    found += _budget(plan, inputs.get("budget", ""))
    found += _dropped(plan, inputs.get("drop", ""))
    found += _moved(plan, inputs.get("redate", ""), inputs.get("redate_to", ""), inputs.get("drop", ""))
    if not found:
        raise UserError("Nothing was changed.", "Change the date, the budget or an item, or approve it as it is.")
    return tuple(found)


def checked(plan: Plan, edits: Edits, precheck: Precheck | None) -> Plan:
    """The plan with the edits. Raises UserError when it breaks a rule that it did not break before."""
    before = {finding.said for finding in review(plan, precheck)}
    after = apply(plan, edits)
    broken = [finding.said for finding in review(after, precheck) if finding.said not in before]
    if broken:
        more = f" ({len(broken) - 1} more like that)" if len(broken) > 1 else ""
        raise UserError(
            f"That does not fit: {broken[0]}{more}.", "Change that too, or reject it and give me the goal anew."
        )
    return after


def _deadline(plan: Plan, typed: str, today: date) -> list[Edit]:
    if not typed.strip():
        return []
    day = _day(typed)
    if day == plan.deadline:
        return []
    if day < today:
        raise UserError(f"{day} is past.", "Name a day to come.")
    if day < plan.deadline:
        return list(nearer(plan, day))
    return reframed(plan, day)


def _budget(plan: Plan, typed: str) -> list[Edit]:
    if not typed.strip():
        return []
    try:
        units = round(float(typed.replace(",", "").replace(" ", "")))
    except (ValueError, OverflowError):
        raise UserError("The budget is not a number.", "Type it in whole units, e.g. 20000.") from None
    if not 0 <= units <= _LARGEST:
        raise UserError("That is no budget.", "Type it in whole units, e.g. 20000.")
    budget = Money.of(units, plan.budget.currency if plan.budget else "EUR")
    return [] if budget == plan.budget else [SetBudget(budget=budget)]


def _dropped(plan: Plan, typed: str) -> list[Edit]:
    return [DropItem(item=_item(plan, typed).id)] if typed.strip() else []


def _moved(plan: Plan, typed: str, until: str, dropped: str) -> list[Edit]:
    if not typed.strip() or typed == dropped:
        return []
    item = _item(plan, typed)
    if not until.strip():
        raise UserError(f"{item.id} is to move, but not to when.", "Fill in the day on which it ends.")
    end = _day(until)
    if end == item.end:
        return []
    calendar = Calendar.of(plan)
    start = item.start if item.start <= end else calendar.add_workdays(end, 1 - item.days)
    return [Redate(item=item.id, start=max(start, plan.begins), end=end)]


def _item(plan: Plan, typed: str) -> Item:
    found = plan.items.get(ItemId(typed.strip()))
    if found is None or found.settled:
        raise UserError("That item is not on the plan any more.", "Look at the card again.")
    return found


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip()[:10])
    except ValueError:
        raise UserError("That date does not exist.", "Name the day as year-month-day, e.g. 2027-01-29.") from None
