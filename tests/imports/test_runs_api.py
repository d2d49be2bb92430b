"""Runs through the API, on a real database, with the real jobs."""

import pytest

from tests.imports.asking import bring, counts, look, tasks_of
from tests.kit.app import Person
from upnext.core.runtime import Runtime

CSV = "id,title,due,project,labels,blocked by\n1,Tea,2030-01-01,Kitchen,hot,\n2,Milk,,Kitchen,,1\n"


async def test_a_file_becomes_tasks(person: Person, runtime: Runtime) -> None:
    run = await bring(runtime, person, CSV)
    assert run["state"] == "completed", run
    assert counts(run) == (2, 0, 0, 0)
    assert run["progress"] == {"total": 2, "done": 2}
    assert run["dependencies"] == 1
    tasks = await tasks_of(person)
    assert tasks["Tea"]["external_id"] == "csv:1"
    assert tasks["Milk"]["blocked_by"] == [tasks["Tea"]["id"]]
    again = await bring(runtime, person, CSV)
    assert counts(again) == (0, 2, 0, 0)
