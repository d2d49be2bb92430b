"""What each program's priorities mean here, said outright: the same number differs from one to
another."""

from collections.abc import Mapping

URGENT, HIGH, MEDIUM, LOW = "urgent", "high", "medium", "low"

PRIORITIES: Mapping[str, Mapping[str, str | None]] = {
    # Todoist's API counts up (4 is what its screen calls p1); its CSV counts as the screen does.
    "todoist_json": {"4": URGENT, "3": HIGH, "2": MEDIUM, "1": LOW},
    "todoist_csv": {"1": URGENT, "2": HIGH, "3": MEDIUM, "4": LOW},
    "taskwarrior": {"H": HIGH, "M": MEDIUM, "L": LOW},
    # 5 is its “DO NOW”, 0 is “unset”.
    "vikunja": {"5": URGENT, "4": URGENT, "3": HIGH, "2": MEDIUM, "1": LOW, "0": None},
    "jira": {
        "highest": URGENT,
        "blocker": URGENT,
        "critical": URGENT,
        "high": HIGH,
        "major": HIGH,
        "medium": MEDIUM,
        "normal": MEDIUM,
        "low": LOW,
        "minor": LOW,
        "lowest": LOW,
        "trivial": LOW,
    },
    # RFC 5545: 1 is the highest, 5 medium, 9 the lowest, 0 undefined.
    "icalendar": {
        "1": URGENT,
        **dict.fromkeys(("2", "3", "4"), HIGH),
        "5": MEDIUM,
        **dict.fromkeys(("6", "7", "8", "9"), LOW),
        "0": None,
    },
    # A to Z; what comes after C is low.
    "todotxt": {"A": URGENT, "B": HIGH, "C": MEDIUM}
    | {chr(letter): LOW for letter in range(ord("D"), ord("Z") + 1)},
    # Labels, as repositories name them: P0 is the most urgent there.
    "github": {
        "p0": URGENT,
        "critical": URGENT,
        "urgent": URGENT,
        "blocker": URGENT,
        "p1": HIGH,
        "high": HIGH,
        "p2": MEDIUM,
        "medium": MEDIUM,
        "p3": LOW,
        "p4": LOW,
        "low": LOW,
    },
    "upnext": {level: level for level in (URGENT, HIGH, MEDIUM, LOW)},
    # Trello has none; its labels are tags.
    "trello": {},
}


def priority(format_name: str, word: str) -> str | None:
    """Raises ValueError for a word that the program does not have."""
    known = PRIORITIES[format_name]
    if not word:
        return None
    if word not in known:
        raise ValueError(f"priority: “{word}” is none of {', '.join(known)}")
    return known[word]
