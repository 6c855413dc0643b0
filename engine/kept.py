"""What was computed is kept for who asks again, up to a limit of bytes rather than of entries."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import is_dataclass
from functools import wraps
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar, cast

import numpy as np

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Given = ParamSpec("Given")
ENTRY = 200  # bytes of an entry's place


class Kept(Generic[Key, Value]):
    """Values up to a limit of bytes, keys included, the one not asked for longest out first; the last one stays."""

    def __init__(self, limit: float) -> None:
        self.bytes = 0  # of all that is kept
        self._limit = limit
        self._lock = Lock()
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value of `key`, if it is here."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def put(self, key: Key, value: Value) -> Value:
        """Keep `value`, unless there is one already; return the one that is kept."""
        size = bytes_of(key) + bytes_of(value) + ENTRY
        with self._lock:
            if key in self._entries:
                return self._entries[key][0]
            self._entries[key] = value, size
            self.bytes += size
            while self.bytes > self._limit and len(self._entries) > 1:
                _, (_, gone) = self._entries.popitem(last=False)
                self.bytes -= gone
            return value


def kept(limit: float) -> Callable[[Callable[Given, Value]], Callable[Given, Value]]:
    """Decorates a pure function of hashable arguments: what it returned is kept, up to `limit` bytes."""

    def decorate(make: Callable[Given, Value]) -> Callable[Given, Value]:
        entries: Kept[Hashable, Value] = Kept(limit)

        @wraps(make)
        def asked(*args: Given.args, **named: Given.kwargs) -> Value:
            key = (args, tuple(named.items()))
            found = entries.get(key)
            return entries.put(key, make(*args, **named)) if found is None else found

        asked.entries = entries  # type: ignore[attr-defined]  # for who measures it
        return asked

    return decorate


def bytes_of(value: object) -> int:
    """About how much memory `value` takes, with all that it holds; what stands elsewhere says so, as `kept_bytes`."""
    if (kept_bytes := getattr(value, "kept_bytes", None)) is not None:
        return int(kept_bytes)
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    inside: Any = ()
    if isinstance(value, tuple | list):
        inside = value
    elif isinstance(value, dict):
        inside = (*value, *value.values())
    elif is_dataclass(value) and not isinstance(value, type):
        inside = vars(cast(Any, value)).values()
    return sys.getsizeof(value) + sum(map(bytes_of, inside))
