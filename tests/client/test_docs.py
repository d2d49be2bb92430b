"""The page about the command line names every command and option."""

from pathlib import Path

import pytest
import typer

from upnext.client.commands import register

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
APP = typer.Typer()
register(APP)
ROOT = typer.main.get_group(APP)


def _options() -> list[tuple[str, str]]:
    found = []
    for name in ROOT.commands:
        command = ROOT.commands[name]
        for each in getattr(command, "commands", {name: command}).values():
            found += [(name, one) for param in each.params for one in param.opts]
    return found


@pytest.mark.parametrize("name", ROOT.commands)
def test_each_command_is_documented(name: str) -> None:
    assert f"upnext {name}" in PAGE or f"`{name}`" in PAGE


def test_each_option_is_documented() -> None:
    options = {one for _, one in _options() if one.startswith("--")}
    assert len(options) > 50
    assert sorted(one for one in options if one not in PAGE) == []
