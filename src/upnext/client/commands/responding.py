"""What a person says to a proposal, and what was learned from it."""

from typing import Annotated, Any, cast

import typer
from rich.table import Table

from upnext.client import cards, fields, lookup, proposals, when
from upnext.client.commands import finishing
from upnext.client.errors import ClientError, Usage
from upnext.client.options import Common, Scoped, choice, command
from upnext.client.session import Session, opened
from upnext.client.shapes import Task

app = typer.Typer(no_args_is_help=True, help="What was learned of you, and how well it predicts.")

Found = dict[str, Any]  # what the API answers
Keys = Annotated[
    list[str] | None, typer.Argument(metavar="[KEY...]", help="Keys; none: what was proposed.")
]
Key = Annotated[str | None, typer.Argument(metavar="[KEY]", help="A key; none: what was proposed.")]
Reason = Annotated[
    str | None,
    typer.Option(
        "--reason",
        "-r",
        metavar="WHY",
        help=f"{', '.join(proposals.REASONS)}: not now, though it was proposed.",
        autocompletion=fields.one_of(*proposals.REASONS),
    ),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="WHEN", help="tomorrow, 'fri 9:00', +3d.")
]


def skip(scope: Scoped, keys: Keys = None, reason: Reason = None, until: Until = None) -> None:
    """Skip a proposal (--reason), or leave out this time of tasks that repeat (KEY alone)."""
    if keys and reason is None:
        finishing.skip(keys, scope)
        return
    known = {name: name for name in proposals.REASONS}
    why = choice(reason, known, "reason")
    if why is None:
        raise Usage("Say why you skip it.", hint=f"--reason {', '.join(known)}")
    with opened(as_json=scope.as_json, server=scope.server) as session:
        end = None if until is None else _moment(session, until)
        for task in _tasks(session, keys or [], scope):
            said = proposals.say(session, "skip", task, reason=why, until=end)
            session.terminal.data(said)
            session.terminal.show(cards.sentence("Skipped", task))
        session.terminal.hint("What now? upnext next")


def snooze(scope: Scoped, key: Key = None, until: Until = "tomorrow 9:00") -> None:
    """Put off what was proposed: it starts tomorrow at nine, or --until."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        (task,) = _tasks(session, [key] if key else [], scope)
        said = proposals.say(session, "snooze", task, until=_moment(session, until or ""))
        session.terminal.data(said)
        session.terminal.show(cards.sentence("Put off", task))


def accept(session: Session, task: Task) -> None:
    """Says so if it was proposed. Whatever speaks against it must not stop anybody's work."""
    if proposals.was_proposed(session, task):
        try:
            proposals.say(session, "accept", task)
        except ClientError as error:
            session.terminal.warn(f"The proposal learned nothing: {error.message}")


def _tasks(session: Session, keys: list[str], scope: Scoped) -> list[Task]:
    found = keys or [proposals.proposed(session)]
    return lookup.tasks(session.api, found, scope.workspace)


def _moment(session: Session, text: str) -> str:
    moment = session.moment
    try:
        return when.wire(when.parse(text, now=moment.now, zone=moment.zone))
    except ValueError as error:
        raise Usage(f"--until: {error}.") from error


def weights(common: Common) -> None:
    """Show what your choices say of the order."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = cast("Found", session.api.get("next-action/weights"))
        session.terminal.data(found)
        table = _table("Term", "Counts")
        for name, weight in found["weights"].items():
            table.add_row(name, f"{weight:+.2f}")
        session.terminal.show(table, found["note"])


def forget(common: Common) -> None:
    """Forget what your choices said, and the choices."""
    with opened(as_json=common.as_json, server=common.server) as session:
        session.api.delete("next-action/weights")
        session.terminal.data({"forgotten": True})
        session.terminal.show("Forgotten.")


def backtest(common: Common) -> None:
    """Replay your picks: how often they were proposed first, and among the first three."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = cast("Found", session.api.get("next-action/backtest"))
        session.terminal.data(found)
        table = _table("", "First", "First three")
        for name in ("plain", "learned", "used_where_better"):
            hits = found[name]
            shares = (f"{hits[which]:.0%}" for which in ("first", "first_three"))
            table.add_row(name.replace("_", " "), *shares)
        session.terminal.show(f"{found['picks']} picks", table, found["weights"]["note"])


def durations(common: Common) -> None:
    """Show how long your tasks take, as learned from the time you tracked."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = cast("Found", session.api.get("planning/durations"))
        session.terminal.data(found)
        few = f"Learned from {found['tasks']} tasks so far; twenty with an estimate say something."
        session.terminal.show(found["text"] or few)
        table = _table("Without an estimate", "Half within", "Four of five within")
        groups = [{"name": "any task", **found["without_estimate"]}, *found["categories"]]
        for group in groups:
            table.add_row(group["name"], f"{group['p50']:.0f} min", f"{group['p80']:.0f} min")
        session.terminal.show(table)


def _table(*headers: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for header in headers:
        table.add_column(header)
    return table


for _name, _function in (
    ("weights", weights),
    ("forget", forget),
    ("backtest", backtest),
    ("durations", durations),
):
    app.command(_name)(command(_function))
