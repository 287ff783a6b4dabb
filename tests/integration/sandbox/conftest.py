"""The agents of the sandbox, as processes of their own."""

from tests.doubles.processes import sandbox

__all__ = ["sandbox"]
