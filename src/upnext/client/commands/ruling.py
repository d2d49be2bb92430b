"""Rules: what is done when something happens."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, cast

import typer

from upnext.client import lookup, routines
from upnext.client.errors import Usage
from upnext.client.grids import Column, grid
from upnext.client.options import Common, Scoped, command
from upnext.client.printable import line
from upnext.client.routines import Rule, RuleRun
from upnext.client.session import opened

if TYPE_CHECKING:
    from upnext.client.api import Record

app = typer.Typer(no_args_is_help=True, help="When something happens to a task, then do this.")

Which = Annotated[str, typer.Argument(metavar="NAME", help="Name or id.")]


@dataclass(frozen=True, kw_only=True)
class Then:
    """What to do; at least one of these."""

    fields: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Such as priority=high; repeatable."),
    ] = None
    tag: Annotated[
        list[str] | None, typer.Option("--tag", "-t", metavar="TAG", help="Add it; repeatable.")
    ] = None
    untag: Annotated[
        list[str] | None, typer.Option("--untag", metavar="TAG", help="Take it away; repeatable.")
    ] = None
    comment: Annotated[
        str | None, typer.Option("--comment", metavar="TEXT", help="Say it on the task.")
    ] = None
    notify: Annotated[
        str | None, typer.Option("--notify", metavar="TEXT", help="Tell you, and the assignees.")
    ] = None
    call: Annotated[
        str | None, typer.Option("--call", metavar="URL", help="Post the task there, signed.")
    ] = None
    action: Annotated[
        list[str] | None,
        typer.Option("--action", metavar="JSON", help="As the API takes it; repeatable."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class If:
    """When, and about which tasks."""

    on: Annotated[
        list[str], typer.Option("--on", metavar="EVENT", help="Such as task.created; repeatable.")
    ]
    condition: Annotated[
        str, typer.Option("--if", metavar="FILTER", help='Such as "p1 and #home".')
    ] = ""
    project: Annotated[str | None, typer.Option("--project", "-P", metavar="NAME")] = None
    position: Annotated[
        int, typer.Option("--position", metavar="N", help="The lowest goes first.")
    ] = 0


def list_rules(scope: Scoped) -> None:
    """List the rules in the order in which they act."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        place = routines.placed(session, scope.workspace)
        query = {"workspace_id": cast("str | None", place.get("workspace_id"))}
        found = cast("list[Rule]", list(session.api.items("rules", query)))
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            hint = "None yet. Make one: upnext rule add Urgent --on task.created --if p1 --tag hot"
            session.terminal.hint(hint)
            return
        heads = ("Name", "When", "If", "Then", "")
        columns = [Column(header=head, long=head in {"Name", "If", "Then"}) for head in heads]
        session.terminal.show(grid(session.terminal, columns, [_row(each) for each in found]))


def add(
    name: Annotated[list[str], typer.Argument(metavar="NAME...", help="What to call it.")],
    when: If,
    then: Then,
    scope: Scoped,
) -> None:
    """Make a rule. It acts in your name."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body: dict[str, object] = {
            "name": " ".join(name),
            "events": when.on,
            "filter": when.condition,
            "position": when.position,
            "actions": _actions(then),
            **routines.placed(session, scope.workspace),
        }
        if when.project:
            found = lookup.project(session.api, when.project, scope.workspace)
            body["project_id"] = found["id"]
        made = session.api.post("rules", body)
        session.terminal.data(made)
        session.terminal.show(f"Made the rule {line(str(made['name']))}")
        session.terminal.hint(f'See what it would have done: upnext rule try "{made["name"]}"')


def switch_on(which: Which, common: Common) -> None:
    """Let it act."""
    _switch(which, common, on=True)


def switch_off(which: Which, common: Common) -> None:
    """Let it rest."""
    _switch(which, common, on=False)


def dry_run(
    which: Which,
    common: Common,
    last: Annotated[
        int, typer.Option("--last", min=1, max=500, metavar="N", help="Changes to look back at.")
    ] = 100,
) -> None:
    """Show what it would do to the tasks of the latest changes."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = routines.one(session, "rules", which)
        told = session.api.post(f"rules/{found['id']}/dry-run", {"last": last})
        session.terminal.data(told)
        session.terminal.show(f"Fits {told['matched']} tasks of {told['checked']} changes")
        for each in cast("list[Record]", told["results"]):
            changes = cast("dict[str, dict[str, object]]", each["changes"])
            said = [f"{one}: {pair['before']} > {pair['after']}" for one, pair in changes.items()]
            said += [str(one["type"]) for one in cast("list[Record]", each["then"])]
            session.terminal.show(f"  {each['key']}  {line(str(each['error'] or ', '.join(said)))}")


