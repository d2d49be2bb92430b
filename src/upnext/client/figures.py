"""Statistics on a terminal: sentences, and bars in proportion."""

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.text import Text

from upnext.client import durations
from upnext.client.counts import Stats, Times
from upnext.client.grids import Column, grid
from upnext.client.printable import line
from upnext.client.terminal import Terminal

_BAR = 24
_MOST = 8
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_MINUTE, _DAY = 60, 86_400
_MANY_DAYS = 2


def parts(terminal: Terminal, stats: Stats) -> Iterator[RenderableType]:
    """Everything, from the whole to the parts."""
    yield _totals(stats)
    yield Text()
    for header, counts in (
        ("Status", stats["by_status"]),
        ("Priority", dict(reversed(stats["by_priority"].items()))),
        ("Category", stats["by_category"]),
        ("Tag", stats["by_tag"]),
    ):
        shown = {name: count for name, count in counts.items() if count}
        if shown:
            yield from _bars(terminal, header, shown)
    yield from _throughput(terminal, stats)
    yield Text(f"Lead time   {_times(stats['lead_time'])}")
    yield Text(f"Cycle time  {_times(stats['cycle_time'])}")


def _totals(stats: Stats) -> Text:
    text = Text(f"{stats['total']:,} tasks: {stats['open']:,} open, ")
    text.append(f"{stats['completed']:,} done")
    if stats["completion_rate"] is not None:
        text.append(f" ({100 * stats['completion_rate']:.0f} %)")
    text.append(f", {stats['cancelled']:,} cancelled")
    if stats["overdue"]:
        text.append(f"; {stats['overdue']:,} overdue", style="red")
    return text.append(f"; {stats['blocked']:,} waiting") if stats["blocked"] else text


def _bars(terminal: Terminal, header: str, counts: Mapping[str, int]) -> Iterator[RenderableType]:
    most = max(counts.values())
    columns = [
        Column(header=header, long=True),
        Column(header="Tasks", justify="right"),
        Column(header="", style="cyan"),
    ]
    first = list(counts.items())[:_MOST]
    rows = [[line(name), f"{count:,}", _bar(count, most)] for name, count in first]
    yield grid(terminal, columns, rows)
    yield Text()


def _throughput(terminal: Terminal, stats: Stats) -> Iterator[RenderableType]:
    """What happened in each interval, without the quiet ones before the first."""
    items = stats["throughput"]["items"]
    busy = [at for at, item in enumerate(items) if item["created"] or item["completed"]]
    if not busy:
        return
    most = max(item["completed"] for item in items) or 1
    columns = [
        Column(header=stats["throughput"]["interval"].capitalize()),
        Column(header="Made", justify="right"),
        Column(header="Done", justify="right"),
        Column(header="", style="green"),
    ]
    rows = [
        [one["start"], str(one["created"]), str(one["completed"]), _bar(one["completed"], most)]
        for one in items[busy[0] :]
    ]
    yield grid(terminal, columns, rows)
    yield Text()


def _bar(count: int, most: int) -> str:
    eighths = round(_BAR * 8 * count / most)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def _times(times: Times) -> str:
    median, p85, mean = times["median_seconds"], times["p85_seconds"], times["mean_seconds"]
    if median is None or p85 is None or mean is None:
        return "nothing was completed"
    half, most, usual = _time(median), _time(p85), _time(mean)
    return f"half within {half}, 85 % within {most}, {usual} on average ({times['count']:,} tasks)"


def _time(seconds: int) -> str:
    if seconds >= _MANY_DAYS * _DAY:
        return f"{seconds / _DAY:.1f} days"
    if seconds < _MINUTE:
        return f"{seconds} s"
    return durations.show(round(seconds / _MINUTE))
