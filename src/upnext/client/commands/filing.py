"""Files of tasks, and free-standing ones: up, down, and what there is."""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, cast

import typer

from upnext.client import lookup, saving, when
from upnext.client.errors import ClientError, NotFound, Usage
from upnext.client.filed import StoredFile, size_of
from upnext.client.grids import Column, grid
from upnext.client.options import Common, Scoped, command
from upnext.client.printable import line, plural
from upnext.client.session import Session, opened

STDOUT = "-"
_PIECE = 1 << 20

app = typer.Typer(help="Files of your tasks, and those of none.")

OfTask = Annotated[
    str | None, typer.Option("--task", "-t", metavar="KEY", help="Only those of this task.")
]
Which = Annotated[str, typer.Argument(metavar="FILE", help="Its name, or its id.")]


def attach(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Such as HOME-12, or an id.")],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="What to attach.")],
    scope: Scoped,
    strip_location: Annotated[
        bool, typer.Option("--strip-location", help="Take out where a picture was taken.")
    ] = False,
) -> None:
    """Attach files to a task. What arrives is compared with what is here."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        _check(paths)
        task = lookup.task(session.api, key, scope.workspace)
        form = {"strip_location": "true"} if strip_location else {}
        made = [_sent(session, f"tasks/{task['id']}/files", path, form) for path in paths]
        session.terminal.data({"items": made})
        for file in made:
            session.terminal.show(
                f"Attached {line(file['filename'])} ({size_of(file)}) to {task['key']}"
            )


def _check(paths: Sequence[Path]) -> None:
    """Before the first is sent, so that a slip costs nothing."""
    for path in paths:
        if not path.is_file():
            raise Usage(f"{line(str(path))} is no file that can be read.")


def _sent(session: Session, where: str, path: Path, form: dict[str, str]) -> StoredFile:
    try:
        with path.open("rb") as file:
            digest = hashlib.sha256()
            while piece := file.read(_PIECE):
                digest.update(piece)
            file.seek(0)
            fields = form | {"sha256": digest.hexdigest()}
            return cast("StoredFile", session.api.upload(where, (path.name, file), fields))
    except OSError as error:
        raise ClientError(f"{line(str(path))} cannot be read: {error.strerror}.") from error


def files(ctx: typer.Context, scope: Scoped, task: OfTask = None) -> None:
    """List files, the newest first: all that you may see, or those of one task."""
    if ctx.invoked_subcommand:
        return
    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = _all(session, task, scope.workspace)
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint("None yet. Attach one: upnext attach HOME-12 plan.pdf")
            return
        columns = [
            Column(header="File", long=True),
            Column(header="Size", justify="right"),
            Column(header="Type", style="dim"),
            Column(header="Added"),
            Column(header="Id", style="dim"),
        ]
        session.terminal.show(grid(session.terminal, columns, [_row(session, f) for f in found]))


def _row(session: Session, file: StoredFile) -> list[str]:
    moment = session.moment
    at = when.short(when.read(file["created_at"]), now=moment.now, zone=moment.zone)
    return [line(file["filename"]), size_of(file), file["content_type"], at, file["id"]]


def _all(session: Session, key: str | None, workspace: str | None) -> list[StoredFile]:
    if key is not None:
        path = f"tasks/{lookup.task(session.api, key, workspace)['id']}/files"
        return cast("list[StoredFile]", list(session.api.items(path)))
    query = {"workspace_id": lookup.workspace(session.api, workspace)["id"]} if workspace else {}
    return cast("list[StoredFile]", list(session.api.items("files", query)))


def download(
    which: Which,
    scope: Scoped,
    task: OfTask = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="PATH", help="File or folder; - is stdout."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
) -> None:
    """Download a file, and check that it arrived as it was uploaded."""
    if output == STDOUT and scope.as_json:
        raise Usage("--json tells of a file: name one with --output PATH.")
    with opened(as_json=scope.as_json, server=scope.server) as session:
        file = _one(session, which, task, scope.workspace)
        place = None if output == STDOUT else _place(file, output, force=force)
        with session.api.download(f"files/{file['id']}", {}) as pieces:
            whole = _compared(pieces, file)
            if place is None:
                _print(whole)
                return
            saving.save(place, whole)
        session.terminal.data({"file": str(place), "bytes": file["size"], "id": file["id"]})
        session.terminal.show(f"Wrote {line(str(place))} ({size_of(file)}).")


def _place(file: StoredFile, output: str | None, *, force: bool) -> Path:
    place = Path(output or ".").expanduser()
    if place.is_dir():
        place /= file["filename"]
    if place.is_file() and not force:
        raise Usage(f"{line(str(place))} is there already.", hint="Replace it with --force.")
    return place


def _compared(pieces: Iterable[bytes], file: StoredFile) -> Iterator[bytes]:
    """Raises at the end of what is not the file, before its place is taken."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    if digest.hexdigest() != file["sha256"]:
        raise ClientError("What arrived is not what was uploaded.", hint="Try again.")


def _print(pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _one(session: Session, which: str, key: str | None, workspace: str | None) -> StoredFile:
    wanted = which.strip()
    if lookup.is_id(wanted):
        return cast("StoredFile", session.api.get(f"files/{wanted}/meta"))
    found = [f for f in _all(session, key, workspace) if f["filename"] == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one["id"] for one in found)
        raise Usage(f"{len(found)} files are called “{line(wanted)}”.", hint=f"Give an id: {ids}")
    raise NotFound(f"There is no file “{line(wanted)}”.", hint="See what there is: upnext files")


def rename(
    which: Which,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it shall be called.")],
    scope: Scoped,
    task: OfTask = None,
) -> None:
    """Give a file another name."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        file = _one(session, which, task, scope.workspace)
        done = session.api.patch(f"files/{file['id']}", {"filename": name})
        session.terminal.data(done)
        session.terminal.show(f"It is called {line(str(done['filename']))} now.")


def remove(
    which: Which,
    scope: Scoped,
    task: OfTask = None,
    for_good: Annotated[
        bool, typer.Option("--for-good", help="Not to the trash: gone at once.")
    ] = False,
) -> None:
    """Move a file to the trash, or delete it for good."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        file = _one(session, which, task, scope.workspace)
        session.api.delete(f"files/{file['id']}", {"for_good": "true"} if for_good else None)
        session.terminal.data(file)
        what = "Deleted" if for_good else "Moved to the trash:"
        session.terminal.show(f"{what} {line(file['filename'])}")
        if not for_good:
            session.terminal.hint(f"Bring it back: upnext files restore {file['id']}")


def restore(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of files.")],
    common: Common,
) -> None:
    """Bring files back from the trash."""
    with opened(as_json=common.as_json, server=common.server) as session:
        for one in ids:
            if not lookup.is_id(one):
                raise Usage(f"“{line(one)}” is no id of a file.")
        back = [session.api.post(f"files/{one}/restore") for one in ids]
        session.terminal.data({"items": back})
        session.terminal.show(f"{plural(len(back), 'file')} back.")


app.callback(invoke_without_command=True)(command(files))
app.command("rename")(command(rename))
app.command("rm")(command(remove))
app.command("restore")(command(restore))
