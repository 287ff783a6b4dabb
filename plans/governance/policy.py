"""May this act happen? Cedar policies over a snapshot of the plan, the agent and the budget.

Default deny, and a forbid outweighs every permit. Cedar (cedarpy 4.12.2) skips a policy whose condition errs: a broken
forbid would then mean *allow*, with the error only in the diagnostics. So requests are checked against a schema, and
any error whatever is a deny.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import cedarpy
from pydantic import BaseModel, ConfigDict

from plans.governance.acts import Act
from plans.governance.digests import digest
from plans.governance.policy_files import Rule, Source, read_folder
from plans.words import AgentName, Money, Verb

_log = logging.getLogger(__name__)

_BUILT_IN: Final = Path(__file__).parent / "policies"
_VOCABULARY: Final = Path(__file__).parent / "vocabulary.cedarschema"
_NAMED: Final = re.compile(r"policy `(policy\d+)`")


class Verdict(BaseModel):
    """What the policies say. ``ask``: not now, but with a person's yes to exactly this act."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["allow", "deny", "ask"]
    rules: tuple[str, ...]
    """Ids of the policies that decided; none when it was denied because nothing permits it."""
    why: str
    """In words, for a card or a refusal."""
    policy: str
    """Hash of the policy set."""


class Situation(BaseModel):
    """Everything beside the act itself that a policy may look at, read in the transaction that decides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    approved: bool
    """Whether a person said yes to exactly this act."""
    plan_state: str
    plan_agents: frozenset[AgentName]
    """The agents to whom the plan gives an item."""
    may: frozenset[Verb]
    """What the agent's entry in the inventory allows."""
    left: Money | None
    """What of the budget is neither spent nor held; None without a budget."""
    stopped: bool


@dataclass(frozen=True)
class _Finding:
    allowed: bool
    rules: tuple[str, ...]
    broken: bool = False


class PolicySet:
    """A parsed set of policies: parsed once (1.6 ms), asked often (0.2 ms). Safe to use from any thread."""

    def __init__(self, sources: tuple[Source, ...], vocabulary: str) -> None:
        """Use ``load``."""
        self.digest = digest([[source.name, source.text] for source in sources])
        """SHA-256 over the names and texts of its files."""
        # Cedar numbers policies by their place in the text, so the rules are in the same order.
        self._rules: tuple[Rule, ...] = tuple(rule for source in sources for rule in source.rules)
        self._policies = cedarpy.PolicySet.from_str("\n".join(source.text for source in sources))
        self._schema = cedarpy.Schema.from_str(vocabulary)

    @classmethod
    def load(cls, folder: Path | None = None) -> PolicySet:
        """The built-in set, or every ``*.cedar`` file of a folder in its place.

        Raises SetupError with file, line and reason when a file cannot be read, parsed or checked against the
        vocabulary, and when the folder has none.
        """
        vocabulary = _VOCABULARY.read_text(encoding="utf-8")
        return cls(read_folder(folder or _BUILT_IN, vocabulary), vocabulary)

    def describe(self) -> list[tuple[str, str]]:
        """Id and sentence of every policy."""
        return [(rule.id, rule.sentence) for rule in self._rules]

    def judge(self, act: Act, situation: Situation) -> Verdict:
        """Whether the act may be done now, not at all, or with a person's yes. Never raises."""
        now = self._evaluate(act, situation, situation.approved)
        if now.broken:
            return self._broken(act, now)
        if now.allowed:
            return self._verdict("allow", now.rules)
        if not situation.approved:
            then = self._evaluate(act, situation, approved=True)
            if then.allowed:
                return self._verdict("ask", now.rules or then.rules)
        if not now.rules:
            why = f"No policy permits {act.agent} to {act.verb} on {act.plan}, which is {situation.plan_state}."
            return Verdict(kind="deny", rules=(), why=why, policy=self.digest)
        return self._verdict("deny", now.rules)

    def _verdict(self, kind: Literal["allow", "deny", "ask"], rules: tuple[str, ...]) -> Verdict:
        why = " ".join(rule.sentence for rule in self._rules if rule.id in rules)
        return Verdict(kind=kind, rules=rules, why=why, policy=self.digest)

    def _broken(self, act: Act, finding: _Finding) -> Verdict:
        # Without Cedar's own words: they quote the request.
        _log.error(
            "policies could not be evaluated; denied",
            extra={"rules": list(finding.rules), "policy": self.digest, "item": act.item, "verb": act.verb.value},
        )
        named = f" ({', '.join(finding.rules)})" if finding.rules else ""
        why = f"The policies could not be evaluated{named}, so it is not done. Whoever runs Steward can mend them."
        return Verdict(kind="deny", rules=finding.rules, why=why, policy=self.digest)

    def _evaluate(self, act: Act, situation: Situation, approved: bool) -> _Finding:
        try:
            request, entities = _request(act, situation, approved), _entities(act, situation)
            result = cedarpy.is_authorized(request, self._policies, entities, schema=self._schema)
        except Exception as error:
            # Whatever goes wrong between here and Cedar, nothing may be done on the strength of it.
            _log.error("the policy engine failed", extra={"error": type(error).__name__})
            return _Finding(allowed=False, rules=(), broken=True)
        errors = result.diagnostics.errors
        if errors or result.decision is cedarpy.Decision.NoDecision:
            failed = [name for error in errors for name in _NAMED.findall(error)]
            return _Finding(allowed=False, rules=self._ids(failed), broken=True)
        return _Finding(result.allowed, self._ids(result.diagnostics.reasons))

    def _ids(self, names: list[str]) -> tuple[str, ...]:
        return tuple(self._rules[place].id for place in sorted({int(name.removeprefix("policy")) for name in names}))


def _request(act: Act, situation: Situation, approved: bool) -> dict[str, Any]:
    context: dict[str, Any] = {
        "verb": act.verb.value,
        "item": act.item,
        "capability": act.capability,
        "object": act.resource,
        "approved": approved,
        "stopped": situation.stopped,
    }
    if act.recipient is not None:
        context["recipient"] = act.recipient
    if act.amount is not None:
        context["amount"] = _sum(act.amount)
    return {
        "principal": {"type": "Agent", "id": act.agent},
        "action": {"type": "Action", "id": act.verb.value},
        "resource": {"type": "Plan", "id": act.plan},
        "context": context,
    }


def _entities(act: Act, situation: Situation) -> list[dict[str, Any]]:
    plan = {"type": "Plan", "id": act.plan}
    attributes: dict[str, Any] = {"state": situation.plan_state}
    if situation.left is not None:
        attributes["left"] = _sum(situation.left)
    return [
        {"uid": plan, "attrs": attributes, "parents": []},
        {
            "uid": {"type": "Agent", "id": act.agent},
            "attrs": {"may": sorted(situation.may)},
            "parents": [plan] if act.agent in situation.plan_agents else [],
        },
    ]


def _sum(money: Money) -> dict[str, Any]:
    return {"minor": money.minor, "currency": money.currency}
