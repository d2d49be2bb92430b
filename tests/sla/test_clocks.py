"""The life of a clock against somebody who looks at it once a minute."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.sla.test_hours import OFFICE, is_open, minutes
from upnext.sla.clocks import Clock, Standing, Term, judged, next_check, renewed, shown
from upnext.sla.hours import AROUND_THE_CLOCK, Hours
from upnext.sla.models import Target

START = datetime(2026, 3, 27, 14, 0, tzinfo=UTC)
"""A Friday before Berlin's clocks change."""
POLICY = UUID(int=1)
HOURS = [
    AROUND_THE_CLOCK,
    Hours("Europe/Berlin", OFFICE, frozenset({date(2026, 3, 31)})),
    Hours("America/New_York", tuple(((0, 300), (1_200, 1_440)) for _ in range(7))),
]
TARGETS = (Target.FIRST_RESPONSE, Target.RESOLUTION)


def term(hours: Hours, amount: int, *, paused: bool = False, start: datetime = START) -> Term:
    return Term(policy_id=POLICY, hours=hours, start=start, amount=minutes(amount), paused=paused)


@dataclass
class Watch:
    """Counts the minutes of one task in which its clock runs.

    What is used up to the last moment is late from the next moment on in which the clock runs.
    """

    hours: Hours
    amount: int
    ran: int = 0
    breached: bool = False
    warned: bool = False
    runs: bool = True
    used_up: datetime | None = None
    warn_from: datetime | None = None

    def minute(self, moment: datetime) -> None:
        self.look(moment)
        if not self.runs:
            return
        self.ran += is_open(self.hours, moment)
        end = moment + timedelta(minutes=1)
        if self.ran >= self.amount:
            self.used_up = self.used_up or end
        if 5 * self.ran >= 4 * self.amount:
            within = 5 * self.ran > 4 * self.amount
            self.warn_from = self.warn_from or (moment if within else end)
        self.look(end)

    def look(self, moment: datetime) -> None:
        if self.runs:
            self.breached = self.breached or (self.used_up is not None and moment > self.used_up)
            late = self.warn_from is not None and moment > self.warn_from
            self.warned = self.warned or late


steps = st.lists(
    st.tuples(st.integers(0, 900), st.sampled_from(["work", "pause", "close"])), max_size=7
)


@given(hours=st.sampled_from(HOURS), amount=st.integers(1, 1_500), life=steps)
def test_a_clock_is_what_the_watch_says(
    hours: Hours, amount: int, life: list[tuple[int, str]]
) -> None:
    now = START
    watch = Watch(hours, amount)
    clocks = renewed({}, {Target.RESOLUTION: term(hours, amount)}, Standing(), now)
    for wait, state in [*life, (600, "work")]:
        for _ in range(wait):
            watch.minute(now)
            now += timedelta(minutes=1)
        rules = {Target.RESOLUTION: term(hours, amount, paused=state == "pause")}
        clocks = renewed(clocks, rules, Standing(closed=state == "close"), now)
        watch.runs = state == "work"
        watch.look(now)
        clock = clocks[Target.RESOLUTION]
        assert (clock.breached_at is not None) is watch.breached
        assert (clock.warned_at is not None) is watch.warned
        assert (clock.met_at is not None) is (state == "close")
        assert clock.paused is (state == "pause")


@given(hours=st.sampled_from(HOURS), amount=st.integers(1, 1_500), life=steps)
def test_nothing_recorded_is_ever_taken_back(
    hours: Hours, amount: int, life: list[tuple[int, str]]
) -> None:
    """Whatever becomes of the rules."""
    now = START
    clocks = renewed({}, {t: term(hours, amount) for t in TARGETS}, Standing(), now)
    recorded: dict[Target, tuple[datetime | None, datetime | None]] = {}
    for number, (wait, state) in enumerate(life):
        now += minutes(wait)
        other = {} if number % 3 == 2 else {t: term(hours, amount * (number + 2)) for t in TARGETS}
        clocks = renewed(clocks, other, Standing(closed=state == "close"), now)
        for target, (warned_at, breached_at) in recorded.items():
            if breached_at is not None:
                assert clocks[target].breached_at == breached_at
                assert clocks[target].warned_at == warned_at
        recorded = {t: (clock.warned_at, clock.breached_at) for t, clock in clocks.items()}


@given(amount=st.integers(1, 1_500), later=st.integers(0, 3_000))
def test_checks_at_the_right_times_are_enough(amount: int, later: int) -> None:
    """Judged only when it says so, it comes to the same as when it is judged every minute."""
    (clock,) = renewed({}, {Target.RESOLUTION: term(HOURS[1], amount)}, Standing(), START).values()
    often, end = clock, START + minutes(later)
    for number in range(later + 1):
        often = judged(often, START + minutes(number))
    asked, now = 0, START
    while (due := next_check(clock, now)) is not None and due < end:
        now = due + timedelta(microseconds=1)
        clock = judged(clock, now)
        asked += 1
    assert asked <= 2
    assert (clock.warned_at is None, clock.breached_at is None) == (
        often.warned_at is None,
        often.breached_at is None,
    )


def test_at_its_deadline_a_task_is_still_in_time() -> None:
    clocks = renewed({}, {Target.RESOLUTION: term(HOURS[0], 60)}, Standing(), START)
    clock = clocks[Target.RESOLUTION]
    at_due = START + minutes(60)
    assert judged(clock, at_due).breached_at is None
    assert judged(clock, at_due + timedelta(microseconds=1)).breached_at is not None
    assert clock.warn_at == START + minutes(48)


def test_what_is_shown() -> None:
    rules = {t: term(HOURS[0], each) for t, each in zip(TARGETS, (10, 100), strict=True)}
    clocks = renewed({}, rules, Standing(), START)
    assert shown({}, START) is None

    def state(clocks: dict[Target, Clock], after: int) -> tuple[str, str]:
        found = shown(clocks, START + minutes(after))
        assert found is not None
        return found["state"], found["due_at"]

    assert state(clocks, 0) == ("ok", "2026-03-27T14:10:00Z")
    assert state(clocks, 9) == ("warning", "2026-03-27T14:10:00Z")
    answered = renewed(clocks, rules, Standing(responded=True), START + minutes(9))
    assert state(answered, 9) == ("ok", "2026-03-27T15:40:00Z")
    waits = {t: term(HOURS[0], 100, paused=True) for t in TARGETS}
    assert state(renewed(answered, waits, Standing(), START + minutes(9)), 500)[0] == "paused"
    done = renewed(answered, rules, Standing(closed=True), START + minutes(9))
    assert state(done, 500) == ("met", "2026-03-27T15:40:00Z")
    late = renewed(clocks, rules, Standing(closed=True), START + minutes(11))
    assert state(late, 500) == ("breached", "2026-03-27T15:40:00Z")
