"""The one vocabulary of what an agent can be asked to do, and the verb each is judged by.

Playbooks and the model choose from it; neither can add to it, and neither picks the verb.
"""

from __future__ import annotations

from enum import StrEnum

from plans.ports.work import Agent
from plans.words import Verb


class Capability(StrEnum):
    RESEARCH = "research"
    WRITE_COPY = "write_copy"
    SEND_CAMPAIGN = "send_campaign"


VERB_OF: dict[Capability, Verb] = {
    Capability.RESEARCH: Verb.READ,
    Capability.WRITE_COPY: Verb.DRAFT,
    Capability.SEND_CAMPAIGN: Verb.MESSAGE,
}

IN_WORDS: dict[Capability, str] = {
    Capability.RESEARCH: "research",
    Capability.WRITE_COPY: "write copy",
    Capability.SEND_CAMPAIGN: "send a mail campaign",
}


def able(capability: Capability, agents: tuple[Agent, ...]) -> Agent | None:
    """The cheapest agent of the inventory that has the capability and may do its verb; ties go by name."""
    found = [agent for agent in agents if capability in agent.capabilities and VERB_OF[capability] in agent.may]
    return min(found, key=lambda agent: (agent.price.minor, agent.name), default=None)
