"""The score: its terms, its direction, and the formula written down a second time."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.planning.engine import worlds
from upnext.planning.engine import (
    Candidate,
    Energy,
    Parameters,
    Priority,
    Ranked,
    Request,
    Status,
    WorkCalendar,
    columns_of,
    single,
    to_micros,
    work_keys,
)
from upnext.planning.engine.chain import merge_chains
from upnext.planning.engine.precedence import build_precedence
from upnext.planning.engine.scoring import Scores, basis_of, own_terms, score_tasks

HELD = Parameters(mean_minutes=45)
OWN = ("priority", "goal", "no_deadline", "duration", "slack")
numbers = count(1)


def task(**fields: object) -> Candidate:
    made = Candidate(id=UUID(int=next(numbers)), created_at=worlds.NOW)
    return replace(made, **fields)  # type: ignore[arg-type]  # each caller names real fields


def scored(
    tasks: list[Candidate], request: Request | None = None, parameters: Parameters = HELD
) -> Scores:
    asked = request or Request(now=worlds.NOW)
    return score_tasks(basis_of(columns_of(tasks), worlds.OFFICE, parameters), asked)


def own_index(candidate: Candidate) -> float:
    terms = scored([candidate]).terms
    return math.fsum(float(terms[name][0]) for name in OWN)


def values(ranked: Ranked) -> dict[str, float]:
    return {term.term: term.value for term in ranked.terms}


@worlds.properties
@given(worlds.projects(), worlds.requests(), worlds.calendars)
def test_terms_sum_to_the_score_and_are_finite(
    tasks: list[Candidate], request: Request, calendar: WorkCalendar
) -> None:
    for ranked in worlds.answer(tasks, request, calendar=calendar).ordered:
        assert math.isfinite(ranked.score)
        assert math.fsum(term.value for term in ranked.terms) == pytest.approx(
            ranked.score, abs=1e-9, rel=0
        )


@worlds.properties
@given(worlds.candidates(), worlds.instants, worlds.instants)
def test_an_earlier_deadline_never_lowers_the_index(
    candidate: Candidate, one: datetime, other: datetime
) -> None:
    earlier, later = sorted((one, other))
    assert own_index(replace(candidate, due_at=earlier)) >= own_index(
        replace(candidate, due_at=later)
    )


@worlds.properties
@given(worlds.candidates())
def test_a_higher_priority_never_lowers_the_index(candidate: Candidate) -> None:
    indices = [own_index(replace(candidate, priority=level)) for level in Priority]
    assert indices == sorted(indices)


@worlds.properties
@given(worlds.candidates(), st.integers(1, 10_080), st.integers(1, 10_080))
def test_a_shorter_task_without_slack_never_has_a_lower_index(
    candidate: Candidate, one: int, other: int
) -> None:
    shorter, longer = (replace(candidate, estimate=minutes) for minutes in sorted((one, other)))
    assume(scored([shorter]).work.slack[0] <= 0)
    assert own_index(shorter) >= own_index(longer)


def by_the_book(candidate: Candidate, mean: float = 45) -> float:
    """ln(30 I) of a task with a deadline, straight from the definition, with exp()."""
    now = to_micros(worlds.NOW)
    assert candidate.due_at is not None
    deadline = float(worlds.OFFICE.tau(to_micros(candidate.due_at), now))
    minutes = max(5, (candidate.estimate or 30) - candidate.spent)
    weight = 2 ** (candidate.priority - 1)
    discount = math.exp(-max(0, deadline - minutes) / (2 * mean))
    return math.log(30 * weight / minutes * discount)


@worlds.properties
@given(worlds.candidates(), st.timedeltas(timedelta(days=-20), timedelta(days=20)))
def test_the_own_index_is_the_atc_rule(candidate: Candidate, ahead: timedelta) -> None:
    made = replace(candidate, due_at=worlds.NOW + ahead, goal_weight=1.0)
    assert own_index(made) == pytest.approx(by_the_book(made), abs=1e-9)


def test_no_deadline_ripens_and_counts_half() -> None:
    fresh, old = task(), task(created_at=worlds.NOW - timedelta(days=30))
    first, second = worlds.answer([fresh, old], parameters=HELD).ordered
    assert (first.id, second.id) == (old.id, fresh.id)
    assert values(first)["no_deadline"] == pytest.approx(math.log(0.5))
    assert values(first)["slack"] == 0
    # Medium is expected ten work days after its creation; 30 minutes of that are the task's own.
    assert values(second)["slack"] == pytest.approx(-(4_800 - 30) / 90)


def test_the_mean_is_that_of_open_tasks_on_offer_and_bounded() -> None:
    tasks = [task(estimate=60), task(estimate=20)]
    extra = [task(estimate=9_999, status=Status.CLOSED), task(estimate=9_999, offered=False)]
    assert worlds.answer(tasks + extra).mean_minutes == 40
    assert worlds.answer([task(estimate=1)]).mean_minutes == 15
    assert worlds.answer([task(estimate=9_999)]).mean_minutes == 120
    assert worlds.answer([]).mean_minutes == 30


def test_bonuses() -> None:
    made = task(energy=Energy.LOW, contexts=frozenset({"@home"}), status=Status.STARTED)
    request = Request(now=worlds.NOW, energy=Energy.HIGH, contexts=frozenset({"@office", "@phone"}))
    (ranked,) = worlds.answer([made], request).ordered
    assert values(ranked)["started"] == 0.25
    assert values(ranked)["energy"] == -0.15
    assert values(ranked)["context"] == -0.5
    fitting = Request(now=worlds.NOW, energy=Energy.LOW, contexts=frozenset({"@home", "@x"}))
    (ranked,) = worlds.answer([made], fitting).ordered
    assert values(ranked)["energy"] == 0.15
    assert "context" not in values(ranked)


def test_a_task_without_contexts_or_energy_fits_anywhere() -> None:
    request = Request(now=worlds.NOW, energy=Energy.HIGH, contexts=frozenset({"@office"}))
    (ranked,) = worlds.answer([task()], request).ordered
    assert not {"energy", "context"} & set(values(ranked))


def test_a_blocker_is_worth_what_it_frees() -> None:
    blocker = task(title="Sign", estimate=10, priority=Priority.LOW)
    release = task(
        title="Release",
        estimate=60,
        priority=Priority.URGENT,
        due_at=worlds.NOW + timedelta(hours=1),
        blocked_by=(blocker.id,),
    )
    other = task(estimate=60, priority=Priority.HIGH, due_at=worlds.NOW + timedelta(hours=1))
    answer = worlds.answer([blocker, release, other], parameters=HELD)
    assert [ranked.id for ranked in answer.ordered] == [blocker.id, other.id]
    unblocks = answer.ordered[0].terms[-1]
    assert unblocks.term == "unblocks"
    assert (unblocks.params["title"], unblocks.params["more"]) == ("Release", 0)
    # The blocker's own weight is spent (20 work days of slack), so N / D is 8 / (10 + 60).
    assert answer.ordered[0].score == pytest.approx(math.log(30 * 8 / 70), abs=1e-6)


def test_a_colleagues_task_lends_its_weight_but_is_not_offered() -> None:
    mine = task(due_at=worlds.NOW + timedelta(days=3))
    theirs = task(priority=Priority.URGENT, due_at=worlds.NOW, blocked_by=(mine.id,), offered=False)
    answer = worlds.answer([mine, theirs])
    assert [ranked.id for ranked in answer.ordered] == [mine.id]
    assert "unblocks" in values(answer.ordered[0])
    assert answer.ineligible_count == 0


def naive_merge(
    row: int, value: list[float], minutes: list[float], following: dict[int, list[int]]
) -> tuple[float, float]:
    """N and D by recursion in plain numbers."""
    total, length = value[row], minutes[row]
    chains = [naive_merge(next_row, value, minutes, following) for next_row in following[row]]
    for gain, time in sorted(chains, key=lambda chain: -chain[0] / chain[1]):
        if gain / time <= total / length:
            break
        total, length = total + gain, length + time
    return total, length


@worlds.properties
@given(
    st.lists(st.tuples(st.floats(1e-3, 8), st.floats(5, 500)), min_size=2, max_size=9), st.data()
)
def test_chain_merge_is_its_definition_and_never_lowers(
    jobs: list[tuple[float, float]], data: st.DataObject
) -> None:
    value, minutes = (list(column) for column in zip(*jobs, strict=True))
    rows = range(len(jobs))
    following = {
        row: data.draw(st.lists(st.sampled_from(rows[row + 1 :]), unique=True, max_size=3))
        if row + 1 < len(jobs)
        else []
        for row in rows
    }
    names = [UUID(int=row) for row in rows]
    edges = [(names[before], names[after]) for before in rows for after in following[before]]
    precedence = build_precedence(names, [False] * len(names), edges)
    own = np.log(np.array(value)) - np.log(np.array(minutes))
    chains = merge_chains(own, np.array(minutes), precedence)
    for row in rows:
        total, length = naive_merge(row, value, minutes, following)
        assert chains.ln_index[row] == pytest.approx(math.log(total / length), abs=1e-9)
        assert chains.ln_index[row] >= own[row] - 1e-12


@worlds.properties
@given(
    st.floats(-1e6, 5),
    st.floats(5, 10_080),
    st.lists(st.tuples(st.floats(-1e6, 5), st.floats(5, 10_080)), max_size=4),
)
def test_a_single_task_joins_as_all_do(
    ln_index: float, minutes: float, others: list[tuple[float, float]]
) -> None:
    names = [UUID(int=row) for row in range(len(others) + 1)]
    edges = [(names[0], name) for name in names[1:]]
    precedence = build_precedence(names, [False] * len(names), edges)
    columns = [(ln_index, minutes), *others]
    own, lengths = (np.array(column) for column in zip(*columns, strict=True))
    chains = merge_chains(own, lengths, precedence)
    for row in {0, len(names) - 1}:  # the last one is followed by nobody
        found = single.joined(float(own[row]), columns[row][1], chains.after(row, precedence))
        assert found == pytest.approx(chains.ln_index[row], abs=1e-9)


@worlds.properties
@given(worlds.candidates(), st.floats(0.001, 0.1))
def test_a_single_task_has_the_terms_of_many(candidate: Candidate, rate: float) -> None:
    parameters = replace(HELD, correction=1.3)
    columns, now = columns_of([candidate]), to_micros(worlds.NOW)
    basis = basis_of(columns, worlds.OFFICE, parameters)
    work = basis.at(now)
    terms = {name: float(each[0]) for name, each in own_terms(work, rate, parameters).items()}
    minutes, spent = float(work.minutes[0]), float(columns.spent[0])
    assert single.ln_weights(parameters.weights)[candidate.priority - 1] == terms["priority"]
    assert single.duration_term(minutes) == near(terms["duration"])
    assert single.slack_term(float(work.slack[0]), rate) == near(terms["slack"])
    estimate, block = float(columns.estimate[0]), float(columns.min_block[0])
    assert single.remaining(estimate, spent, parameters) == minutes
    assert single.sitting(estimate, minutes, block, parameters) == float(basis.sitting[0])


def near(value: float) -> Any:  # pytest.approx's own type is hidden
    return pytest.approx(value, abs=1e-9)


@worlds.properties
@given(worlds.candidates(), st.timedeltas(timedelta(), timedelta(days=90)))
def test_index_keys_hold_at_any_later_time(candidate: Candidate, later: timedelta) -> None:
    made = replace(candidate, due_at=worlds.NOW + timedelta(days=20))
    rate = 1 / 90
    columns, now = columns_of([made]), to_micros(worlds.NOW)
    basis = basis_of(columns, worlds.OFFICE, HELD)
    keys = work_keys(basis.at(now), rate, HELD)
    afterwards = Request(now=worlds.NOW + later)
    scores = score_tasks(basis, afterwards)
    elapsed = float(worlds.OFFICE.tau(to_micros(afterwards.now), now))
    own = math.fsum(float(scores.terms[name][0]) for name in OWN)
    assert keys.at(elapsed, rate)[0] + math.log(30) == pytest.approx(own, abs=1e-9)
    assert keys.b[0] == pytest.approx(keys.a[0] - rate * keys.latest_start[0], abs=1e-9)
