"""When a person is busy with something else than tasks: entries of their own, and calendars that
they subscribe to.

Owns both, and keeps what they come to together in the person's planning profile. What is planned
around them is not known here.
"""
