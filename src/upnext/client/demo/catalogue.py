"""The words of the example, read from catalogue.toml beside this module."""

import tomllib
from dataclasses import dataclass, field
from importlib import resources
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Item:
    """One task. `due` and `starts` are days from today; `after` names others by their slug."""

    slug: str
    title: str
    minutes: int
    due: int | None = None
    starts: int | None = None
    priority: str = "medium"
    status: str = "todo"
    tags: list[str] = field(default_factory=list)
    context: list[str] = field(default_factory=list)
    energy: str | None = None
    after: list[str] = field(default_factory=list)
    description: str = ""
    goal: str | None = None


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A goal. `target` is days from today; `parent` names another one by its slug."""

    slug: str
    title: str
    weight: float = 1.0
    target: int | None = None
    parent: str | None = None
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A project, and what is to be done in it."""

    slug: str
    name: str
    items: list[Item]


def chapters() -> list[Chapter]:
    """The projects of the example."""
    return [
        Chapter(slug=one["slug"], name=one["name"], items=[Item(**item) for item in one["items"]])
        for one in _parts("projects")
    ]


def aims() -> list[Aim]:
    """The goals of the example, each after its parent."""
    return [Aim(**one) for one in _parts("goals")]


def _parts(name: str) -> Any:  # what the file says, as the dataclasses take it
    text = resources.files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)[name]
