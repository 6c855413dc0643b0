"""The wire format of ONNX files, looked over before the package onnx makes objects of it.

A file in protocol buffers has no magic number and may ask for sixty times its own size in objects. So its fields are
counted first, and what is no model is told apart by them. Source: the encoding of protocol buffers, and onnx.proto.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.files.bounds import ENTRIES, FileError

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
MODEL = {
    1: VARINT,
    2: BYTES,
    3: BYTES,
    4: BYTES,
    5: VARINT,
    6: BYTES,
    7: BYTES,
    8: BYTES,
    14: BYTES,
    20: BYTES,
    25: BYTES,
    26: BYTES,
}
GRAPH = 7

# Which fields of a message are messages themselves: message -> number of the field -> message.
INSIDE: dict[str, dict[int, str]] = {
    "model": {7: "graph", 8: "plain", 14: "plain", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph", 3: "plain", 4: "plain"},
    "function": {7: "node", 9: "plain", 11: "attribute", 12: "value", 14: "plain"},
    "graph": {
        1: "node",
        5: "tensor",
        11: "value",
        12: "value",
        13: "value",
        14: "annotation",
        15: "sparse",
        16: "plain",
    },
    "node": {5: "attribute", 9: "plain"},
    "attribute": {
        5: "tensor",
        6: "graph",
        10: "tensor",
        11: "graph",
        14: "type",
        15: "type",
        22: "sparse",
        23: "sparse",
    },
    "tensor": {3: "plain", 13: "plain", 16: "plain"},
    "sparse": {1: "tensor", 2: "tensor"},
    "annotation": {2: "plain"},
    "value": {2: "type", 4: "plain"},
    "type": {1: "shaped", 4: "holder", 5: "map", 8: "shaped", 9: "holder"},
    "holder": {1: "type"},
    "map": {2: "type"},
    "shaped": {2: "shape"},
    "shape": {1: "plain"},
    "plain": {},
}


class Field(NamedTuple):
    """One field: its number, its wire type, and where its bytes lie."""

    number: int
    kind: int
    start: int
    stop: int


def like_a_model(data: bytes) -> bool:
    """Whether the bytes are an ONNX model's: its fields, and a graph among them."""
    graph = False
    try:
        for count, field in enumerate(fields(data, 0, len(data))):
            if MODEL.get(field.number) != field.kind or count > 10_000:
                return False
            graph = graph or field.number == GRAPH
    except ValueError:
        return graph  # cut off behind or in its graph: the package says so
    return graph


def counted(data: bytes) -> int:
    """How many fields the model has, those of the messages in it included.

    Raises:
        FileError: more than are read, or the file is cut off.
    """
    waiting, total = [("model", 0, len(data))], 0
    try:
        while waiting:
            message, start, stop = waiting.pop()
            for field in fields(data, start, stop):
                total += 1
                if total > ENTRIES:
                    raise FileError(f"the ONNX model has more than {ENTRIES:,} entries, which is more than is read")
                if field.kind == BYTES and field.number in INSIDE[message]:
                    waiting.append((INSIDE[message][field.number], field.start, field.stop))
    except ValueError as error:
        if isinstance(error, FileError):
            raise
        raise FileError("the ONNX model is damaged or cut off") from error
    return total


def fields(data: bytes, start: int, stop: int) -> Iterator[Field]:
    """The fields of the message from `start` to `stop`.

    Raises:
        ValueError: one leads out of it, or is of no wire type.
    """
    at = start
    while at < stop:
        key, at = _varint(data, at, stop)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            _, after = _varint(data, at, stop)
        elif kind == BYTES:
            length, at = _varint(data, at, stop)
            after = at + length
        elif kind in (FIXED32, FIXED64):
            after = at + (4 if kind == FIXED32 else 8)
        else:
            raise ValueError(kind)
        if not number or after > stop:
            raise ValueError(number)
        yield Field(number, kind, at, after)
        at = after


def _varint(data: bytes, at: int, stop: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= stop:
            raise ValueError(at)
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise ValueError(at)
