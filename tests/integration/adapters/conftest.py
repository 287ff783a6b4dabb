"""Real agents for the adapters to talk to."""

from tests.doubles.processes import sandbox

__all__ = ["sandbox"]
