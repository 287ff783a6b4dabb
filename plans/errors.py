"""Every error Steward raises on purpose, as one tree.

    StewardError
    ├── UserError        what a person did wrong; said back in chat, in words, with the way on
    │   └── NotAllowed   who may do it instead
    ├── VendorError      what an outside system did; is the outcome known, may it be retried
    │   ├── VendorDown       could not be reached; nothing was done
    │   ├── VendorRefused    said no; nothing was done
    │   ├── VendorGarbage    answered something that is not its protocol
    │   └── OutcomeUnknown   something may have been done: look, never resend
    ├── SetupError       what the configuration lacks: what to set, where
    └── Conflict         a guarded change met a row that had moved on; the caller looks again
        └── Overtaken        a proposal met changes that were signed first; said in a sentence, which names them

Cancellation and the engine's own control flow are not in the tree: they must never be caught.
"""

from __future__ import annotations


class StewardError(Exception):
    """Base of the tree."""


class UserError(StewardError):
    """A sentence for the person, and what they can do about it. Both are shown as they are."""

    def __init__(self, said: str, way_on: str = "") -> None:
        super().__init__(said)
        self.said = said
        self.way_on = way_on


class NotAllowed(UserError):
    """The person may not do this; ``said`` names who may."""


class VendorError(StewardError):
    """An outside system failed. ``retry`` says whether trying again can help."""

    retry = False
    known = True
    """Whether it is certain that nothing was done."""


class VendorDown(VendorError):
    retry = True


class VendorRefused(VendorError):
    pass


class VendorGarbage(VendorError):
    pass


class OutcomeUnknown(VendorError):
    known = False


class SetupError(StewardError):
    """What is missing or wrong in the configuration, and where to set it right."""


class Conflict(StewardError):
    """Somebody else changed the row first."""


class Overtaken(Conflict):
    """What was signed first and gets in the way; the way on is to propose it again."""

    def __init__(self, said: str, way_on: str) -> None:
        super().__init__(said)
        self.said = said
        self.way_on = way_on
