"""Boards: columns that stand for a status, and the cards in them, which are tasks.

Owns which boards and columns there are, their limits, and the order of cards. A card's place lies
in its task's row; `layout` tells tasks, by their project's row, where new ones go.
"""
