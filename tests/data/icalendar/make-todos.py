"""Writes todos.ics with the icalendar library: `python make-todos.py > todos.ics`."""

import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Todo

BERLIN = ZoneInfo("Europe/Berlin")


def todo(uid: str, summary: str, **properties: object) -> Todo:
    made = Todo()
    made.add("uid", uid)
    made.add("summary", summary)
    made.add("dtstamp", datetime(2026, 11, 21, 8, tzinfo=UTC))
    for name, value in properties.items():
        made.add(name.replace("_", "-"), value)
    return made


calendar = Calendar()
calendar.add("prodid", "-//example.com//todos//EN")
calendar.add("version", "2.0")
calendar.add("x-wr-calname", "House")
roof = todo(
    "roof-1@example.com",
    "Mend the roof",
    description="Before it snows;\nask Zoë, she has a ladder",
    due=datetime(2026, 12, 4, 17, tzinfo=BERLIN),
    dtstart=datetime(2026, 12, 1, 8, tzinfo=BERLIN),
    priority=1,
    status="IN-PROCESS",
    categories=["roof", "Zoë, and more"],
    location="Attic",
    created=datetime(2026, 11, 1, 9, tzinfo=UTC),
    attendee="mailto:zoe@example.com",
    rrule={"freq": "yearly", "interval": 2, "bymonth": 12},
)
alarm = Alarm()
alarm.add("action", "DISPLAY")
alarm.add("description", "roof")
alarm.add("trigger", timedelta(hours=-1))
roof.add_component(alarm)
tiles = todo("tiles-1@example.com", "Order tiles", due=date(2026, 12, 2), priority=5)
tiles.add("related-to", "roof-1@example.com")
done = todo("paint-1@example.com", "Paint", status="COMPLETED", percent_complete=100,
            completed=datetime(2026, 11, 20, 10, tzinfo=UTC), priority=9)  # fmt: skip
half = todo("sweep-1@example.com", "Sweep", percent_complete=40, priority=0)
half.add("related-to", "tiles-1@example.com", parameters={"reltype": "DEPENDS-ON"})
floating = todo("call-1@example.com", "Call", due=datetime(2026, 12, 4, 9))  # noqa: DTZ001  (floating, on purpose)
meeting = Event()
meeting.add("uid", "e@example.com")
meeting.add("summary", "Not a task")
meeting.add("dtstart", datetime(2026, 12, 4, 9, tzinfo=UTC))
for each in (roof, tiles, meeting, done, half, floating):
    calendar.add_component(each)
calendar.add_missing_timezones()

if __name__ == "__main__":
    sys.stdout.buffer.write(calendar.to_ical())
