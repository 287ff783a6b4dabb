"""The rules by number. A number is never given to another rule: people and logs speak of it."""

from __future__ import annotations

from typing import Final

from plans.model.critic import agreements, capacity, duties, structure, windows
from plans.model.critic.case import Rule

RULES: Final[tuple[Rule, ...]] = (
    Rule("C01", "Nothing waits for itself, directly or around corners.", structure.acyclic),
    Rule(
        "C02",
        "Every item is derived from one of the tier above that is not dropped, up to an objective.",
        structure.traced,
    ),
    Rule("C03", "What an item waits for is on the plan.", structure.known),
    Rule("C04", "Every item has an owner.", duties.owned),
    Rule("C05", "Every item has an acceptance test.", duties.testable),
    Rule("C06", "Every window lies within its parent's.", windows.in_parent),
    Rule("C07", "Every window lies between the plan's beginning and its deadline.", windows.in_plan),
    Rule("C08", "What an agent is to do names a capability and a verb.", duties.briefable),
    Rule("C09", "Every window has room for its working days behind what the item waits for.", windows.roomy),
    Rule("C10", "Every objective is measured by a metric of the plan.", duties.measured),
    Rule("C11", "Windows begin and end on working days.", windows.working),
    Rule("C12", "The items' budgets together keep within the plan's.", duties.affordable),
    Rule("C13", "There are objectives, streams and tasks.", structure.tiers),
    Rule("C14", "No step would be forbidden by policy as things stand.", duties.permitted),
    Rule("C15", "Every item has a title.", structure.titled),
    Rule(
        "C16",
        "What spends, and what an agent does for money, has a budget: its own, one above, or the plan's.",
        duties.covered,
        asks=True,
    ),
    Rule(
        "C17",
        "Every stream moves a metric of the plan, and so does every milestone: its own, or its stream's.",
        duties.moving,
    ),
    Rule("C18", "Every window holds enough of its doer's own working days.", capacity.present),
    Rule("C19", "Nobody has more to do than they have time for within the windows.", capacity.kept),
    Rule("C20", "An agreed sum is kept by the items' budgets together.", agreements.spend),
    Rule(
        "C21", "What was agreed not to begin before a day does not, nor does anything under it.", agreements.not_before
    ),
    Rule("C22", "What was agreed to be over by a day is, and so is everything under it.", agreements.not_after),
    Rule("C23", "During an embargo no window of what it forbids is open.", agreements.embargo),
    Rule("C24", "No week or day has more items of a kind ending in it than was agreed.", agreements.at_most),
    Rule("C25", "Titles and instructions do not use the words that were agreed not to be used.", agreements.unsaid),
    Rule(
        "C26",
        "Every stream says its trigger, its feedback, and its return or which person left that unmeasured.",
        duties.flowing,
    ),
    Rule("C27", "An estimate goes from at best over likely to at worst.", duties.estimated),
    Rule(
        "C28",
        "Whatever risks, agreements and the team speak of exists, and every agent is in the inventory.",
        structure.referred,
    ),
)
