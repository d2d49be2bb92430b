"""Filters from a seed, about what there is: names, texts and times of a world of tasks."""

import random
from collections.abc import Callable

from tests.tasks.filtering.inventing import ANCHORS
from tests.tasks.filtering.peopled import CATEGORIES, CONTEXTS, TAGS, TITLES, Peopled
from upnext.tasks.filtering import FIELDS, Kind
from upnext.tasks.filtering.kinds import OPERATORS, Field
from upnext.tasks.filtering.tree import (
    ORDERING,
    All,
    Comparison,
    Flag,
    Minutes,
    Missing,
    Node,
    Not,
    Op,
    Shift,
    Some,
    Value,
    When,
    Word,
    joined,
)

SHIFTS = [("d", 9), ("w", 5), ("mo", 4), ("y", 1), ("h", 40), ("m", 90)]
PARTS = [
    "rent",
    "PAY",
    "50%",
    "a_b",
    "é",
    "x",
    "日",
    "naive*cafe",
    "pay*",
    "*\\*",
    "r*t",
    "fi",
]


class Inventor:
    def __init__(self, chance: random.Random, world: Peopled) -> None:
        self._chance = chance
        tasks = world.tasks
        people = [name for names in world.people.values() for name in names]
        above = {task["parent_id"] for task in tasks} - {None}
        self._names: dict[str, list[str]] = {
            "title": TITLES,
            "category": CATEGORIES,
            "description": PARTS,
            "text": PARTS,
            "tag": [*TAGS, "HOME", "no such"],
            "context": [*CONTEXTS, "home", "CAFÉ"],
            "label": [*TAGS, *CONTEXTS],
            "project": [*world.projects, *(n for names in world.projects.values() for n in names)],
            "assignee": ["me", *world.people, *people],
            "reporter": ["me", *world.people, *people],
            "parent": sorted(above) + sorted(t["key"] for t in tasks if t["id"] in above),
            "key": sorted(task["key"] for task in tasks),
            "id": sorted(task["id"] for task in tasks),
            "external_id": sorted(t["external_id"] for t in tasks if t["external_id"]),
        }
        self._fields = [*FIELDS.values()]

    def node(self, depth: int = 0) -> Node:
        chance = self._chance.random()
        if depth > 3 or chance < 0.3 + 0.15 * depth:
            return self._leaf()
        if chance > 0.88:
            return Not(self.node(depth + 1))
        kind: type[All] | type[Some] = All if self._chance.random() < 0.5 else Some
        terms = [self.node(depth + 1) for _ in range(self._chance.choice([2, 2, 3]))]
        return joined(kind, terms)

    def _leaf(self) -> Node:
        field = self._chance.choice(self._fields)
        if field.missing and self._chance.random() < 0.15:
            return Missing(field.name, self._chance.random() < 0.5)
        op = self._chance.choice(sorted(OPERATORS[field.kind]))
        count = self._chance.choice([1, 2, 3]) if op in {Op.IN, Op.NOT_IN} else 1
        values = [self._value(field, op) for _ in range(count)]
        return Comparison(field.name, op, tuple(dict.fromkeys(values)))

    def _value(self, field: Field, op: Op) -> Value:
        makers: dict[Kind, Callable[[], Value]] = {
            Kind.DATE: self._when,
            Kind.MINUTES: lambda: Minutes(self._chance.choice([0, 5, 30, 60, 90, 91, 10_080])),
            Kind.FLAG: lambda: Flag(self._chance.random() < 0.5),
            Kind.CHOICE: lambda: self._word(field, op),
        }
        return makers.get(field.kind, lambda: self._name(field, op))()

    def _word(self, field: Field, op: Op) -> Word:
        words = {*field.words.values()} - (field.unordered if op in ORDERING else frozenset())
        return Word(self._chance.choice(sorted(words)))

    def _name(self, field: Field, op: Op) -> Word:
        searched = op in {Op.LIKE, Op.NOT_LIKE} and self._chance.random() < 0.7
        name = self._chance.choice(PARTS if searched else self._names[field.name])
        return Word(field.read(name))

    def _when(self) -> When:
        shifts = []
        if self._chance.random() < 0.5:
            unit, most = self._chance.choice(SHIFTS)
            shifts.append(Shift(self._chance.randint(-most, most), unit))
        return When(self._chance.choice(ANCHORS), tuple(shifts))
