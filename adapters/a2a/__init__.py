"""Agents that speak Agent2Agent 1.0: a task per brief, questions back, artifacts read from the task."""
