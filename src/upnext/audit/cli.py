"""`upnext audit verify` and `upnext audit head`: for whoever runs the instance, on its machine.

Importing this module is cheap, for each `upnext` command does: what a command works with is
imported when it runs.
"""

import json
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

if TYPE_CHECKING:
    from upnext.audit.verifying import Report
    from upnext.core.runtime import Runtime

    OnServer = Callable[[Path | None, Callable[[Runtime], Awaitable[None]]], None]

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DIR", help="Where the instance's data lies."),
]
Only = Annotated[
    UUID | None,
    typer.Option("--workspace", metavar="ID", help="Only this one's chain; zeros: the instance's."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Expect = Annotated[
    list[str] | None,
    typer.Option("--expect", metavar="HEAD", help="A head that was noted before; repeatable."),
]
ExpectFile = Annotated[
    Path | None,
    typer.Option(
        "--expect-file",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="What `upnext audit head` printed, plain or as JSON.",
    ),
]


def register(group: typer.Typer, on_server: "OnServer") -> None:
    """Beside the client's own commands of the same group."""
    commands = AuditCommands(on_server)
    group.command("verify")(commands.verify)
    group.command("head")(commands.head)


class AuditCommands:
    def __init__(self, on_server: "OnServer") -> None:
        self._on_server = on_server

    def verify(
        self,
        workspace: Only = None,
        expect: Expect = None,
        expect_file: ExpectFile = None,
        as_json: AsJson = False,
        data_dir: DataDir = None,
    ) -> None:
        """Check that no change was altered, removed, added or moved. Exit code 1 if one was.

        Reads the database itself, on the server's machine. With the heads that you noted earlier
        (`upnext audit head`) it also finds a chain that was written anew as a whole.
        """
        noted = [*(expect or ()), *(_noted(expect_file) if expect_file else ())]

        async def work(runtime: "Runtime") -> None:
            module = _verifying()
            expected: dict[UUID, list[Any]] = {}
            for text in noted:
                place, mark = module.read(text, workspace)
                expected.setdefault(place, []).append(mark)
            reports = [one async for one in module.verify(runtime, workspace, expected)]
            if as_json:
                typer.echo(json.dumps(_document(reports), indent=2))
            else:
                for line in _lines(reports):
                    typer.echo(line)
            if not all(report.ok for report in reports):
                raise typer.Exit(1)

        self._on_server(data_dir, work)

    def head(
        self, workspace: Only = None, as_json: AsJson = False, data_dir: DataDir = None
    ) -> None:
        """Print where each chain ends, to keep elsewhere and give to `verify --expect-file`."""

        async def work(runtime: "Runtime") -> None:
            module = _verifying()
            found = await module.heads(runtime, workspace)
            texts = [module.written(one.workspace_id, one.end) for one in found]
            if as_json:
                heads = [_head(one, text) for one, text in zip(found, texts, strict=True)]
                typer.echo(json.dumps({"heads": heads}, indent=2))
                return
            for text in texts:
                typer.echo(text)

        self._on_server(data_dir, work)


def _verifying() -> Any:  # the module, which an annotation cannot name
    from upnext.audit import verifying  # noqa: PLC0415  (the server's libraries, see above)

    return verifying


def _noted(path: Path) -> Iterable[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        heads = json.loads(text)["heads"]
        return [str(one["head"]) for one in heads]
    except (ValueError, KeyError, TypeError):
        return [line for line in text.splitlines() if line.strip()]


def _head(report: "Report", text: str) -> dict[str, object]:
    return {
        "workspace_id": str(report.workspace_id),
        "name": report.name,
        "seq": report.end.seq,
        "hash": report.end.hash.hex(),
        "head": text,
    }


def _document(reports: "list[Report]") -> dict[str, object]:
    return {"ok": all(one.ok for one in reports), "chains": [_chain(one) for one in reports]}


def _chain(report: "Report") -> dict[str, object]:
    return {
        "workspace_id": str(report.workspace_id),
        "name": report.name,
        "ok": report.ok,
        "changes": report.rows,
        "begins_after": report.start.seq,
        "seq": report.end.seq,
        "hash": report.end.hash.hex(),
        "faults": [
            {
                "kind": str(fault.kind),
                "seq": fault.seq,
                "change_id": str(fault.change_id) if fault.change_id else None,
                "detail": fault.detail,
            }
            for fault in report.faults
        ],
        "more_faults": report.more,
    }


def _lines(reports: "list[Report]") -> Iterable[str]:
    for report in reports:
        changes = f"{report.rows:,} change{'' if report.rows == 1 else 's'}"
        since = f", from {report.start.seq + 1:,} on" if report.start.seq else ""
        name = "".join(c for c in report.name or "purged" if c.isprintable())
        state = "ok     " if report.ok else "BROKEN "
        yield f"{state} {report.workspace_id}  {name}: {changes}{since}"
        for fault in report.faults:
            where = f"change {fault.seq}" if fault.seq is not None else "a change"
            named = f" ({fault.change_id})" if fault.change_id else ""
            yield f"        {fault.kind} at {where}{named}: {fault.detail}"
        if report.more:
            yield f"        and {report.more:,} more"
    broken = sum(not report.ok for report in reports)
    total = f"{len(reports):,} chain{'' if len(reports) == 1 else 's'}"
    yield (
        f"{broken:,} of {total} broken."
        if broken
        else f"{total} checked, nothing was tampered with."
    )
