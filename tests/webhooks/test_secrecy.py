"""What is hidden from somebody does not come to them by a webhook either."""

from datetime import timedelta
from typing import Any

from tests.kit.app import good, refused
from tests.webhooks.receiving import Receiver, deliveries, send_later, work
from tests.workspaces.teams import Team
from upnext.core.runtime import Runtime

Json = Any  # what the API answers


async def hook(team: Team, by: str, url: str, **more: object) -> Json:
    body = {"url": url, "events": ["*"], "workspace_id": team.workspace_id, **more}
    return good(await team[by].client.post("/webhooks", json=body))


async def add(team: Team, by: str, project_id: str, title: str) -> Json:
    body = {"title": title, "project_id": project_id}
    return good(await team[by].client.post("/tasks", json=body))


def titles(receiver: Receiver) -> list[str]:
    return [one.event["data"]["title"] for one in receiver.got if "title" in one.event["data"]]


async def test_a_private_project_is_for_who_sees_it(
    team: Team, receiver: Receiver, runtime: Runtime
) -> None:
    """The manager is no member of the private project; the owner sees everything."""
    private, public = await team.project(private=True), await team.project()
    await hook(team, "manager", receiver.url)
    await add(team, "owner", private, "secret")
    await add(team, "owner", public, "known")
    await work(runtime)
    assert titles(receiver) == ["known"]
    assert "secret" not in str([one.body for one in receiver.got])


async def test_nobody_takes_over_what_they_do_not_see(
    team: Team, receiver: Receiver, runtime: Runtime
) -> None:
    """A manager who turns the owner's webhook to their own server gets what managers see."""
    private = await team.project(private=True)
    made = await hook(team, "owner", "https://owner.example.org/")
    path = f"/webhooks/{made['id']}"
    good(await team["manager"].client.patch(path, json={"url": receiver.url}))
    await add(team, "owner", private, "secret")
    await work(runtime)
    assert receiver.got == [] or titles(receiver) == []


async def test_the_log_hides_what_its_reader_does_not_see(
    team: Team, receiver: Receiver, runtime: Runtime
) -> None:
    private = await team.project(private=True)
    made = await hook(team, "owner", receiver.url)
    await add(team, "owner", private, "secret")
    await work(runtime)
    assert titles(receiver) == ["secret"]
    found = await deliveries(team.owner, made, type="task.created")
    assert len(found) == 1
    assert await deliveries(team["manager"], made, type="task.created") == []
    path = f"/webhooks/{made['id']}/deliveries/{found[0]['id']}"
    refused(await team["manager"].client.get(path), 404)
    refused(await team["manager"].client.post(f"{path}/replay"), 404)


async def test_what_became_hidden_is_not_sent_any_more(
    team: Team, receiver: Receiver, runtime: Runtime
) -> None:
    project = await team.project()
    made = await hook(team, "manager", receiver.url, events=["task.created"])
    receiver.replies = [500]
    await add(team, "owner", project, "soon secret")
    await work(runtime)
    good(await team.owner.client.patch(f"/projects/{project}", json={"private": True}))
    await send_later(runtime, made, timedelta(minutes=1))
    assert len(receiver.got) == 1
    (state,) = (await team.owner.client.get(f"/webhooks/{made['id']}/deliveries")).json()["items"]
    assert state["state"] == "skipped"


async def test_who_leaves_takes_the_webhook_along(
    team: Team, receiver: Receiver, runtime: Runtime
) -> None:
    made = await hook(team, "manager", receiver.url, events=["task.created"])
    project = await team.project()
    member = team.path("members", team["manager"].id)
    good(await team.owner.client.patch(member, json={"role": "member"}))
    await add(team, "owner", project, "for managers")
    await work(runtime)
    assert receiver.got == []
    read = good(await team.owner.client.get(f"/webhooks/{made['id']}"))
    assert (read["enabled"], read["disabled"]) == (False, "owner_gone")
    # Somebody else takes it over by switching it on.
    back = {"enabled": True}
    read = good(await team.owner.client.patch(f"/webhooks/{made['id']}", json=back))
    assert (read["enabled"], read["owner_id"]) == (True, team.owner.id)
    await add(team, "owner", project, "for owners")
    await work(runtime)
    assert titles(receiver) == ["for owners"]
    good(await team.owner.client.patch(member, json={"role": "manager"}))


async def test_a_filter_whose_names_are_gone_switches_it_off(
    team: Team, receiver: Receiver, runtime: Runtime
) -> None:
    project = await team.project(name="Short lived")
    made = await hook(team, "owner", receiver.url, filter='project = "Short lived"')
    await work(runtime)
    good(await team.owner.client.patch(f"/projects/{project}", json={"name": "Long lived"}))
    await add(team, "owner", project, "unknown")
    await work(runtime)
    read = good(await team.owner.client.get(f"/webhooks/{made['id']}"))
    assert (read["enabled"], read["disabled"]) == (False, "bad_filter")


async def test_tokens_make_no_webhooks(team: Team) -> None:
    """One would send on after the token is revoked, and what its scopes do not allow to read."""
    body = {"name": "robot", "scopes": ["webhooks:read", "webhooks:write"]}
    token = good(await team.owner.client.post("/auth/tokens", json=body))
    robot = {"Authorization": f"Bearer {token['token']}"}
    client = team.outsider.client
    data = {"url": "https://a.example.org", "events": ["*"], "workspace_id": team.workspace_id}
    refused(await client.post("/webhooks", json=data, headers=robot), 403)
    made = await hook(team, "owner", "https://a.example.org")
    path = f"/webhooks/{made['id']}"
    refused(await client.patch(path, json={"url": "https://b.example"}, headers=robot), 403)
    refused(await client.post(f"{path}/rotate", headers=robot), 403)
    good(await client.get(path, headers=robot))
    good(await client.delete(path, headers=robot))
