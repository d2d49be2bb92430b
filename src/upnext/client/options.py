"""Options that commands share, and the one wrapper around every command.

A command names a group of options as one parameter, a dataclass. `command` spreads the group into
single options for Typer, gathers them again, and turns whatever ends the command into a sentence
and an exit code.
"""

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from typing import Annotated, TypeGuard, cast, get_type_hints

import typer

from upnext.client.errors import ClientError, Usage
from upnext.client.printable import is_text
from upnext.client.terminal import Terminal

INTERRUPTED = 130


@dataclass(frozen=True, kw_only=True)
class Common:
    """What every command takes."""

    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs, and nothing else, to stdout.")
    ] = False
    server: Annotated[
        str | None,
        typer.Option(
            "--server",
            envvar="UPNEXT_SERVER",
            metavar="URL",
            help="Which server; default: your login's.",
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Scoped(Common):
    """What a command takes that looks up keys and names."""

    workspace: Annotated[
        str | None,
        typer.Option(
            "--workspace", "-w", metavar="NAME", help="Only in this workspace (name or id)."
        ),
    ] = None


Spread = dict[str, tuple[type, list[inspect.Parameter]]]


def command(function: Callable[..., None]) -> Callable[..., None]:
    """The Typer callback for `function`."""
    groups, parameters = _spread(function)

    @functools.wraps(function)
    def callback(**given: object) -> None:
        as_json = bool(given.get("as_json"))
        try:
            _check_text(given)
            function(**_gather(groups, given))
        except ClientError as error:
            Terminal(as_json=as_json).fail(error)
            raise typer.Exit(error.exit_code) from error
        except (KeyboardInterrupt, typer.Abort) as error:
            raise typer.Exit(INTERRUPTED) from error

    setattr(callback, "__signature__", inspect.Signature(parameters))  # noqa: B010 - unknown to types
    callback.__annotations__ = {one.name: one.annotation for one in parameters}
    return callback


def _spread(function: Callable[..., None]) -> tuple[Spread, list[inspect.Parameter]]:
    hints = get_type_hints(function, include_extras=True)
    groups: Spread = {}
    parameters: list[inspect.Parameter] = []
    for own in inspect.signature(function).parameters.values():
        kind = hints[own.name]
        if _is_group(kind):
            members = list(_members(kind))
            groups[own.name] = (kind, members)
            parameters += members
        else:
            parameters.append(own.replace(annotation=kind, kind=inspect.Parameter.KEYWORD_ONLY))
    return groups, parameters


def _is_group(kind: object) -> TypeGuard[type]:
    return isinstance(kind, type) and is_dataclass(kind)


def _members(group: type) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    # The type of a field's default is of no interest here.
    for member in cast("tuple[Field[object], ...]", fields(group)):
        default = inspect.Parameter.empty if member.default is MISSING else member.default
        yield inspect.Parameter(
            member.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=default,
            annotation=hints[member.name],
        )


def _check_text(given: Mapping[str, object]) -> None:
    for name, value in given.items():
        words = value if isinstance(value, list) else [value]
        if not all(is_text(word) for word in words if isinstance(word, str)):
            raise Usage(f"What is given for {name} is not valid UTF-8 text.")


def _gather(groups: Spread, given: Mapping[str, object]) -> dict[str, object]:
    """The arguments of the command itself, each group made of its members."""
    rest = dict(given)
    gathered: dict[str, object] = {}
    for name, (group, members) in groups.items():
        gathered[name] = group(**{one.name: rest.pop(one.name) for one in members})
    return {**rest, **gathered}


def choice(text: str | None, allowed: Mapping[str, str], what: str) -> str | None:
    """The allowed word that `text` stands for, in any case; None for none."""
    if text is None:
        return None
    word = allowed.get(text.strip().lower())
    if word is None:
        names = ", ".join(dict.fromkeys(allowed.values()))
        raise Usage(f"“{text}” is no {what}; one of: {names}.")
    return word
