"""From a change to a receiver: what arrives, in which order, and what becomes of refusals."""

import asyncio
import base64
from datetime import timedelta

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook as Oracle

from tests.kit.app import Person, good, max_queries, refused, seal
from tests.webhooks.receiving import (
    Receiver,
    as_attempt,
    deliveries,
    details,
    later,
    make,
    receiving,
    send_later,
    task,
    work,
)
from upnext import manifest
from upnext.core.jobs import background
from upnext.core.jobs.models import Job, JobState
from upnext.core.runtime import Runtime
from upnext.webhooks.jobs import TIDY, tidy
from upnext.webhooks.sending import CONTEXT

DAYS = timedelta(days=1)


async def test_a_change_arrives_signed(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    webhook = await make(person, receiver.url, "task.*")
    made = await task(person, "Grüße")
    good(await person.client.patch(f"/tasks/{made['id']}", json={"title": "Gruß"}))
    await work(runtime)
    assert receiver.types == ["task.created", "task.updated"]
    first, second = receiver.got
    for one in receiver.got:
        assert Oracle(webhook["secret"]).verify(one.body, one.headers) == one.event
        assert one.headers["content-type"] == "application/json"
        assert one.headers["webhook-id"] == one.event["id"]
    assert first.event["previous"] is None
    assert first.event["data"]["title"] == "Grüße"
    assert (second.event["previous"]["title"], second.event["data"]["title"]) == ("Grüße", "Gruß")
    assert first.event["seq"] < second.event["seq"]
    assert second.event["resource"] == {"type": "task", "id": made["id"], "version": 2}
    assert second.event["actor"] == {"type": "user", "id": person.id}
    assert second.event["project_id"] == person.inbox_id


async def test_the_log_has_request_answer_and_time(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    webhook = await make(person, receiver.url, "task.created")
    receiver.replies = [500]
    await task(person)
    await work(runtime)
    await send_later(runtime, webhook, timedelta(seconds=10))
    (one,) = await deliveries(person, webhook)
    assert (one["state"], one["attempts"], one["last_status"]) == ("delivered", 2, 200)
    found = await details(person, webhook, one)
    assert found["request_body"] == receiver.got[0].event == receiver.got[1].event
    good_one, bad_one = found["log"]
    assert (good_one["status"], good_one["error"]) == (200, None)
    assert (bad_one["status"], bad_one["error"]) == (500, "status")
    assert bad_one["response_body"] == "said"
    assert bad_one["response_headers"]["x-from"] == "receiver"
    assert bad_one["duration_ms"] >= 0
    ids = {one.headers["webhook-id"] for one in receiver.got}
    assert ids == {one["event_id"]}


async def test_only_what_was_asked_for(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    other = good(await person.client.post("/projects", json={"name": "Other", "key": "OTHR"}))
    await make(person, receiver.url, "task.created", "goal.*", project_id=person.inbox_id)
    made = await task(person, "here")
    await task(person, "there", project_id=other["id"])
    good(await person.client.patch(f"/tasks/{made['id']}", json={"title": "updated"}))
    await work(runtime)
    assert [one.event["data"]["title"] for one in receiver.got] == ["here"]


async def test_a_filter_asks_for_tasks(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    await make(person, receiver.url, "*", filter="tag = urgent")
    plain = await task(person, "plain")
    urgent = await task(person, "urgent", tags=["urgent"])
    for one in (plain, urgent):
        body = {"body": f"about {one['title']}"}
        good(await person.client.post(f"/tasks/{one['id']}/comments", json=body))
    await work(runtime)
    assert receiver.types == ["task.created", "comment.created"]
    assert {one.event["data"].get("title") for one in receiver.got} == {"urgent", None}


async def test_what_happens_to_one_thing_stays_in_order(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    """A refusal holds up what happened to the same thing later, and nothing else."""
    webhook = await make(person, receiver.url, "task.*")
    receiver.replies = [500]
    held = await task(person, "held")
    await work(runtime)
    good(await person.client.patch(f"/tasks/{held['id']}", json={"title": "held twice"}))
    await task(person, "other")
    await work(runtime)
    assert [one.event["data"]["title"] for one in receiver.got] == ["held", "other"]
    await send_later(runtime, webhook, timedelta(seconds=10))
    assert [one.event["data"]["title"] for one in receiver.got[2:]] == ["held", "held twice"]


async def test_no_more_than_a_few_at_a_time(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    await make(person, receiver.url, "task.created")
    for number in range(9):
        await task(person, str(number))
    receiver.open.clear()
    working = asyncio.create_task(work(runtime))
    async with asyncio.timeout(10):
        await receiver.until(4)
    receiver.open.set()
    await working
    assert receiver.most_at_once == 4
    assert sorted(one.event["data"]["title"] for one in receiver.got) == list("012345678")


async def test_gone_is_gone(person: Person, receiver: Receiver, runtime: Runtime) -> None:
    webhook = await make(person, receiver.url, "task.created")
    receiver.replies = [410]
    await task(person)
    await work(runtime)
    read = good(await person.client.get(f"/webhooks/{webhook['id']}"))
    assert (read["enabled"], read["disabled"]) == (False, "gone")
    await task(person)
    await work(runtime)
    assert len(receiver.got) == 1
    # Its end is in the log, for whoever looks after the workspace.
    log = good(await person.client.get(f"/audit?workspace_id={person.workspace_id}"))["items"]
    (told,) = [one for one in log if one["type"] == "webhook.disabled"]
    assert person.id in str(told)
    path = f"/webhooks/{webhook['id']}"
    refused(await person.client.post(f"{path}/test"), 409, "webhook_disabled")


async def test_after_days_without_success_it_is_switched_off(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    webhook = await make(person, receiver.url, "task.created")
    receiver.replies = [500] * 20
    await task(person)
    await work(runtime)
    for days in (1, 2, 3, 4):
        await send_later(runtime, webhook, days * DAYS)
    read = good(await person.client.get(f"/webhooks/{webhook['id']}"))
    assert (read["disabled"], read["failures"]) == ("failing", 4)
    (one,) = await deliveries(person, webhook)
    assert (one["state"], one["last_error"]) == ("failed", "disabled")
    assert len(receiver.got) == 4


async def test_it_is_tried_ten_times(
    person: Person, receiver: Receiver, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upnext.webhooks.sending.GIVEN_UP_AFTER", 100 * DAYS)
    webhook = await make(person, receiver.url, "task.created")
    receiver.replies = [500] * 20
    await task(person)
    await work(runtime)
    for days in range(1, 14):
        await send_later(runtime, webhook, 2 * days * DAYS)
    (one,) = await deliveries(person, webhook)
    assert (one["state"], one["attempts"], one["next_at"]) == ("failed", 10, None)
    assert len(receiver.got) == 10


async def test_it_waits_as_long_as_the_receiver_asks(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    webhook = await make(person, receiver.url, "task.created")
    receiver.replies = [(429, {"Retry-After": "600"})]
    await task(person, "asked to wait")
    await work(runtime)
    await task(person, "comes later")
    await work(runtime)
    await send_later(runtime, webhook, timedelta(seconds=500))
    assert len(receiver.got) == 1
    await send_later(runtime, webhook, timedelta(seconds=610))
    assert len(receiver.got) == 3


async def test_an_endpoint_that_fails_rests(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    """Five failures in a row, and then one probe at a time: what waits is not used up."""
    webhook = await make(person, receiver.url, "task.created")
    receiver.replies = [500] * 100
    for number in range(12):
        await task(person, str(number))
    await work(runtime)
    # Two rounds of four: the second one saw that five had failed.
    assert len(receiver.got) == 8
    await send_later(runtime, webhook, timedelta(hours=1))
    assert len(receiver.got) == 9
    receiver.replies = []
    await send_later(runtime, webhook, timedelta(hours=2))
    assert {one["state"] for one in await deliveries(person, webhook)} == {"delivered"}


async def test_a_redirect_is_a_refusal(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    async with receiving() as inner:
        webhook = await make(person, receiver.url, "task.created")
        receiver.replies = [(307, {"Location": inner.url})]
        await task(person)
        await work(runtime)
        assert inner.got == []
    (one,) = await deliveries(person, webhook)
    assert (one["state"], one["last_status"], one["last_error"]) == ("pending", 307, "status")


async def test_rotation_signs_with_both_for_a_day(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    old = await make(person, receiver.url, "task.created")
    new = good(await person.client.post(f"/webhooks/{old['id']}/rotate"))
    await task(person)
    await work(runtime)
    for secret in (old["secret"], new["secret"]):
        Oracle(secret).verify(receiver.got[0].body, receiver.got[0].headers)
    receiver.replies = [500]
    await task(person)
    await work(runtime)
    await send_later(runtime, old, timedelta(hours=25))
    signatures = receiver.got[-1].headers["webhook-signature"].split()
    assert [one.partition(",")[0] for one in signatures] == ["v1", "v1a"]
    assert all(base64.b64decode(one.partition(",")[2]) for one in signatures)


async def test_a_test_is_sent_at_once(person: Person, receiver: Receiver, runtime: Runtime) -> None:
    webhook = await make(person, receiver.url, "goal.created")
    sent = good(await person.client.post(f"/webhooks/{webhook['id']}/test"))
    await work(runtime)
    assert receiver.types == ["webhook.test"]
    assert receiver.got[0].headers["webhook-id"] == sent["event_id"]
    Oracle(webhook["secret"]).verify(receiver.got[0].body, receiver.got[0].headers)


class TestReplay:
    async def test_one(self, person: Person, receiver: Receiver, runtime: Runtime) -> None:
        webhook = await make(person, receiver.url, "task.created")
        await task(person)
        await work(runtime)
        (one,) = await deliveries(person, webhook)
        path = f"/webhooks/{webhook['id']}/deliveries/{one['id']}/replay"
        assert good(await person.client.post(path))["state"] == "pending"
        await work(runtime)
        first, second = receiver.got
        assert first.body == second.body
        assert first.headers["webhook-id"] == second.headers["webhook-id"]

    async def test_what_happened_while_it_was_off(
        self, person: Person, receiver: Receiver, runtime: Runtime
    ) -> None:
        webhook = await make(person, receiver.url, "task.created")
        path = f"/webhooks/{webhook['id']}"
        await task(person, "arrived")
        await work(runtime)
        good(await person.client.patch(path, json={"enabled": False}))
        await task(person, "missed")
        await work(runtime)
        good(await person.client.patch(path, json={"enabled": True}))
        await work(runtime)
        assert len(receiver.got) == 1
        since = {"since": webhook["created_at"]}
        good(await person.client.post(f"{path}/replay", json=since))
        await work(runtime)
        titles = [one.event["data"]["title"] for one in receiver.got]
        assert titles == ["arrived", "missed"]
        everything = {**since, "failed_only": False}
        good(await person.client.post(f"{path}/replay", json=everything))
        await work(runtime)
        titles = [one.event["data"]["title"] for one in receiver.got[2:]]
        assert sorted(titles) == ["arrived", "missed"]

    async def test_no_time_that_is_to_come(self, person: Person, receiver: Receiver) -> None:
        webhook = await make(person, receiver.url)
        path = f"/webhooks/{webhook['id']}/replay"
        body = {"since": "2999-01-01T00:00:00Z"}
        refused(await person.client.post(path, json=body), 422, "in_the_future")


async def test_nobody_there_is_told_and_tried_again(person: Person, runtime: Runtime) -> None:
    async with receiving() as found:
        url = found.url
    webhook = await make(person, url, "task.created")
    await task(person)
    await work(runtime)
    (one,) = await deliveries(person, webhook)
    assert (one["state"], one["last_status"], one["last_error"]) == ("pending", None, "connect")


async def test_a_slow_receiver_holds_up_nobody_else(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    receiver.open.clear()
    slow = [await make(person, receiver.url, "task.created") for _ in range(8)]
    async with receiving() as quick:
        await make(person, quick.url, "task.created")
        await task(person)
        working = asyncio.create_task(work(runtime))
        async with asyncio.timeout(15):
            await receiver.until(len(slow))
            await quick.until(0, got=1)
        receiver.open.set()
        await working


async def test_a_server_sends_by_itself(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    """Sealer, queue and runners together, as a process has them: each wakes the next."""
    await make(person, receiver.url, "task.created")
    wakeups = runtime.workshop.wakeups
    before = wakeups.changes, wakeups.jobs
    async with background(runtime, handlers=manifest.JOBS, schedules=(), run_jobs=True):
        await task(person)
        async with asyncio.timeout(10):
            await receiver.until(0, got=1)
    wakeups.changes, wakeups.jobs = before
    assert receiver.types == ["task.created"]


async def test_what_is_old_is_forgotten_and_what_waits_is_woken(
    person: Person, receiver: Receiver, runtime: Runtime
) -> None:
    webhook = await make(person, receiver.url, "task.created")
    receiver.replies = [200, 500]
    for title in ("arrived", "waits"):
        await task(person, title)
        await work(runtime)
    then = later(runtime, 31 * DAYS)
    attempt = as_attempt(TIDY)
    await then.workshop.run(CONTEXT, lambda session: tidy(session, attempt, 0))
    assert len(await deliveries(person, webhook)) == 2
    await then.workshop.run(CONTEXT, lambda session: tidy(session, attempt, 30))
    (left,) = await deliveries(person, webhook)
    assert left["state"] == "pending"
    async with runtime.db.read() as session:
        keys = await session.scalars(select(Job.dedupe_key).where(Job.state == JobState.PENDING))
        assert f"webhook:{webhook['id']}" in set(keys)


@pytest.mark.each
async def test_without_webhooks_sealing_costs_what_it_did(
    person: Person, runtime: Runtime, receiver: Receiver
) -> None:
    await task(person)
    await seal(runtime)
    await task(person)
    with max_queries(runtime, 100) as without:
        await seal(runtime)
    assert not [one for one in without if "webhook" in one]
    webhook = await make(person, receiver.url, "goal.created")
    await seal(runtime)
    await task(person)
    with max_queries(runtime, 100) as unasked:
        await seal(runtime)
    # One statement, since there is an endpoint; nothing happened that it asks for.
    assert len([one for one in unasked if "webhook" in one]) == 1
    good(await person.client.delete(f"/webhooks/{webhook['id']}"))
    await seal(runtime)
    await task(person)
    with max_queries(runtime, 100) as again:
        await seal(runtime)
    assert not [one for one in again if "webhook" in one]
