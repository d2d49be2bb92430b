"""The action `webhook` of rules: signed calls, each a job of its own, told in the log."""

from datetime import UTC, datetime
from uuid import UUID

import orjson
from sqlalchemy import update
from standardwebhooks import Webhook as Oracle

from tests.automation.office import Office
from tests.automation.test_rules import new_task, rule, runs
from tests.kit.app import good, refused
from tests.webhooks.receiving import Receiver, receiving
from upnext.automation.models import Rule

SECRET_PATH = "/in?token=s3cret-of-theirs"


def calling(receiver: Receiver, **payload: object) -> list[dict[str, object]]:
    url = f"http://127.0.0.1:{receiver.port}{SECRET_PATH}"
    return [
        {"type": "set", "fields": {"priority": "high"}},
        {"type": "webhook", "url": url, "payload": payload},
    ]


async def test_a_call_is_signed_sent_once_and_told_in_the_log(office: Office) -> None:
    person = await office.join()
    async with receiving() as receiver:
        receiver.open.set()
        made = await rule(person, actions=calling(receiver, text="{{key}}: {{title}}", n=2))
        told = good(await person.client.post(f"/rules/{made['id']}/rotate"))
        assert told["public_key"] != made["public_key"]
        task = await new_task(person, "It broke")
        await office.settle()
        await office.settle()
    [sent] = receiver.got
    # The oracle's `verify` asks today's clock; the office has its own.
    at = datetime.fromtimestamp(int(sent.headers["webhook-timestamp"]), UTC)
    signed = Oracle(told["secret"]).sign(sent.headers["webhook-id"], at, sent.body.decode())
    assert signed in sent.headers["webhook-signature"].split()
    body = sent.event
    assert (body["type"], body["event"]) == ("rule.called", "task.created")
    assert body["payload"] == {"text": f"{task['key']}: It broke", "n": 2}
    assert (body["task"]["id"], body["task"]["priority"]) == (task["id"], "high")
    assert body["changes"] == {"priority": {"before": "medium", "after": "high"}}
    # Both secrets sign for a day.
    assert len(sent.headers["webhook-signature"].split()) == 4
    [run] = await runs(person, made)
    assert sent.headers["webhook-id"] == f"rule_{run['id']}_1"
    [entry] = run["changes"]["besides"]
    assert (entry["state"], entry["status"], entry["answer"]) == ("completed", 200, "said")
    assert "s3cret" not in orjson.dumps(run).decode()


async def test_tried_it_shows_what_would_be_sent_and_sends_nothing(office: Office) -> None:
    person = await office.join()
    task = await new_task(person, "It broke")
    await office.settle()
    async with receiving() as receiver:
        receiver.open.set()
        made = await rule(person, actions=calling(receiver, text="{{title}}"))
        trial = good(await person.client.post(f"/rules/{made['id']}/dry-run", json={}))
        await office.settle()
    assert receiver.got == []
    [would] = trial["results"][0]["then"]
    assert would["post"].endswith(SECRET_PATH)
    assert would["body"]["payload"] == {"text": "It broke"}
    assert would["body"]["task"]["key"] == task["key"]


async def test_what_is_refused_is_told_and_what_breaks_is_tried_again(office: Office) -> None:
    person = await office.join()
    async with receiving() as receiver:
        receiver.open.set()
        receiver.replies += [404, 503, 200]
        made = await rule(person, actions=calling(receiver))
        task = await new_task(person)
        await office.settle()
        [failed] = await runs(person, made)
        assert (failed["state"], failed["changes"]["besides"][0]["state"]) == ("failed", "failed")
        assert "404" in failed["error"]
        # What it did to the task stays done.
        assert good(await person.client.get(f"/tasks/{task['id']}"))["priority"] == "high"
        await new_task(person)
        await office.settle()
        waiting, _ = await runs(person, made)
        assert (waiting["state"], waiting["changes"]["besides"][0]["state"]) == (
            "completed",
            "pending",
        )
        assert "503" in waiting["changes"]["besides"][0]["error"]
        await office.wait(minutes=1)
        ended, _ = await runs(person, made)
    [entry] = ended["changes"]["besides"]
    assert (entry["state"], entry["attempts"], entry["error"]) == ("completed", 2, None)
    ids = [each.headers["webhook-id"] for each in receiver.got]
    assert (len(set(ids)), ids[1]) == (2, ids[2])


async def test_an_address_is_for_those_who_manage(office: Office) -> None:
    boss, member, place, _ = await office.team()
    action = {"type": "webhook", "url": "https://hooks.example.org/in?token=s3cret"}
    made = await rule(boss, workspace_id=place, actions=[action])
    path = f"/rules/{made['id']}"
    assert good(await boss.client.get(path))["actions"][0]["url"] == action["url"]
    assert good(await member.client.get(path))["actions"][0]["url"] == "https://hooks.example.org"
    changed = [{**action, "url": f"{action['url']}2"}]
    good(await boss.client.patch(path, json={"actions": changed}))
    assert "s3cret" not in str([each.diff for each in await office.changes("rule.updated")])
    refused(await member.client.post(f"{path}/rotate"), 403)


async def test_what_can_no_more_be_signed_is_not_sent(office: Office) -> None:
    """As after a restore without the keys of the instance."""
    person = await office.join()
    async with receiving() as receiver:
        made = await rule(person, actions=calling(receiver))
        lost = office.runtime.keys.encrypt("rule", b"x" * 64, bound_to=b"another")
        async with office.runtime.db.writer.begin() as connection:
            this = Rule.id == UUID(made["id"])
            await connection.execute(update(Rule).where(this).values(keys=lost))
        await new_task(person)
        await office.settle()
        [run] = await runs(person, made)
        assert (run["state"], "rotate" in run["error"]) == ("failed", True)
        assert receiver.got == []
        good(await person.client.post(f"/rules/{made['id']}/rotate"))
        await new_task(person)
        await office.settle()
    # The one before is as unreadable for the day that it counts: it is not among the signatures.
    assert len(receiver.got) == 1
