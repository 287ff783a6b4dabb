"""Quill: a copywriter behind A2A, to practise on.

A small honest agent in its own process: it reads a brief, asks once for the tone of voice, writes, and keeps its tasks
in a database that survives kill -9. It knows nothing of Steward; tests may ask it to misbehave.
"""
