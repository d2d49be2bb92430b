"""Webhooks: list, add, show, change, rotate, test, what was sent, send again, remove."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, cast

import typer

from upnext.client import fields, lookup, when
from upnext.client.cards import facts
from upnext.client.errors import NotFound, Usage
from upnext.client.grids import Column, grid
from upnext.client.hooks import Delivery, Webhook
from upnext.client.options import Common, Scoped, command
from upnext.client.printable import line
from upnext.client.session import Session, opened

app = typer.Typer(
    no_args_is_help=True, help="Tell other programs what happens, by signed HTTP requests."
)

Which = Annotated[str, typer.Argument(metavar="WEBHOOK", help="Name, host of the URL, or id.")]
_AGO = re.compile(r"^(\d{1,4})\s*(m|h|d|w)$", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What it is to be told."""

    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event", "-e", metavar="TYPE", help="task.completed, task.*, *; repeatable."
        ),
    ] = None
    filter: Annotated[
        str | None,
        typer.Option("--filter", "-f", metavar="TEXT", help="Only of tasks that it finds; none."),
    ] = None
    name: Annotated[str | None, typer.Option("--name", "-n", metavar="TEXT")] = None


def list_webhooks(scope: Scoped) -> None:
    """List the webhooks that you look after."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = _all(session, scope.workspace)
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint("None yet. Make one: upnext webhook add https://…")
            return
        columns = [
            Column(header="Webhook", long=True),
            Column(header="Events", long=True),
            Column(header="State"),
            Column(header="Last delivered"),
        ]
        rows = [
            [_label(one), line(", ".join(one["events"])), _state(one), _at(session, one)]
            for one in found
        ]
        session.terminal.show(grid(session.terminal, columns, rows))


def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where to send to.")],
    wishes: Wishes,
    scope: Scoped,
    project: Annotated[
        str | None,
        typer.Option("--project", "-P", metavar="NAME", help="Only what happens there."),
    ] = None,
) -> None:
    """Make a webhook, and show its secret: once, here and now."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body: dict[str, object] = {"events": ["*"], **_body(wishes), "url": url}
        if project:
            body["project_id"] = lookup.project(session.api, project, scope.workspace)["id"]
        elif scope.workspace:
            body["workspace_id"] = lookup.workspace(session.api, scope.workspace)["id"]
        made = cast("Webhook", session.api.once("webhooks", body))
        _tell(session, made, "Made the webhook")


def show(which: Which, scope: Scoped) -> None:
    """Show a webhook, and what was sent to it last."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        one = _one(session, which, scope.workspace)
        session.terminal.data(one)
        if session.terminal.as_json:
            return
        pairs = [
            ("URL", line(one["url"])),
            ("Events", line(", ".join(one["events"]))),
            ("Filter", line(one["filter"] or "")),
            ("State", _state(one)),
            ("Public key", one["public_key"]),
            ("Id", one["id"]),
        ]
        session.terminal.show(_label(one), facts(pairs))
        _show_deliveries(session, one, None)


def edit(
    which: Which,
    wishes: Wishes,
    scope: Scoped,
    url: Annotated[str | None, typer.Option("--url", metavar="URL")] = None,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Whether anything is sent.")] = None,
) -> None:
    """Change a webhook; what is not named stays. It has your rights from then on."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body = _body(wishes)
        body |= {"url": url} if url is not None else {}
        body |= {"enabled": on} if on is not None else {}
        if not body:
            raise Usage("Nothing to change.", hint="Say what, for example: --off")
        one = _one(session, which, scope.workspace)
        changed = cast("Webhook", session.api.patch(f"webhooks/{one['id']}", body))
        session.terminal.data(changed)
        session.terminal.show(f"Changed the webhook {_label(changed)}: {_state(changed)}")


def rotate(which: Which, scope: Scoped) -> None:
    """Give a webhook a new secret; for 24 hours the old one counts, too."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        one = _one(session, which, scope.workspace)
        made = cast("Webhook", session.api.once(f"webhooks/{one['id']}/rotate"))
        _tell(session, made, "A new secret for the webhook")


def test(which: Which, scope: Scoped) -> None:
    """Send a test event."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        one = _one(session, which, scope.workspace)
        sent = session.api.post(f"webhooks/{one['id']}/test")
        session.terminal.data(sent)
        session.terminal.show(f"Sends a test to {_label(one)}")
        session.terminal.hint(f"What came of it: upnext webhook deliveries {which}")


def deliveries(
    which: Which,
    scope: Scoped,
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            metavar="WORD",
            help="pending, delivered, failed or skipped.",
            autocompletion=fields.one_of("pending", "delivered", "failed", "skipped"),
        ),
    ] = None,
) -> None:
    """List what was sent to a webhook, the newest first."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        one = _one(session, which, scope.workspace)
        _show_deliveries(session, one, state, data=True)


def replay(
    which: Which,
    scope: Scoped,
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help="All since then: 2h, 3d, a date.")
    ] = None,
    delivery: Annotated[
        str | None, typer.Option("--delivery", metavar="ID", help="This one alone.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what arrived once already.")
    ] = False,
) -> None:
    """Send again: one event, or all since a time, also what happened while it was off."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        if (since is None) == (delivery is None):
            raise Usage("Say what to send again.", hint="Either --since 2h or --delivery ID")
        one = _one(session, which, scope.workspace)
        path = f"webhooks/{one['id']}"
        if delivery is not None:
            again = session.api.post(f"{path}/deliveries/{delivery.strip()}/replay")
        else:
            body = {"since": _since(session, since or ""), "failed_only": not everything}
            again = session.api.post(f"{path}/replay", body)
        session.terminal.data(again)
        session.terminal.show(f"Sends again to {_label(one)}")


