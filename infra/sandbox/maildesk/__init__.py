"""Maildesk: a mail tool with nothing but a web UI, to practise on.

A small honest product in its own process: password and one-time code, a form that really sends (into an outbox table),
a list that shows what was sent. It knows nothing of Steward; tests may ask it to misbehave.
"""
