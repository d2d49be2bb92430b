"""What a plan begins with leads the list, by a term of its own and nothing else."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.planning.engine import worlds
from upnext.planning.engine import Candidate, Instead, Lead, Request


@worlds.properties
@given(worlds.projects(), worlds.requests(), st.data())
def test_the_first_of_a_plan_leads_and_all_else_stays(
    tasks: list[Candidate], request: Request, data: st.DataObject
) -> None:
    request = replace(request, limit=1_000, lead=None)
    task = data.draw(st.sampled_from(tasks)) if tasks else None
    lead = Lead(task.id, {other.id: Instead(1.0) for other in tasks}) if task else None
    before = worlds.answer(tasks, request)
    after = worlds.answer(tasks, replace(request, lead=lead))
    scores = {ranked.id: ranked.score for ranked in before.ordered}
    if task is None or task.id not in scores:
        assert after.ordered == before.ordered
        return
    first, *rest = after.ordered
    assert first.id == task.id
    assert first.terms[-1].term == "plan"
    assert 0 <= first.score - max(scores.values()) <= 1e-5
    for ranked in after.ordered:
        assert abs(sum(term.value for term in ranked.terms) - ranked.score) < 1e-9
    assert [(each.id, each.score) for each in rest] == [
        (each.id, each.score) for each in before.ordered if each.id != task.id
    ]
