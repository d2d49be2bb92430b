"""`upnext admin outbox …`: mails that stayed on the server, since no mail server is named."""

from typing import Annotated, cast

import typer

from upnext.client import when
from upnext.client.grids import Column, grid
from upnext.client.options import Common, command
from upnext.client.printable import line
from upnext.client.session import opened

app = typer.Typer(no_args_is_help=True, help="Mails that stayed on the server.")


def list_outbox(common: Common, limit: Annotated[int, typer.Option(min=1, max=500)] = 50) -> None:
    """List them, the newest first."""
    with opened(as_json=common.as_json, server=common.server) as session:
        page = session.api.get("admin/outbox", {"limit": limit})
        session.terminal.data(page)
        if session.terminal.as_json:
            return
        columns = [
            Column(header="Name", long=True),
            Column(header="When"),
            Column(header="To", long=True),
            Column(header="Subject", long=True),
        ]
        moment = session.moment
        rows = [
            [
                one["name"],
                when.short(when.read(one["at"]), now=moment.now, zone=moment.zone),
                line(one["to"]),
                line(one["subject"]),
            ]
            for one in cast("list[dict[str, str]]", page["items"])
        ]
        session.terminal.show(grid(session.terminal, columns, rows))


def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As the list has it.")],
    common: Common,
) -> None:
    """Show what one says."""
    with opened(as_json=common.as_json, server=common.server) as session:
        mail = session.api.get(f"admin/outbox/{name}")
        session.terminal.data(mail)
        text = str(mail["text"] or "").rstrip()
        shown = "\n".join(line(one) for one in text.splitlines())
        head = f"To: {line(str(mail['to']))}\nSubject: {line(str(mail['subject']))}"
        session.terminal.show(f"{head}\n\n{shown}")


for _name, _function in (("list", list_outbox), ("show", show)):
    app.command(_name)(command(_function))
