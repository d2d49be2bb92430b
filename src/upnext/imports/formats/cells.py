"""What stands in a cell, as the API's value. A ValueError says what cannot be read."""

import re

from upnext.imports.formats import spans

PRIORITY_WORDS = {
    "urgent": ("urgent", "critical", "highest", "blocker", "p1", "1", "u", "immediate", "asap"),
    "high": ("high", "h", "p2", "2", "major", "important", "a"),
    "medium": ("medium", "m", "med", "p3", "3", "normal", "moderate", "default", "b"),
    "low": ("low", "l", "p4", "4", "lowest", "minor", "trivial", "c"),
}
STATUS_WORDS = {
    "backlog": (
        *("backlog", "someday", "maybe", "later", "waiting", "onhold", "deferred", "icebox"),
        *("blocked", "inbox"),
    ),
    "todo": (
        *("todo", "open", "new", "pending", "next", "notstarted", "needsaction", "active"),
        *("incomplete", "planned", "ready", "reopened", "selectedfordevelopment", "triage"),
    ),
    "in_progress": (
        *("inprogress", "doing", "started", "wip", "inprocess", "processing", "ongoing"),
        *("indevelopment",),
    ),
    "in_review": ("inreview", "review", "testing", "qa", "verify", "codereview"),
    "done": (
        *("done", "completed", "complete", "closed", "resolved", "finished", "fixed", "x"),
        *("shipped", "released"),
    ),
    "cancelled": (
        *("cancelled", "canceled", "wontdo", "wontfix", "rejected", "duplicate", "obsolete"),
        *("failed", "abandoned", "dropped", "deleted"),
    ),
}
_YES = frozenset(
    {"true", "yes", "y", "1", "x", "done", "completed", "complete", "✓", "✔", "100", "wahr"}
)
_NO = frozenset(
    {"", "false", "no", "n", "0", "-", "open", "todo", "pending", "incomplete", "falsch"}
)
_LONGEST_NUMBER = 20
_NUMBER = re.compile(r"^\d+(?:[.,]\d+)?$")
_ESCAPED_BREAK = re.compile(r"(?<![:\\\w])\\n|\\n(?=\\n|\s|$)|\\r\\n")
_ANY_BREAK = re.compile(r"(?<![:\\])(?:\\r)?\\n")


def _by_word(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {word: value for value, words in table.items() for word in words}


_PRIORITIES = _by_word(PRIORITY_WORDS)
_STATUSES = _by_word(STATUS_WORDS)


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def priority(text: str) -> str | None:
    """A level; 1 and p1 are the most urgent, as almost everywhere. “None” and 0 say nothing."""
    if _folded(text) in {"", "0", "none", "nopriority", "notset"}:
        return None
    level = _PRIORITIES.get(_folded(text))
    if level is None:
        raise ValueError(f"“{text}” is no priority; say what it is: priority:{text}=high")
    return level


def status(text: str) -> str:
    """A status by any of its usual names."""
    known = _STATUSES.get(_folded(text))
    if known is None:
        raise ValueError(f"“{text}” is no status; say what it is: status:{text}=todo")
    return known


def completed(text: str) -> bool:
    """Yes or no in many words; a date in such a column is the day of the completion."""
    word = text.strip().casefold().rstrip("%")
    if word in _NO:
        return False
    if word in _YES or re.search(r"\d{4}", word):
        return True
    if word.isdecimal():
        return False
    raise ValueError(f"“{text}” is neither yes nor no")


def energy(text: str) -> str:
    """low, medium or high."""
    levels = {
        "low": "low",
        "l": "low",
        "medium": "medium",
        "m": "medium",
        "high": "high",
        "h": "high",
    }
    if (word := _folded(text)) not in levels:
        raise ValueError(f"“{text}” is no energy; low, medium or high")
    return levels[word]


def duration(text: str, per_unit: float = 1.0) -> int | None:
    """Minutes; a bare number counts units of the column, and zero says nothing."""
    if not _NUMBER.match(text.strip()) or len(text) > _LONGEST_NUMBER:
        return spans.minutes(text)
    minutes = round(float(text.replace(",", ".")) * per_unit)
    return spans.minutes(str(minutes)) if minutes else None


def words(text: str) -> list[str]:
    """The words of a list in one cell, by commas, semicolons or bars, else by their # or @."""
    parts = re.split(r"[,;|\n]", text)
    if len(parts) == 1 and re.match(r"^\s*[#@]", text):
        parts = text.split()
    return [part.strip().strip("[]'\"").strip() for part in parts if part.strip(" []'\"\t")]


def labels(text: str) -> tuple[list[str], list[str]]:
    """Tags and contexts in one cell; a context begins with @."""
    found = words(text)
    tags = [word.removeprefix("#") for word in found if not word.startswith("@")]
    return tags, [word for word in found if word.startswith("@")]


def writes_breaks_as_text(cells: list[str]) -> bool:
    """Whether a column spells a line break as backslash and n, as some exports do."""
    return any(_ESCAPED_BREAK.search(cell) for cell in cells if "\n" not in cell)


def with_breaks(text: str) -> str:
    """Spelled-out line breaks as real ones."""
    return _ANY_BREAK.sub("\n", text)
