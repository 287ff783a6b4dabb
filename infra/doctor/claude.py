"""Claude, if there is a key: does it take the key, and are the models there?"""

from __future__ import annotations

from infra.doctor.finding import Check, Finding, Level, found
from infra.settings import Settings
from plans.planning.claude import Claude
from plans.store.clock import WallClock
from plans.words import Secret


def check(told: Settings) -> Check:
    if not told.anthropic_api_key.get_secret_value():
        said = "no key: playbooks plan"
        return Check("claude", found("claude", Level.NOTE, said, "To plan any goal, set ANTHROPIC_API_KEY."))
    return Check("claude", lambda: look(told), loads=("plans.planning.claude_wire",))


async def look(told: Settings) -> Finding:
    key = Secret(told.anthropic_api_key.get_secret_value())
    where = told.anthropic_base_url or None
    brain = Claude(key, WallClock(), base_url=where, planner=told.planner_model, triage=told.triage_model)
    try:
        problems = await brain.problems()
    finally:
        await brain.close()
    if problems:
        way_on = "Until then playbooks plan. See ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL and the two model settings."
        return Finding("claude", Level.WARNING, " ".join(problems), way_on)
    return Finding("claude", Level.OK, f"{told.planner_model} plans, {told.triage_model} sorts")
