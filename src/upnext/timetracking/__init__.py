"""Time tracking: how long people really worked on what.

Owns time entries and running timers. A task's own row says how many minutes that makes.
"""
