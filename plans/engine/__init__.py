"""Durable continuations and timers, on DBOS (the only room that imports it).

Waiting is a row, never a coroutine: a change of state and the continuation that follows from it commit together, a
continuation whose row has moved on does nothing, and what a kill interrupts runs again.
"""

from plans.engine.worker import Engine

__all__ = ["Engine"]
