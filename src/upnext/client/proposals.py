"""What `upnext next` proposed last: what a person accepts, skips or puts off is said to that."""

import json
from typing import TYPE_CHECKING, Final, cast

from upnext.client import machine
from upnext.client.errors import Usage
from upnext.client.session import Session
from upnext.client.shapes import NextAction, Task

if TYPE_CHECKING:
    from pathlib import Path

MOST: Final = 20
REASONS: Final = (
    *("too_long", "wrong_place", "no_energy", "not_important", "not_urgent", "not_now", "other"),
)


def keep(session: Session, answer: NextAction) -> None:
    """For the next command. A ticket is only good for its person, and for a day."""
    kept = {"server": session.server, "ticket": answer["ticket"], "shown": _shown(answer)}
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_text(json.dumps(kept), encoding="utf-8")


def _path() -> "Path":
    return machine.folder() / "proposal.json"


def _shown(answer: NextAction) -> list[str]:
    choices = [answer.get("action"), *answer.get("runners_up", ())]
    return [choice["task"]["id"] for choice in choices if choice]


def _kept(session: Session) -> tuple[str, list[str]] | None:
    try:
        kept = json.loads(_path().read_text(encoding="utf-8"))
        found = (str(kept["ticket"]), [str(each) for each in kept["shown"]])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if kept["server"] == session.server else None


def _fresh(session: Session) -> tuple[str, list[str]]:
    answer = cast("NextAction", session.api.get("next-action", {"limit": MOST}))
    return answer["ticket"], _shown(answer)


def proposed(session: Session) -> str:
    """The id of the task that was proposed first, or would be now."""
    _, shown = _kept(session) or _fresh(session)
    if not shown:
        raise Usage("Nothing was proposed.", hint="Ask: upnext next")
    return shown[0]


def say(session: Session, verdict: str, task: Task, **more: str | None) -> dict[str, object]:
    """To the last proposal if it had this task, else to one that is made now."""
    ticket, shown = _kept(session) or ("", [])
    if task["id"] not in shown:
        ticket, shown = _fresh(session)
    if task["id"] not in shown:
        raise Usage(f"{task['key']} was not proposed.", hint="See what is: upnext next")
    said = {name: value for name, value in more.items() if value is not None}
    body: dict[str, object] = {"ticket": ticket, "verdict": verdict, "task_id": task["id"], **said}
    return session.api.post("next-action/feedback", body)


def was_proposed(session: Session, task: Task) -> bool:
    kept = _kept(session)
    return kept is not None and task["id"] in kept[1]
