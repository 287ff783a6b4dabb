"""Scout: a research agent behind MCP, to practise on.

A small honest service in its own process: it takes a topic, works on it for a day of its own clock, and keeps jobs and
reports in a database that survives kill -9. It knows nothing of Steward; tests may ask it to misbehave.
"""
