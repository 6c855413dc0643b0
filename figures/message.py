"""One message for a component: a JSON header and behind it the arrays it names, as raw little-endian bytes.

Layout: 4 bytes, the header's length n (unsigned, little-endian); n bytes of JSON, padded with spaces so that what
follows starts at a multiple of 8; then each array at its offset, C order, also padded to 8. Bytes reach the
browser without being parsed, and float64 stays float64: what is shown is what was computed.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping

import numpy as np

from engine.arrays import Array

KINDS = {"float64": "f8", "float32": "f4"}


def message(header: Mapping[str, object], arrays: Mapping[str, Array]) -> bytes:
    """Header and arrays in one message; the header gains ``arrays``: {name: {kind, shape, offset}}."""
    places: dict[str, dict[str, object]] = {}
    blocks: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        data = np.ascontiguousarray(array, dtype="<" + KINDS[str(array.dtype)]).tobytes()
        places[name] = {"kind": KINDS[str(array.dtype)], "shape": list(array.shape), "offset": offset}
        data += b"\0" * (-len(data) % 8)
        blocks.append(data)
        offset += len(data)
    text = json.dumps({**header, "arrays": places}, ensure_ascii=False, allow_nan=False).encode()
    text += b" " * (-(len(text) + 4) % 8)
    return struct.pack("<I", len(text)) + text + b"".join(blocks)


def opened(data: bytes) -> tuple[dict[str, object], dict[str, Array]]:
    """A message read back: header and arrays."""
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    arrays = {
        name: np.frombuffer(
            data, "<" + place["kind"], int(np.prod(place["shape"])), 4 + length + place["offset"]
        ).reshape(place["shape"])
        for name, place in header.pop("arrays").items()
    }
    return header, arrays
