"""One message for a component: a JSON header and behind it the arrays it names, as raw little-endian bytes.

Layout: 4 bytes, the header's length n (unsigned, little-endian); n bytes of JSON, padded with spaces so that what
follows starts at a multiple of 8; then each array at its offset, C order, also padded to 8. Bytes reach the
browser without being parsed, and float64 stays float64: what is shown is what was computed. What is never shown as a
number, only as a colour or a height, may be sent as `Shades`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array

KINDS = {"float64": "f8", "float32": "f4", "uint16": "u2"}
SHADES = 65_535


@dataclass(frozen=True, eq=False, repr=False)
class Shades(ArrayRecord):
    """Numbers that are only drawn, on a scale from `low` to `high`, in 65,536 shades; what lies beyond is at an end."""

    array: Array
    low: float
    high: float


def message(header: Mapping[str, object], arrays: Mapping[str, Array | Shades]) -> bytes:
    """Header and arrays as one message.

    The header gains ``arrays``: {name: {kind, shape, offset}}, and of shades their ends.
    """
    places: dict[str, dict[str, object]] = {}
    blocks: list[bytes] = []
    offset = 0
    for name, given in arrays.items():
        array = _shades(given) if isinstance(given, Shades) else given
        data = np.ascontiguousarray(array, dtype="<" + KINDS[str(array.dtype)]).tobytes()
        places[name] = {"kind": KINDS[str(array.dtype)], "shape": list(array.shape), "offset": offset}
        if isinstance(given, Shades):
            places[name] |= {"low": given.low, "high": given.high}
        data += b"\0" * (-len(data) % 8)
        blocks.append(data)
        offset += len(data)
    text = json.dumps({**header, "arrays": places}, ensure_ascii=False, allow_nan=False).encode()
    text += b" " * (-(len(text) + 4) % 8)
    return struct.pack("<I", len(text)) + text + b"".join(blocks)


def _shades(given: Shades) -> Array:
    share = (np.clip(given.array, given.low, given.high) - given.low) / (given.high - given.low)
    return np.rint(SHADES * share).astype(np.uint16)


def opened(data: bytes) -> tuple[dict[str, object], dict[str, Array]]:
    """A message read back: header and arrays."""
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    arrays = {}
    for name, place in header.pop("arrays").items():
        flat = np.frombuffer(data, "<" + place["kind"], int(np.prod(place["shape"])), 4 + length + place["offset"])
        if "low" in place:
            flat = place["low"] + (place["high"] - place["low"]) / SHADES * flat
        arrays[name] = flat.reshape(place["shape"])
    return header, arrays
