"""Pure: plans, revisions, calendars, schedules. No I/O, no clock, no chance that was not handed in."""
