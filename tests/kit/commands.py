"""The command line in this process, since starting one costs most of a second."""

from collections.abc import Mapping, Sequence
from functools import cache

import typer
from click import Command
from click.testing import CliRunner, Result


def run(words: Sequence[str], env: Mapping[str, str], stdin: str | None = None) -> Result:
    return CliRunner().invoke(_command(), list(words), input=stdin, env=dict(env))


@cache
def _command() -> Command:
    """Typer would put hundreds of commands together each time one is typed."""
    from upnext.cli import app  # noqa: PLC0415  (most tests need no commands)

    return typer.main.get_command(app)
