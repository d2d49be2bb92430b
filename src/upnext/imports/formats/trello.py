"""The JSON that Trello exports of a board: cards become tasks, checklist entries their subtasks."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from upnext.imports.formats import cells, moments
from upnext.imports.formats.encodings import decoded
from upnext.imports.formats.items import (
    FormatError,
    Item,
    LeftOut,
    Outcome,
    Outcomes,
    RowError,
    Source,
    Wishes,
    worded,
)
from upnext.imports.formats.jsontext import Entry, Placed, Scanner, dicts_of, list_of, text_of

_STAMP = 8  # hexadecimal digits at the start of an id: the second in which it was made


@dataclass
class _Board:
    name: str | None
    lists: dict[str, Entry]
    members: dict[str, str]
    checklists: dict[str, list[tuple[int, Entry]]]


def read(data: bytes, _: Wishes) -> Outcomes:
    text, _encoding = decoded(data)
    yield Source("Trello board")
    scanner = Scanner(text)
    readers = dict.fromkeys(("cards", "checklists"), scanner.entries)
    document, _end = scanner.members(scanner.skip(0), readers)
    if not isinstance(document, dict) or not isinstance(document.get("cards"), list):
        raise FormatError("This is no export of a Trello board.")
    board = _board(document)
    if comments := _comments(document):
        yield LeftOut("comments", comments)
    for line, card in document["cards"]:
        yield from _card(card, line, board)


def _board(document: Entry) -> _Board:
    members = {text_of(m, "id"): text_of(m, "username") for m in dicts_of(document, "members")}
    checklists: dict[str, list[tuple[int, Entry]]] = {}
    for line, each in list_of(document, "checklists"):
        if isinstance(each, dict):
            checklists.setdefault(text_of(each, "idCard"), []).append((line, each))
    return _Board(
        name=text_of(document, "name") or None,
        lists={text_of(each, "id"): each for each in dicts_of(document, "lists")},
        members=members,
        checklists=checklists,
    )


def _comments(document: Entry) -> int:
    actions = dicts_of(document, "actions")
    return sum(text_of(action, "type") == "commentCard" for action in actions)


def _card(card: object, line: int, board: _Board) -> Outcomes:
    if not isinstance(card, dict):
        yield RowError(line, "is not a card")
        return
    column = board.lists.get(text_of(card, "idList"), {})
    if card.get("closed") or column.get("closed"):
        yield LeftOut("archived cards", tasks=True)
        return
    if card.get("isTemplate"):
        yield LeftOut("card templates", tasks=True)
        return
    try:
        item = _item(card, line, column, board)
    except ValueError as error:
        yield RowError(line, f"card {text_of(card, 'idShort', 'id') or '?'}: {error}")
        return
    yield item
    yield from _beside(card)
    for placed in board.checklists.get(text_of(card, "id"), []):
        yield from _entries(placed, item, board)


def _beside(card: Entry) -> Iterator[Outcome]:
    counts = Counter(
        {
            "attachments": len(list_of(card, "attachments")),
            "values of custom fields": len(list_of(card, "customFieldItems")),
            "stickers": len(list_of(card, "stickers")),
        }
    )
    yield from (LeftOut(what, count) for what, count in counts.items() if count)


def _item(card: Entry, line: int, column: Entry, board: _Board) -> Item:
    title, description = worded(text_of(card, "name"), text_of(card, "desc"))
    if not title:
        raise ValueError("has no name")
    status, category = _column(text_of(column, "name"))
    labels = [text_of(label, "name", "color") for label in dicts_of(card, "labels")]
    people = [board.members.get(str(each), "") for each in list_of(card, "idMembers")]
    identity = text_of(card, "id") or None
    done = card.get("dueComplete") is True
    return Item(
        line=line,
        external_id=identity,
        title=title,
        description=description,
        status="done" if done else status,
        category=category,
        tags=tuple(dict.fromkeys(label for label in labels if label)),
        project=board.name,
        due=_moment(card, "due"),
        start=_moment(card, "start"),
        created=_made(identity),
        completed=_moment(card, "dateLastActivity") if done or status == "done" else None,
        assignees=tuple(person for person in people if person),
    )


def _column(name: str) -> tuple[str, str | None]:
    """The status that a list stands for; a list that stands for none is a category."""
    try:
        return cells.status(name), None
    except ValueError:
        return "todo", name or None


def _entries(placed: Placed, card: Item, board: _Board) -> Outcomes:
    line, checklist = placed
    for entry in dicts_of(checklist, "checkItems"):
        title, description = worded(text_of(entry, "name"))
        if not title:
            yield RowError(line, f"card “{card.title}”: an entry of its checklist has no name")
            continue
        done = text_of(entry, "state") == "complete" or card.status == "done"
        person = board.members.get(text_of(entry, "idMember"), "")
        identity = text_of(entry, "id")
        yield Item(
            line=line,
            external_id=identity or None,
            title=title,
            description=description,
            status="done" if done else "todo",
            project=card.project,
            due=_moment(entry, "due"),
            created=_made(identity),
            parent=card.external_id,
            assignees=(person,) if person else (),
        )


def _moment(entry: Entry, name: str) -> datetime | None:
    text = text_of(entry, name)
    return moments.moment(text, UTC) if text else None


def _made(identity: str | None) -> datetime | None:
    """When the id was made, which it tells in its first digits."""
    try:
        return datetime.fromtimestamp(int((identity or "")[:_STAMP], 16), UTC)
    except ValueError:
        return None
