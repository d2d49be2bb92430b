"""Boards: columns, cards, their order and their limits."""
