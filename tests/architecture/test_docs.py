"""What people can set, see, subscribe to or type is in the documentation."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from fastapi import FastAPI

from tests.architecture.routes import scopes_of, served
from tests.architecture.tree import ROOT, SOURCE
from upnext.core.config.describe import describe


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_setting_is_documented() -> None:
    page = _page("configuration.md")
    names = [name for row in describe() for name in (row.name, row.alias) if name]
    assert names
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_change_is_documented() -> None:
    """Webhooks, rules, the feed and the audit log speak in these words."""
    page = _page("concepts.md")
    types = _change_types()
    assert types
    assert [name for name in types if f"`{name}`" not in page] == []


def _change_types() -> list[str]:
    changes = importlib.import_module("upnext.core.changes")
    for path in SOURCE.glob("*/events.py"):
        importlib.import_module(f"upnext.{path.parent.name}.events")
    # Tests declare changes of their own, which may be loaded here as well.
    ours = [kind for kind in _below(changes.Change) if kind.__module__.startswith("upnext.")]
    return sorted({str(kind.type) for kind in ours if "type" in vars(kind)})


def _below(kind: Any) -> Iterator[Any]:  # classes of a module that is found at run time
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def test_every_scope_is_documented(app: FastAPI) -> None:
    page = _page("permissions.md")
    scopes = {scope for context in served(app) for scope in scopes_of(context)}
    assert scopes
    assert sorted(scope for scope in scopes if f"`{scope}`" not in page) == []


def test_every_command_is_documented() -> None:
    page = _page("cli.md")
    cli = importlib.import_module("upnext.cli")
    commands = list(_commands(typer.main.get_command(cli.app), "upnext"))
    assert len(commands) > 10
    assert [command for command in commands if f"`{command}" not in page] == []


def _commands(command: Any, path: str) -> Iterator[str]:  # typer keeps click's types to itself
    children = getattr(command, "commands", {})
    if not children:
        yield path
    for name, child in children.items():
        if not child.hidden:
            yield from _commands(child, f"{path} {name}")


ADRS = sorted((ROOT / "docs" / "adr").glob("0*.md"))


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_every_decision_is_listed(path: Path) -> None:
    assert f"({path.name})" in _page("adr/README.md")
