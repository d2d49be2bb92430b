"""Who set which value goes along with an export, and comes back with an import."""

import json

from tests.classification.settling import derived, settled
from tests.exports.asking import asked, document
from tests.imports.asking import bring
from tests.kit.app import Person, good
from tests.tasks.making import make
from upnext.core.runtime import Runtime


async def test_what_was_derived_comes_back_as_derived(person: Person, runtime: Runtime) -> None:
    mine = await derived(runtime, person, "Pay the bill asap", category="home")
    unsure = await derived(runtime, person, "Discuss travel budget")
    fresh = await make(person, title="Buy milk and bread")
    content = (await asked(person, "json", workspace_id=person.workspace_id)).content
    said = {one["title"]: one for one in json.loads(content)["tasks"]}
    for task in (mine, unsure, fresh):
        assert said[task["title"]]["classification"] == {
            name: about if name == "state" else {k: v for k, v in about.items() if v is not None}
            for name, about in task["classification"].items()
        }
    place = good(await person.client.post("/workspaces", json={"name": "Other"}))["id"]
    await bring(runtime, person, content, workspace_id=place)
    await settled(runtime)
    found = {one["title"]: one for one in (await document(person, workspace_id=place))["tasks"]}
    for title in (mine["title"], unsure["title"]):
        for name in ("category", "priority", "estimated_duration", "classification"):
            assert found[title][name] == said[title][name], (title, name)
    assert found[fresh["title"]]["category"] == "shopping", "nobody had been there to derive it"
    path = f"/workspaces/{place}/classification/examples"
    examples = good(await person.client.get(path))["items"]
    assert [(one["field"], one["value"]) for one in examples] == [("category", "home")]
