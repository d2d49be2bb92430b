"""Actions that other domains do for schedules: calls, mails, files."""

from sqlalchemy import select

from tests.automation.office import Office
from tests.kit.app import good, refused
from tests.webhooks.receiving import receiving
from upnext.core.jobs.models import Job
from upnext.identity import accounts

MINUTELY = {"cron": "* * * * *", "timezone": "UTC"}


async def test_a_webhook_is_called_once_for_each_run(office: Office) -> None:
    person = await office.join()
    async with receiving() as receiver:
        receiver.open.set()
        receiver.replies += [200, 404]
        url = f"http://127.0.0.1:{receiver.port}/in"
        action = {"type": "webhook", "url": url, "payload": {"room": "4", "n": 2, "on": True}}
        schedule = await office.schedule(person, action=action, **MINUTELY)
        tried = good(await person.client.post(f"/schedules/{schedule['id']}/dry-run"))
        assert receiver.got == []
        assert "room" in str(tried)
        await office.wait(minutes=1)
        await office.wait(minutes=1)
    sent, again = receiver.got
    assert sent.event["payload"] == {"room": "4", "n": 2, "on": True}
    assert sent.event["schedule"] == {"id": schedule["id"], "name": "Plants"}
    failed, completed = await office.runs(person, schedule)
    assert (completed["state"], completed["output"]["status"]) == ("completed", 200)
    assert (failed["state"], failed["attempts"]) == ("failed", 1)
    assert "404" in failed["error"]
    assert sent.headers["webhook-id"] == f"run_{completed['id']}"
    assert again.headers["webhook-id"] == f"run_{failed['id']}"


async def test_who_may_not_manage_may_not_call_and_nothing_private_is_called(
    office: Office,
) -> None:
    _, member, place, _ = await office.team()
    body = {"name": "Call", "workspace_id": place, **MINUTELY}
    action = {"type": "webhook", "url": "https://a.example"}
    refused(await member.client.post("/schedules", json={**body, "action": action}), 403)
    for url in ("ftp://a.example", "https://a.example:22", "https://0x7f.1"):
        wrong = {**body, "workspace_id": None, "action": {**action, "url": url}}
        refused(await member.client.post("/schedules", json=wrong), 422)
    inside = {**body, "action": {**action, "url": "https://10.0.0.1"}, "workspace_id": None}
    schedule = good(await member.client.post("/schedules", json=inside))
    await office.wait(minutes=1)
    [run] = await office.runs(member, schedule)
    assert run["state"] == "failed"
    assert "no public address" in run["error"]


async def test_old_files_go_to_the_trash(office: Office) -> None:
    person = await office.join()
    sent = {"file": ("old.txt", b"old")}
    data = {"project_id": person.inbox_id}
    old = good(await person.client.post("/files", files=sent, data=data))["id"]
    action = {"type": "file_cleanup", "older_than_days": 1}
    schedule = await office.schedule(person, action=action, cron="0 12 * * *", timezone="UTC")
    await office.later(days=2)
    await office.tick()
    refused(await person.client.get(f"/files/{old}"), 404)
    run = (await office.runs(person, schedule))[0]
    assert (run["state"], run["output"]["count"]) == ("completed", 1)


async def test_a_digest_is_mailed(office: Office) -> None:
    person = await office.join()
    good(await person.client.post("/tasks", json={"title": "Read the news"}))
    schedule = await office.schedule(person, action={"type": "digest"}, **MINUTELY)
    await office.wait(minutes=1)
    [run] = await office.runs(person, schedule)
    assert run["state"] == "completed"
    async with office.runtime.db.read() as session:
        kinds = set(await session.scalars(select(Job.kind)))
    assert any("digest" in kind for kind in kinds)


async def test_whoever_runs_the_instance_sees_which_schedules_fail(office: Office) -> None:
    person, admin = await office.join(), await office.join()
    refused(await person.client.get("/admin/schedule-runs"), 403)
    await accounts.promote(office.runtime, admin.email)
    async with receiving() as receiver:
        receiver.replies += [404, 404, 200]
        action = {"type": "webhook", "url": f"http://127.0.0.1:{receiver.port}/in"}
        schedule = await office.schedule(person, action=action, **MINUTELY)
        for _ in range(3):
            await office.wait(minutes=1)
    completed, second, first = await office.runs(person, schedule)
    params: dict[str, str] = {"workspace_id": schedule["workspace_id"], "limit": "1"}
    page = good(await admin.client.get("/admin/schedule-runs", params=params))
    [failed] = page["items"]
    assert (failed["id"], failed["state"]) == (second["id"], "failed")
    assert (failed["schedule_name"], failed["action"]) == ("Plants", "webhook")
    assert failed["email"] == person.email
    rest = {**params, "cursor": page["next_cursor"]}
    page = good(await admin.client.get("/admin/schedule-runs", params=rest))
    assert ([each["id"] for each in page["items"]], page["next_cursor"]) == ([first["id"]], None)
    done = good(
        await admin.client.get("/admin/schedule-runs", params=params | {"state": "completed"})
    )
    assert [each["id"] for each in done["items"]] == [completed["id"]]
