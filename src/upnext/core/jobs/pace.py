"""How many jobs a runner should hold: few if they are slow, many if they are quick."""

# A claim is worth about this much time of work.
AHEAD_SECONDS = 0.1
MOST = 100
WEIGHT = 0.1


class Pace:
    """Jobs that wait in one process cannot be done by another, so slow ones are claimed only as a
    slot gets free. Quick ones come in batches, or claiming them would take longer than they do."""

    def __init__(self, concurrency: int) -> None:
        self.concurrency = concurrency
        self._seconds: float | None = None

    def took(self, seconds: float) -> None:
        before = seconds if self._seconds is None else self._seconds
        self._seconds = before + WEIGHT * (seconds - before)

    @property
    def target(self) -> int:
        if self._seconds is None:
            return self.concurrency
        batch = self.concurrency * AHEAD_SECONDS / max(self._seconds, 1e-6)
        return max(self.concurrency, min(MOST, int(batch)))

    def room(self, held: int) -> int:
        """How many to claim now. None before half of a batch is gone, or claims would get small."""
        room = self.target - held
        least = 1 if self.target <= self.concurrency else self.target // 2
        return room if room >= least else 0
