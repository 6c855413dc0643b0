"""safetensors: 8 bytes with the header's length, the header in JSON, then every tensor's bytes.

The package safetensors checks the header against the file: that ranges lie in the file, have the size that shape and
format ask for, and neither overlap nor leave holes. Source: the format's description in the package's documentation.
"""

from __future__ import annotations

import json
from typing import Any

from engine.files.bounds import LONGEST, FileError, package, quoted
from engine.files.tensors import Tensor, of_bytes

KINDS = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}


def read(data: bytes) -> tuple[list[Tensor], dict[str, str]]:
    """The tensors, and what the header says beside them, under "__metadata__".

    Raises:
        FileError: the package is not installed, or the file is damaged.
    """
    deserialize, error_of = (
        getattr(package("safetensors", "a safetensors file"), name) for name in ("deserialize", "SafetensorError")
    )
    size = int.from_bytes(data[:8], "little")
    if size > LONGEST or size + 8 > len(data):
        said = f"its header is said to have {size:,} bytes"
        raise FileError(
            f"the file starts as a safetensors file, but {said}, more than the {LONGEST:,} that are read"
            if size > LONGEST
            else f"the safetensors file is cut off: {said}, but there are {max(len(data) - 8, 0):,} in all"
        )
    try:
        header = json.loads(data[8 : 8 + size], object_pairs_hook=_once)
        parts = deserialize(data)
    except error_of as error:
        raise FileError(f"the safetensors file is damaged or cut off: {quoted(str(error), 160)}") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError("the safetensors file's header is damaged: it is no JSON") from error
    order = {name: place for place, name in enumerate(header)}
    parts.sort(key=lambda part: order.get(part[0], 0))
    tensors = [
        of_bytes(name, tuple(one["shape"]), KINDS.get(one["dtype"], one["dtype"]), _bytes(one)) for name, one in parts
    ]
    return tensors, header.get("__metadata__") or {}


def _bytes(one: dict[str, Any]) -> Any:
    return lambda: one["data"]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose names come once each."""
    made = dict(pairs)
    if len(made) != len(pairs):
        twice = next(name for k, (name, _) in enumerate(pairs) if name in dict(pairs[:k]))
        raise FileError(f"the header names {quoted(twice)} twice")
    return made