def runs(
    which: Which,
    common: Common,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, metavar="N")] = 20,
) -> None:
    """List what it did, the newest first."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = routines.one(session, "rules", which)
        page = session.api.get(f"rules/{found['id']}/runs", {"limit": limit})
        session.terminal.data(page)
        heads = ("When", "Event", "State", "Undo by")
        rows = [
            [
                routines.shown(session, each["created_at"]),
                each["event"],
                line(each["error"] or each["state"]),
                each["operation_id"] or "",
            ]
            for each in cast("list[RuleRun]", page["items"])
        ]
        columns = [Column(header=head, long=head == "State") for head in heads]
        session.terminal.show(grid(session.terminal, columns, rows))


def rotate(which: Which, common: Common) -> None:
    """Give its calls a new secret, and show it once."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = routines.one(session, "rules", which)
        told = session.api.once(f"rules/{found['id']}/rotate")
        session.terminal.data(told)
        session.terminal.show(f"Secret of {line(str(found['name']))}: {told['secret']}")
        session.terminal.hint("For 24 hours calls carry the signatures of both secrets.")


def remove(which: Which, common: Common) -> None:
    """Delete it; what it did stays done."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = routines.one(session, "rules", which)
        session.api.delete(f"rules/{found['id']}")
        session.terminal.data(found)
        session.terminal.show(f"Removed {line(str(found['name']))}")


def _switch(which: str, common: Common, *, on: bool) -> None:
    with opened(as_json=common.as_json, server=common.server) as session:
        found = routines.one(session, "rules", which)
        changed = session.api.patch(f"rules/{found['id']}", {"enabled": on})
        session.terminal.data(changed)
        session.terminal.show(f"{line(str(found['name']))} is {'on' if on else 'off'}")


def _actions(then: Then) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    if then.fields:
        found.append({"type": "set", "fields": routines.variables(then.fields)})
    if then.tag:
        found.append({"type": "add_tags", "tags": then.tag})
    if then.untag:
        found.append({"type": "remove_tags", "tags": then.untag})
    if then.comment:
        found.append({"type": "comment", "body": then.comment})
    if then.notify:
        found.append({"type": "notify", "text": then.notify, "assignees": True})
    if then.call:
        found.append({"type": "webhook", "url": then.call})
    found += [routines.parsed(each, "--action") for each in then.action or []]
    if not found:
        raise Usage("Say what to do.", hint="With --set priority=high, --tag TAG, --comment TEXT …")
    return found


def _row(rule: Rule) -> list[str]:
    does = ", ".join(str(each["type"]) for each in rule["actions"])
    state = "" if rule["enabled"] else "off"
    events = ", ".join(rule["events"])
    return [line(rule["name"]), events, line(rule["filter"]), line(does), state]


for _name, _function in (
    ("list", list_rules),
    ("add", add),
    ("on", switch_on),
    ("off", switch_off),
    ("try", dry_run),
    ("runs", runs),
    ("rotate", rotate),
    ("remove", remove),
):
    app.command(_name)(command(_function))
