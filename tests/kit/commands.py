"""The command line in this process, since starting one costs most of a second."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from typer import main, testing

# Typer would put hundreds of commands together each time one is typed.
vars(testing)["_get_command"] = cache(main.get_command)
RUNNER: Final = testing.CliRunner()


def run(words: Sequence[str], env: Mapping[str, str], stdin: str | None = None) -> testing.Result:
    from upnext.cli import app  # noqa: PLC0415  (most tests need no commands)

    return RUNNER.invoke(app, words, input=stdin, env=env)
