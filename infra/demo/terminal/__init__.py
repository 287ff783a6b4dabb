"""A Teams client in the terminal: chats, cards and their buttons, for whoever has no other client at hand.

It is a person's side of ``infra.sandbox.teams``: what is typed here reaches the bot's ``/api/messages`` as Teams would
send it, and what the bot posts, replaces and answers is shown here as cards in letters.
"""
