"""The words of the example, read from catalogue.toml beside this module."""

import tomllib
from dataclasses import dataclass, field
from importlib import resources


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


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A project, and what is to be done in it."""

    slug: str
    name: str
    items: list[Item]


def chapters() -> list[Chapter]:
    """The projects of the example."""
    text = resources.files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8")
    return [
        Chapter(slug=one["slug"], name=one["name"], items=[Item(**item) for item in one["items"]])
        for one in tomllib.loads(text)["projects"]
    ]
