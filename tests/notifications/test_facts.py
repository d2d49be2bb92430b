"""Which changes become which facts, and the times of a day: rules without a database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from upnext import manifest
from upnext.notifications import catalog
from upnext.notifications.elsewhere import kind_of
from upnext.notifications.facts import SOURCES, facts_of
from upnext.notifications.models import Channel
from upnext.notifications.quiet import after_quiet, next_digest

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ADA, BOB = uuid4(), uuid4()


@dataclass
class Change:
    type: str
    diff: dict[str, Any] = field(default_factory=dict)
    actor: str = f"user:{ADA}"
    id: UUID = field(default_factory=uuid4)
    workspace_id: UUID = field(default_factory=uuid4)
    resource_id: UUID = field(default_factory=uuid4)
    at: datetime = NOW


SOON = (NOW + timedelta(hours=3)).isoformat()
LATER = (NOW + timedelta(days=3)).isoformat()
PAST = (NOW - timedelta(hours=3)).isoformat()


@pytest.mark.parametrize(
    ("kind", "diff", "events"),
    [
        ("task.created", {"title": (None, "x")}, []),
        ("task.created", {"assignee_ids": (None, [str(BOB)])}, ["task.assigned"]),
        ("task.updated", {"assignee_ids": ([str(BOB)], [])}, []),
        ("task.updated", {"assignee_ids": ([str(ADA)], [str(ADA), str(BOB)])}, ["task.assigned"]),
        ("task.updated", {"due_at": (None, SOON)}, ["task.due_soon"]),
        ("task.updated", {"due_at": (None, LATER)}, []),
        ("task.updated", {"due_at": (None, PAST)}, []),
        ("task.updated", {"due_at": (SOON, None)}, []),
        ("task.completed", {}, ["task.completed"]),
        ("comment.created", {"body": (None, "x")}, []),
        ("comment.created", {"mentions": (None, [str(BOB)])}, ["comment.mentioned"]),
        ("comment.updated", {"mentions": ([str(BOB)], [str(BOB)])}, []),
        ("sla.warned", {"target": (None, "resolution")}, ["sla.warned"]),
        ("sla.breached", {"target": (None, "resolution")}, ["sla.breached"]),
        ("schedule_run.failed", {"user_id": (None, str(ADA))}, ["schedule_run.failed"]),
        ("webhook.disabled", {"user_id": (None, str(ADA))}, ["webhook.disabled"]),
        ("reminder.due", {"user_id": (None, str(ADA)), "text": (None, "x")}, ["reminder.due"]),
        ("rule.notified", {"user_id": (None, str(BOB)), "text": (None, "x")}, ["rule.notified"]),
        ("project.created", {"name": (None, "x")}, []),
    ],
)
def test_what_is_told_of_a_change(kind: str, diff: dict[str, Any], events: list[str]) -> None:
    assert [fact.event for fact in facts_of(Change(kind, diff))] == events


def test_each_event_can_be_told_and_chosen() -> None:
    assert set(manifest.SUBSCRIBERS.after) >= set(SOURCES)
    for event in catalog.CATALOG:
        assert catalog.title_of(event, {})
        assert "{" not in catalog.text_of(event, {"title": "{actor.__class__}"}).replace(
            "{actor.__class__}", ""
        )
    assert set(catalog.effective({})) == set(catalog.CATALOG)
    assert catalog.chosen({"task.assigned": ["email", "pigeon"]}, "task.assigned") == {
        Channel.EMAIL
    }
    assert catalog.chosen({"task.assigned": []}, "task.assigned") == set()


def test_the_same_date_is_one_event_whoever_notices() -> None:
    first, second = Change("task.updated", {"due_at": (None, SOON)}), Change("task.created")
    second.resource_id, second.diff = first.resource_id, first.diff
    assert facts_of(first)[0].key == facts_of(second)[0].key


NIGHT = (22 * 60, 7 * 60)
NOON = (12 * 60, 13 * 60)


@pytest.mark.parametrize(
    ("at", "quiet", "expected"),
    [
        ("2026-05-04T21:59", NIGHT, "2026-05-04T21:59"),
        ("2026-05-04T22:00", NIGHT, "2026-05-05T07:00"),
        ("2026-05-05T06:59", NIGHT, "2026-05-05T07:00"),
        ("2026-05-05T07:00", NIGHT, "2026-05-05T07:00"),
        ("2026-05-04T12:30", NOON, "2026-05-04T13:00"),
        ("2026-05-04T13:00", NOON, "2026-05-04T13:00"),
        ("2026-05-04T12:30", (None, None), "2026-05-04T12:30"),
        ("2026-05-04T12:30", (60, 60), "2026-05-04T12:30"),
        # The night of the change: the clock goes from 2:00 to 3:00, and 7:00 is 5:00 UTC.
        ("2026-03-28T23:00", NIGHT, "2026-03-29T07:00"),
    ],
)
def test_nobody_is_woken(at: str, quiet: tuple[int | None, int | None], expected: str) -> None:
    zone = "Europe/Berlin"
    there = ZoneInfo(zone)
    now = datetime.fromisoformat(at).replace(tzinfo=there).astimezone(UTC)
    wanted = datetime.fromisoformat(expected).replace(tzinfo=there).astimezone(UTC)
    assert after_quiet(now, zone, quiet) == wanted


def test_a_digest_comes_by_the_clock_of_its_reader() -> None:
    berlin = "Europe/Berlin"
    assert next_digest(NOW, berlin, 7) == datetime(2026, 5, 5, 5, 0, tzinfo=UTC)
    assert next_digest(NOW, berlin, 15) == datetime(2026, 5, 4, 13, 0, tzinfo=UTC)
    # 2:00 is not there on that day: it comes right after the gap.
    gap = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert next_digest(gap, berlin, 2) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "mailto://user:pass@example.org",
        "syslog://",
        "dbus://",
        "mqtt://10.0.0.1",
        "discord://1234567890/abcdefghij?template=/etc/passwd",
        "json://example.org?attach=/etc/passwd",
        "json://example.org?VERIFY=no",
        "slack://",
        "nothing",
    ],
)
def test_only_safe_services_are_taken(url: str) -> None:
    with pytest.raises(ValueError, match=r"taken|understand"):
        kind_of(url)
    assert kind_of("jsons://example.org/hook") == "jsons"
