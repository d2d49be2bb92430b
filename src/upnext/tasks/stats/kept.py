"""Answers that were given, for as long as they hold: a bounded number of them in each process, and
in Redis, if there is one, those that any process gave in the last minutes."""

from typing import Final, NamedTuple

from upnext.core.recent import Recent
from upnext.core.shared_cache import SharedCache

MOST_BYTES: Final = 8_000_000
SHARED_SECONDS: Final = 300


class Answer(NamedTuple):
    """Holds from `since` on and before `until`, in microseconds: deadlines pass by themselves."""

    body: bytes
    since: int
    until: int


class Kept:
    """By what names the answer: the question, who asks it, and how far the log of changes was.

    So nothing is ever thrown away for being old: it is not asked for any more.
    """

    def __init__(self, most_bytes: int = MOST_BYTES, shared: SharedCache | None = None) -> None:
        self._shared = shared or SharedCache()
        self._answers: Recent[str, Answer] = Recent(most_bytes, lambda answer: len(answer.body))

    async def find(self, name: str, now: int) -> Answer | None:
        """What this process gave, or another one."""
        answer = self.get(name, now)
        if answer is not None:
            return answer
        found = await self._shared.get(name)
        answer = _read(found) if found else None
        if answer is None or not answer.since <= now < answer.until:
            return None
        self.put(name, answer)
        return answer

    async def keep(self, name: str, answer: Answer) -> None:
        self.put(name, answer)
        head = b"%d %d " % (answer.since, answer.until)
        await self._shared.put(name, head + answer.body, SHARED_SECONDS)

    async def close(self) -> None:
        await self._shared.close()

    def get(self, name: str, now: int) -> Answer | None:
        answer = self._answers.get(name)
        if answer is None or not answer.since <= now < answer.until:
            return None
        return answer

    def put(self, name: str, answer: Answer) -> None:
        self._answers.put(name, answer)

    def __len__(self) -> int:
        return len(self._answers)


def _read(kept: bytes) -> Answer | None:
    """None for what an older or newer version wrote in another form."""
    since, _, rest = kept.partition(b" ")
    until, _, body = rest.partition(b" ")
    known = since.isdigit() and until.isdigit()
    return Answer(body, int(since), int(until)) if known else None
