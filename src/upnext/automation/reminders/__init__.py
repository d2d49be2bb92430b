"""Reminders of tasks: at a time, or so long before they are due."""
