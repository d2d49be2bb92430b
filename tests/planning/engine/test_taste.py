"""What was learned of a person: one bounded term, and everything said stays true with it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning.engine import worlds
from upnext.planning.engine import (
    Candidate,
    ChangeCode,
    Parameters,
    Request,
    basis_of,
    columns_of,
    rank,
)
from upnext.planning.engine.single import learned_term
from upnext.planning.engine.taste import HEAVIEST, MOST, SCALES, calm_term, taste_term

weights = st.dictionaries(st.sampled_from(sorted(SCALES)), st.floats(-HEAVIEST, HEAVIEST))
some = st.lists(worlds.candidates(), min_size=1, max_size=6, unique_by=lambda task: task.id)
ALL = Request(now=worlds.NOW, limit=100, runners_up=100)


@worlds.properties
@given(some, weights)
def test_terms_still_sum_to_the_score(tasks: list[Candidate], taste: dict[str, float]) -> None:
    answer = rank(basis_of(columns_of(tasks), worlds.OFFICE, Parameters(taste=taste)), ALL)
    for ranked in answer.ordered:
        assert sum(term.value for term in ranked.terms) == pytest.approx(ranked.score, abs=1e-9)
        values = {term.term: term.value for term in ranked.terms}
        preferred = values.get("learned", 0.0) - float(calm_term(values["slack"])) * bool(taste)
        assert abs(preferred) <= MOST * (1 + 1e-9)


@worlds.properties
@given(some, weights)
def test_a_promised_change_still_wins(tasks: list[Candidate], taste: dict[str, float]) -> None:
    parameters = Parameters(taste=taste, mean_minutes=30)
    answer = rank(basis_of(columns_of(tasks), worlds.OFFICE, parameters), ALL)
    for ranked in answer.ordered[1:]:
        for change in ranked.would_win_if:
            task = next(each for each in tasks if each.id == ranked.id)
            if change.code == ChangeCode.PRIORITY:
                changed = replace(task, priority=change.params["priority"])
            elif change.code == ChangeCode.ESTIMATE:
                changed = replace(task, estimate=change.params["minutes"])
            elif change.code == ChangeCode.DUE:
                changed = replace(task, due_at=change.params["due_at"])
            else:
                continue
            others = [each for each in tasks if each.id != task.id]
            columns = columns_of([*others, changed])
            again = rank(basis_of(columns, worlds.OFFICE, parameters), ALL)
            assert again.ordered[0].id == ranked.id, change


def test_no_weight_makes_a_shorter_or_more_urgent_task_lose() -> None:
    values = np.linspace(-4, 4, 400)
    for name in ("duration", "slack", "priority"):
        for weight in (-HEAVIEST, HEAVIEST):
            total = values + taste_term({name: values}, {name: weight})
            assert (np.diff(total) > 0).all()


@worlds.properties
@given(st.dictionaries(st.sampled_from(sorted(SCALES)), st.floats(-40, 10)), weights)
def test_a_single_task_gets_what_it_gets_among_many(
    terms: dict[str, float], taste: dict[str, float]
) -> None:
    among_many = float(taste_term(terms, taste)[0])
    assert learned_term(terms, taste) == pytest.approx(among_many, abs=1e-9)


def test_nothing_learned_adds_no_term() -> None:
    assert float(taste_term({"duration": 3.0}, {})[0]) == 0
