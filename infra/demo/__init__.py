"""The main job, played from beginning to end on this machine: bot, sandbox agents, and a person who talks to them."""
