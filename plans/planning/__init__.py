"""A goal becomes a proposal: read by code, planned by Claude or a playbook, passed by the critic."""
