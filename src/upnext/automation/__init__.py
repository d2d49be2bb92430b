"""What happens by itself: a user's schedules, reminders, templates and rules.

Owns when something is done and on whose behalf. What is done goes through the use cases of the
domains below, with the rights that its owner has at that moment; actions that others bring stand
in the registry that the manifest makes (`actions.py`).
"""
