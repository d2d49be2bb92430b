"""Parents before their children, in one project with them, and never deeper than tasks may nest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from upnext.imports.formats.items import Item, Remark, plural
from upnext.tasks.hierarchy import DEEPEST


def in_order(items: Sequence[Item]) -> tuple[list[list[Item]], list[Remark]]:
    """Levels of the hierarchy: all roots first, then what lies directly below them, and so on.

    A parent that is not in the file is kept: an earlier import may have brought it.
    """
    remarks: list[Remark] = []
    by_id = {item.external_id: item for item in reversed(items)}
    paths = _Paths(by_id)
    levels: dict[int, list[Item]] = {}
    flattened = 0
    for item in items:
        above = paths.above(item)
        if above is None:
            detail = f"“{item.title}” lies below itself there; it is imported without a parent"
            remarks.append(Remark(detail, item.line))
        flattened += len(above or ()) >= DEEPEST
        placed = _placed(item, (above or [])[: DEEPEST - 1], by_id)
        levels.setdefault(len((above or [])[: DEEPEST - 1]), []).append(placed)
    if flattened:
        told = plural(flattened, "task lies", "tasks lie")
        remarks.append(Remark(f"{told} deeper than {DEEPEST} levels and moved up."))
    return [levels[depth] for depth in sorted(levels)], remarks


def _placed(item: Item, above: Sequence[Item], by_id: Mapping[str | None, Item]) -> Item:
    if above:
        return replace(item, parent=above[-1].external_id, project=above[0].project)
    return replace(item, parent=None) if item.parent in by_id else item


class _Paths:
    """The way from a root down to each item, remembered, so that a long chain costs no square."""

    def __init__(self, by_id: Mapping[str | None, Item]) -> None:
        self._by_id = by_id
        self._known: dict[str | None, list[Item] | None] = {}

    def above(self, item: Item) -> list[Item] | None:
        """Root first; None in a circle. No longer than tasks may nest, plus one."""
        climbed: list[Item] = []
        seen: dict[str | None, int] = {}
        here: Item | None = item
        while here is not None and here.external_id not in self._known:
            if here.external_id in seen:
                start = seen[here.external_id]
                self._known |= {each.external_id: None for each in climbed[start:]}
                del climbed[start:]
                break
            seen[here.external_id] = len(climbed)
            climbed.append(here)
            here = self._by_id.get(here.parent) if here.parent else None
        path = self._below(here)
        for each in reversed(climbed):
            self._known[each.external_id] = path
            path = [*path, each][: DEEPEST + 1]
        return self._known[item.external_id]

    def _below(self, parent: Item | None) -> list[Item]:
        """The path to what lies directly below `parent`; below a circle it begins anew."""
        if parent is None:
            return []
        return [*(self._known[parent.external_id] or []), parent][: DEEPEST + 1]
