"""Where a command's words go: answers to stdout, remarks to stderr, JSON alone on stdout.

On a terminal answers have colour and rules. Piped, or with NO_COLOR, they are plain aligned text,
and piped text is never cut to a width.
"""

import io
import json
import re
import sys

import typer
from rich.console import Console, RenderableType
from rich.text import Text

from upnext.client import machine
from upnext.client.errors import ClientError
from upnext.client.printable import clean

_UNLIMITED = 4_000
_TRAILING = re.compile(r"[ ]+$", re.MULTILINE)


class Terminal:
    """The two streams of one command."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.plain = not sys.stdout.isatty() or machine.wants_no_colour()
        self._out = _console(stderr=False)
        self._err = _console(stderr=True)

    @property
    def width(self) -> int:
        """Columns available to an answer."""
        return self._out.width

    def show(self, *parts: RenderableType) -> None:
        """Part of the answer for a person; nothing with --json."""
        if self.as_json:
            return
        with self._out.capture() as printed:
            for part in parts:
                self._out.print(part)
        text = printed.get()
        typer.echo(_TRAILING.sub("", text) if self.plain else text, nl=False, color=True)

    def data(self, answer: object) -> None:
        """The answer for a program; nothing without --json."""
        if self.as_json:
            typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))

    def hint(self, text: str) -> None:
        """What to do next, for a person."""
        if not self.as_json:
            self._err.print(Text(clean(text), style="dim"), soft_wrap=True)

    def warn(self, text: str) -> None:
        """Something that a person or the log of a script should not miss."""
        self._err.print(Text.assemble(("Note: ", "yellow"), clean(text)), soft_wrap=True)

    def fail(self, error: ClientError) -> None:
        """Why the command ends: one sentence and what to do next, or one JSON object, on stderr."""
        if self.as_json:
            typer.echo(json.dumps(error.document(), ensure_ascii=False), err=True)
            return
        self._err.print(
            Text.assemble(("Error: ", "bold red"), clean(error.message)), soft_wrap=True
        )
        if error.hint:
            self._err.print(Text(clean(error.hint), style="dim"), soft_wrap=True)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        # A terminal that cannot write a letter gets a question mark, not the end of the command.
        stream.reconfigure(errors="replace")
    fixed = stream.isatty() or machine.has_set_width()
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not fixed:
        console.width = _UNLIMITED
    return console
