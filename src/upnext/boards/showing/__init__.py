"""Whole boards with their cards, which are looked at all the time."""
