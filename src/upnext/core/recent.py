"""What was used last, as much of it as there is room for."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Values by their keys. When their sizes are more than `most` together, those that were used
    the longest ago are forgotten: the newest too, if it is larger by itself."""

    def __init__(self, most: int, size: Callable[[V], int] = lambda _: 1) -> None:
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._most = most
        self._size = size
        self._sum = 0

    def get(self, key: K) -> V | None:
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V) -> None:
        before = self._values.pop(key, None)
        size = self._size(value)
        self._values[key] = value, size
        self._sum += size - (before[1] if before else 0)
        while self._sum > self._most:
            _, (_, gone) = self._values.popitem(last=False)
            self._sum -= gone

    def __len__(self) -> int:
        return len(self._values)