def remove(which: Which, scope: Scoped) -> None:
    """Remove a webhook, with the log of what was sent to it."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        one = _one(session, which, scope.workspace)
        session.api.delete(f"webhooks/{one['id']}")
        session.terminal.data(one)
        session.terminal.show(f"Removed the webhook {_label(one)}")


def events(common: Common) -> None:
    """List the events that a webhook can ask for."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = list(session.api.items("webhooks/event-types"))
        session.terminal.data({"items": found, "next_cursor": None})
        if not session.terminal.as_json:
            columns = [Column(header="Event", style="cyan"), Column(header="When", long=True)]
            rows = [[line(str(one["type"])), line(str(one["description"]))] for one in found]
            session.terminal.show(grid(session.terminal, columns, rows))


def _all(session: Session, workspace: str | None) -> list[Webhook]:
    query = {"workspace_id": lookup.workspace(session.api, workspace)["id"]} if workspace else {}
    return cast("list[Webhook]", list(session.api.items("webhooks", query)))


def _one(session: Session, which: str, workspace: str | None) -> Webhook:
    known = _all(session, workspace)
    wanted = which.strip().casefold()
    found = [
        one for one in known if wanted in {one["id"], one["name"].casefold(), _host(one["url"])}
    ]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one["id"] for one in found)
        raise Usage(f"{len(found)} webhooks are called “{which}”.", hint=f"Give an id: {ids}")
    names = ", ".join(_label(one) for one in known) or "none"
    raise NotFound(f"There is no webhook “{which}”.", hint=f"You look after: {names}")


def _body(wishes: Wishes) -> dict[str, object]:
    body: dict[str, object] = {}
    if wishes.event:
        body["events"] = [part.strip() for one in wishes.event for part in one.split(",")]
    if wishes.filter is not None:
        body["filter"] = None if wishes.filter.strip() == "none" else wishes.filter
    if wishes.name is not None:
        body["name"] = wishes.name
    return body


def _since(session: Session, text: str) -> str:
    ago = _AGO.match(text.strip())
    if ago:
        passed = timedelta(**{_UNITS[ago[2].lower()]: int(ago[1])})
        return when.wire(session.moment.now - passed)
    return fields.moment(session, text, "--since", clock=when.DAY_START) or ""


def _tell(session: Session, webhook: Webhook, said: str) -> None:
    session.terminal.data(webhook)
    session.terminal.show(f"{said} {_label(webhook)}. Its secret:\n\n  {webhook['secret']}\n")
    session.terminal.hint("Verify the signatures with it. It is shown only now.")


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].casefold()


def _label(webhook: Webhook) -> str:
    return line(webhook["name"] or _host(webhook["url"]))


def _state(webhook: Webhook) -> str:
    if webhook["disabled"]:
        return f"off ({webhook['disabled'].replace('_', ' ')})"
    return f"fails ({webhook['failures']})" if webhook["failures"] else "on"


def _at(session: Session, webhook: Webhook) -> str:
    return _short(session, webhook["delivered_at"]) or "never"


def _short(session: Session, at: str | None) -> str:
    if at is None:
        return ""
    return when.short(when.read(at), now=session.moment.now, zone=session.moment.zone)


def _show_deliveries(
    session: Session, webhook: Webhook, state: str | None, *, data: bool = False
) -> None:
    query = {"state": state, "limit": _SHOWN}
    page = session.api.get(f"webhooks/{webhook['id']}/deliveries", query)
    found = cast("list[Delivery]", page["items"])
    if data:
        session.terminal.data(page)
        if session.terminal.as_json:
            return
    if not found:
        session.terminal.hint("Nothing was sent yet.")
        return
    columns = [
        Column(header="When"),
        Column(header="Event"),
        Column(header="State"),
        Column(header="Tries"),
        Column(header="Answer"),
        Column(header="Delivery", style="dim"),
    ]
    rows = [
        [
            _short(session, one["created_at"]),
            line(one["type"]),
            one["state"],
            str(one["attempts"]),
            line(str(one["last_status"] or one["last_error"] or "")),
            one["id"],
        ]
        for one in found
    ]
    session.terminal.show(grid(session.terminal, columns, rows))


for _name, _function in (
    ("list", list_webhooks),
    ("add", add),
    ("show", show),
    ("edit", edit),
    ("rotate", rotate),
    ("test", test),
    ("deliveries", deliveries),
    ("replay", replay),
    ("remove", remove),
    ("events", events),
):
    app.command(_name)(command(_function))
