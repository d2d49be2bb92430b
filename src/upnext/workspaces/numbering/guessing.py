"""The next number, known without asking where nobody else adds tasks.

Taking a number costs a statement and a commit of its own. Whoever took the last ones, one after the
other, knows which comes next: it is counted up by the statement that writes the task, which finds
nothing if somebody else was there. So nothing depends on a guess but the time that a wrong one
costs, and each doubles how long it has to be calm before the next.
"""

from typing import Final, NamedTuple
from weakref import WeakKeyDictionary, ref

from upnext.core.lanes import WriteLane
from upnext.workspaces.numbering.places import Place, ProjectSlot

CALM: Final = 4
"""After so many numbers in a row, each taken when the task before was written, one is guessed."""
LONGEST_CALM: Final = 4_096
MOST_PLACES: Final = 10_000


class Known(NamedTuple):
    """A project as it was when a number was taken, without that number."""

    slot: ProjectSlot
    version: int


class Claim:
    """A number that a task is being written with. `open` until it is known what came of it, or
    nobody has the claim any more."""

    __slots__ = ("__weakref__", "_run", "guessed", "number", "open")

    def __init__(self, run: "Run", number: int, *, guessed: bool) -> None:
        self._run = run
        self.number = number
        self.guessed = guessed
        self.open = True

    def settle(self, held: bool) -> None:
        self.open = False
        if self.guessed:
            self._run.learn(self.number, held=held)


class Run:
    """Those who add tasks to one project, as one process sees it."""

    __slots__ = ("_calm", "_known", "_latest", "_needed", "_next")

    def __init__(self) -> None:
        self._known: Known | None = None
        self._next = 0
        self._calm = 0
        self._needed = CALM
        self._latest: ref[Claim] | None = None

    def guess(self) -> tuple[Claim, Known] | None:
        """The next number, if it is calm."""
        if self._busy():
            self._calm = 0
        if self._known is None or self._calm < self._needed:
            return None
        return self._claim(self._next, guessed=True), self._known

    def took(self, number: int, known: Known) -> Claim:
        """Somebody asked for a number, and this is theirs."""
        alone = number == self._next and not self._busy()
        self._calm = self._calm + 1 if alone else 0
        self._next = number + 1
        self._known = known
        return self._claim(number, guessed=False)

    def learn(self, number: int, *, held: bool) -> None:
        if held:
            self._next = number + 1
            self._needed = max(CALM, self._needed - 1)
        else:
            self._calm = 0
            self._needed = min(LONGEST_CALM, self._needed * 2)

    def _busy(self) -> bool:
        """Somebody is about to write a task, who may be later than whoever asks now."""
        latest = None if self._latest is None else self._latest()
        return latest is not None and latest.open

    def _claim(self, number: int, *, guessed: bool) -> Claim:
        claim = Claim(self, number, guessed=guessed)
        self._latest = ref(claim)
        return claim


_runs: WeakKeyDictionary[WriteLane, dict[Place, Run]] = WeakKeyDictionary()


def run_of(lane: WriteLane, place: Place) -> Run:
    runs = _runs.setdefault(lane, {})
    run = runs.get(place)
    if run is None:
        if len(runs) >= MOST_PLACES:
            runs.clear()
        run = runs[place] = Run()
    return run
