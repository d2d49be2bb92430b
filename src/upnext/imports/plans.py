"""The steps of a run, in their order."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from zoneinfo import ZoneInfo

from upnext.imports.formats.items import Item, Remark
from upnext.imports.formats.registry import FORMATS
from upnext.imports.models import ImportRun
from upnext.imports.ordering import in_order
from upnext.imports.reading import Reading, read, wishes_of
from upnext.tasks.dependencies import MOST_BLOCKERS
from upnext.tasks.filtering.kinds import Fields

PORTION = 200
MOST_EDGES = 100_000

Edge = tuple[Item, str]
"""A task, and the external id of one that it waits for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a run. Made anew from the file, it is always the same.

    The frame is what tasks are put into: projects and boards. It comes first, and is counted by
    positions below zero. Then tasks and their dependencies, what is said about them, and the rest.
    """

    reading: Reading
    items: Sequence[Item]
    level_ends: frozenset[int]
    edges: Sequence[Edge]
    remarks: Sequence[Remark]
    zone: str
    fields: Fields = field(default_factory=dict)
    """What the filters of this server can speak of."""

    @property
    def frame(self) -> Sequence[str]:
        return list(self.reading.projects)

    @property
    def steps(self) -> int:
        """How many there are behind the frame."""
        read = self.reading
        rest = len(read.talks) + len(read.spent) + len(read.goals) + len(read.besides)
        return len(self.items) + len(self.edges) + rest

    def portion(self, position: int) -> Sequence[Item]:
        """The next items, none of which lies below another of them."""
        ends = (end for end in range(position + 1, position + PORTION) if end in self.level_ends)
        return self.items[position : next(ends, position + PORTION)]


def plan_of(data: bytes, run: ImportRun, zone: str, taken: Collection[str] = ()) -> Plan:
    """Raises FormatError for a file that cannot be read."""
    wishes = wishes_of(run.options, ZoneInfo(zone))
    kind, source = FORMATS[run.format], run.options["source"]
    reading = read(data, kind, wishes, source=source, taken=taken)
    levels, remarks = in_order(reading.items)
    items = [item for level in levels for item in level]
    each = ((item, key) for item in items for key in item.after[:MOST_BLOCKERS])
    edges = [] if run.options["dry_run"] else list(islice(each, MOST_EDGES))
    if len(edges) < sum(len(item.after) for item in items) and not run.options["dry_run"]:
        remarks.append(
            Remark("There are more dependencies than tasks can have; some are left out.")
        )
    return Plan(reading, items, frozenset(_ends(levels)), edges, remarks, zone)


def _ends(levels: Sequence[Sequence[Item]]) -> Iterator[int]:
    end = 0
    for level in levels:
        end += len(level)
        yield end
