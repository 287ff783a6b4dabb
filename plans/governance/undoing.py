"""Taking a change back: which one is the last that stands, and its inverse as the world has moved on since."""

from __future__ import annotations

from collections.abc import Sequence

from plans.errors import UserError
from plans.model.edits import Edit, Edits, Reassign, RemoveItem, RestoreItem
from plans.model.plan import Item, Plan
from plans.model.revision import item_of
from plans.store.tables import RevisionRow
from plans.words import IN_FLIGHT, ItemState, PlanSlug


def last(plan: PlanSlug, made: Sequence[RevisionRow], number: int | None) -> RevisionRow:
    """The change that an undo takes back; ``made``: the revisions that made the plan, oldest first.

    ``number``: the one that the person means, or None. Raises UserError when there is no change left to take back, and
    when it is another one than that.
    """
    left = standing(made)
    numbers = [revision.number for revision in made]
    if number is not None and number not in numbers:
        raise no_version(plan, number, numbers, plan)
    if not left or left[-1].number == 1:
        raise UserError(
            f"There is no change of {plan} to take back: it stands as it was first approved.",
            f"`stop {plan}` halts it, and a new goal makes a new plan.",
        )
    if number is not None and number != left[-1].number:
        raise _not_last(plan, number, numbers, left[-1].number)
    return left[-1]


def standing(made: Sequence[RevisionRow]) -> list[RevisionRow]:
    """Those of a plan's revisions that were not taken back, and take nothing back, oldest first."""
    undone = {revision.undoes for revision in made}
    return [revision for revision in made if revision.undoes is None and revision.number not in undone]


def no_version(called: str, number: int, versions: Sequence[int], plan: PlanSlug | str) -> UserError:
    """To somebody who names a version that never was the plan; ``versions``: those that were, in order."""
    known = f"its versions are {spans(versions)}" if versions else "it was never approved"
    return UserError(f"{called} has no version {number}: {known}.", f"`history {plan}` lists them.")


def spans(numbers: Sequence[int]) -> str:
    """``1 to 4 and 6``: numbers in order, as people say them."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def _not_last(plan: PlanSlug, number: int, numbers: Sequence[int], final: int) -> UserError:
    """Names everything that came after it, and what would be taken back first."""
    later = [one for one in numbers if one > number]
    came = f"version{'s' * (len(later) > 1)} {spans(later)} came after it" if later else "it takes another one back"
    return UserError(
        f"Version {number} is not the last change of {plan} that stands; {came}.",
        f"Take back version {final} first: `undo`.",
    )


def that_fit(plan: Plan, edits: Edits) -> Edits:
    """The inverse edits, as the world has not stood still since. Raises UserError when it cannot be turned back.

    An item that somebody was working on then is planned again, for nobody is working on that brief now.
    """
    fitting: list[Edit] = []
    for edit in edits:
        if isinstance(edit, RemoveItem | RestoreItem | Reassign):
            _turned_back(plan, item_of(plan, edit.item), edit)
        if isinstance(edit, RestoreItem) and edit.state in IN_FLIGHT:
            fitting.append(RestoreItem(item=edit.item, state=ItemState.PLANNED))
        else:
            fitting.append(edit)
    return tuple(fitting)


def _turned_back(plan: Plan, item: Item, edit: RemoveItem | RestoreItem | Reassign) -> None:
    """Raises UserError when the item has moved on so far that the edit would undo somebody's work."""
    taken = isinstance(edit, RemoveItem) or (isinstance(edit, Reassign) and edit.agent != item.agent)
    done = item.state is ItemState.DONE and not isinstance(edit, Reassign)
    if done or (taken and item.state in IN_FLIGHT and not (isinstance(edit, Reassign) and edit.call_off)):
        raise UserError(
            f"{item.id} is {item.state} by now, and taking that change back would undo it.",
            f"Say what should change instead, or `stop {plan.slug}`.",
        )
