"""``app.py doctor``: what is configured, reachable, missing or wrong, and what to do. It looks; it changes nothing."""
