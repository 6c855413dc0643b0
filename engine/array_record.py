"""The base of all records that hold arrays: equal only to itself, and printed in a line.

`==` of two arrays is an array, which is neither true nor false, so that records of arrays are compared by identity (and
can be keys); compare their arrays with `numpy.array_equal`. Printed they show shapes instead of thousands of numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any, ClassVar

import numpy as np

FEW = 6  # entries that are shown one by one
LONGEST = 40  # characters of a word


class ArrayRecord:
    """A record that holds arrays; its dataclass decorator says ``eq=False, repr=False``."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __repr__(self) -> str:
        shown = ", ".join(f"{field.name}={_brief(getattr(self, field.name))}" for field in fields(self))
        return f"{type(self).__name__}({shown})"

    def in_brief(self) -> str:
        """How it is shown within another record."""
        return f"{type(self).__name__}(…)"


def _brief(value: object) -> str:
    """Shapes for arrays, a few entries of what holds others, one level deep."""
    if isinstance(value, ArrayRecord):
        return value.in_brief()
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key!s:.{LONGEST}}: {_brief(one)}" for key, one in list(value.items())[:FEW])
        return f"{{{inside}{', …' if len(value) > FEW else ''}}}"
    if isinstance(value, tuple | list):
        inside = ", ".join(_brief(one) for one in value[:FEW])
        return f"({inside}{f', … {len(value)} in all' if len(value) > FEW else ''})"
    words = repr(value)
    return words if len(words) <= LONGEST else f"{type(value).__name__}(…)"
