"""Finding things by the words in them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.text import Text

from upnext.client import cards, lookup
from upnext.client.options import Scoped
from upnext.client.printable import clean, plural
from upnext.client.session import opened
from upnext.client.shapes import Hit, HitPart
from upnext.client.terminal import Terminal

if TYPE_CHECKING:
    from upnext.client.api import Api
    from upnext.client.transport import Query

_MARK = "bold yellow"


def search(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS...", help="""Such as 'report "annual budget" repo* -draft'."""
        ),
    ],
    scope: Scoped,
    kinds: Annotated[
        list[str] | None,
        typer.Option("--type", "-t", metavar="KIND", help="task, project …; repeatable."),
    ] = None,
    project: Annotated[
        str | None, typer.Option("--project", "-P", metavar="NAME", help="Name, key or id.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=100, help="At most this many.")
    ] = 20,
) -> None:
    """Find what has all these words; the best comes first."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        query: Query = {"q": " ".join(words), "types": kinds, "limit": limit}
        page = session.api.get("search", {**query, **_place(session.api, scope, project)})
        session.terminal.data(page)
        _show(session.terminal, cast("list[Hit]", page["items"]), more=bool(page["next_cursor"]))


def _place(api: "Api", scope: Scoped, project: str | None) -> dict[str, str]:
    place = {}
    if scope.workspace:
        place["workspace_id"] = lookup.workspace(api, scope.workspace)["id"]
    if project:
        place["project_id"] = lookup.project(api, project, scope.workspace)["id"]
    return place


def _show(terminal: Terminal, hits: Sequence[Hit], *, more: bool) -> None:
    for hit in hits:
        terminal.show(*_shown(hit))
    if not hits:
        terminal.hint("Nothing has all these words. A * finds beginnings: repo*")
    elif more:
        terminal.hint(f"The best {plural(len(hits), 'hit')}; more with --limit.")


def _shown(hit: Hit) -> Iterable[Text]:
    ended = hit["status"] in {"done", "cancelled"}
    head = Text.assemble((hit["key"] or "", "cyan"), " " if hit["key"] else "")
    head.append_text(_marked(hit["title_parts"], "dim" if ended else ""))
    if hit["kind"] != "task":
        head.append(f" ({hit['kind']})", style="dim")
    elif ended:
        head.append(f" ({cards.STATUS_WORDS[str(hit['status'])]})", style="dim")
    yield head
    if hit["snippet"]:
        yield Text("  ").append_text(_marked(hit["snippet"], "dim"))


def _marked(parts: Iterable[HitPart], style: str) -> Text:
    text = Text()
    for part in parts:
        text.append(" ".join(clean(part["text"]).split("\n")), _MARK if part["hit"] else style)
    return text
