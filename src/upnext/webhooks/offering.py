"""Which events a webhook can ask for: all that happens in a workspace but what is about access."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from upnext.core.changes import Change

# Accounts and credentials, what is private to somebody, and webhooks themselves, or one that fails
# would make the next event.
LEFT_OUT = frozenset({
    "webhook", "user", "session", "token", "feed", "filter", "link", "audit", "export", "import",
    "job", "notification", "socket",
})  # fmt: skip
EVERYTHING = "*"
TEST = "webhook.test"


def _kinds(kind: type[Change]) -> Iterator[type[Change]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)


@cache
def offered() -> Mapping[str, str]:
    """Type > what it means, in the order of the alphabet. Asked only when every domain is there."""
    types = {
        each.type
        for each in _kinds(Change)
        if each.__module__.startswith("upnext.") and hasattr(each, "type")
    }
    return {
        name: _sentence(name) for name in sorted(types) if name.partition(".")[0] not in LEFT_OUT
    }


def _sentence(name: str) -> str:
    noun, _, verb = name.partition(".")
    words = noun.replace("_", " ")
    article = "An" if words[0] in "aeiou" else "A"
    return MEANING.get(name) or f"{article} {words} was {verb.replace('_', ' ')}."


MEANING: Mapping[str, str] = {
    "task.created": "A task was created, by whatever door.",
    "task.updated": "Something about a task changed, other than what has an event of its own.",
    "task.completed": "A task became done; what else changed with it is in the same event.",
    "task.reopened": "A task that was done or cancelled has to be done again.",
    "task.deleted": "A task went to the trash.",
    "task.purged": "A task was deleted for good.",
    "comment.deleted": "A comment is not shown any more.",
    "goal.updated": "Something about a goal changed; also when it was abandoned.",
    "goal.deleted": "A goal went to the trash.",
    "project.deleted": "A project went to the trash, with what it holds.",
    "sla.warned": "Four fifths of the time of a promise about a task are over.",
    "sla.breached": "A promise about a task was broken.",
    "operation.created": "Many tasks were changed at once; each has an event of its own, too.",
}


def wanted(patterns: Collection[str], name: str) -> bool:
    """Whether one of `patterns` means this type: exactly, by `noun.*`, or by `*`."""
    return name in patterns or EVERYTHING in patterns or f"{name.partition('.')[0]}.*" in patterns


def unknown(patterns: Collection[str]) -> list[str]:
    """Those that mean nothing here."""
    types = offered()
    nouns = {f"{name.partition('.')[0]}.*" for name in types}
    return [one for one in patterns if one not in types and one not in nouns and one != EVERYTHING]
