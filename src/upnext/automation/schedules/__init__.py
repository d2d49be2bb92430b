"""Schedules and their runs: when they come, what each run did, and how it ended."""
