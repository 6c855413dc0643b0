"""What a PyTorch file says of its tensors, read from the pickle's opcodes without Python's pickle: no code ever runs.

A pickle is a program for a small stack machine. This one knows the opcodes that numbers, strings, lists, dicts and
tensors need, and the names of torch_values.py; any other ends the reading, before anything is made of it.

Source: the opcodes' documentation in Python's pickletools.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any

from engine.files.bounds import FileError, clean, entries
from engine.files.torch_values import SAFER, DamagedError, Inert, Strided, called, known, put, storage


def interpreted(data: bytes, start: int, whose: str, size: int) -> tuple[Any, int]:
    """The value of the pickle at `start`, and where it ends.

    Values are None, bool, int, float, str, bytes, list, dict, tuple, `Name`, `Storage`, `Strided` and `Inert`. They may
    hold themselves: whoever walks through them must remember where they were.

    Args:
        whose: what the pickle is of, for a sentence.
        size: bytes of the file that it came in, which bound its opcodes.

    Raises:
        FileError: it is damaged, too long, or wants something that is not in the tables.
    """
    machine = _Machine(data, start)
    try:
        return machine.run(entries(size)), machine.at
    except (DamagedError, IndexError, KeyError, TypeError, ValueError, struct.error, OverflowError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"{whose} is damaged or cut off at byte {machine.at:,}") from error


class _Machine:
    """The stack, the memo, and a function for each opcode."""

    def __init__(self, data: bytes, start: int) -> None:
        self.data, self.at = data, start
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []  # the stacks under each mark
        self.memo: dict[int, Any] = {}

    def run(self, most: int) -> Any:
        for _ in range(most):
            code = self.take(1)
            if code == b".":
                return self.stack.pop()
            act = OPCODES.get(code)
            if act is None:
                name = REFUSED.get(code, f"0x{code.hex()}")
                raise FileError(
                    f"the file's pickle uses the opcode {name}, which tensors and dicts do not need; it is not "
                    "read. To have "
                    f"the network here, {SAFER}"
                )
            act(self)
        raise FileError(f"the file's pickle has more than {most:,} opcodes, more than are read of such a file")

    def take(self, count: int) -> bytes:
        data = self.data[self.at : self.at + count]
        self.at += count
        if len(data) != count:
            raise DamagedError
        return data

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def text(self, form: str) -> str:
        return clean(self.take(self.number(form)).decode("utf-8", "surrogatepass"))

    def old_text(self, form: str) -> str:
        return self.take(self.number(form)).decode("latin-1")

    def line(self) -> str:
        end = self.data.index(b"\n", self.at, self.at + 1000)
        words = self.data[self.at : end].decode("utf-8", "replace")
        self.at = end + 1
        return words

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def mark(self) -> None:
        self.below.append(self.stack)
        self.stack = []

    def to_mark(self) -> list[Any]:
        items, self.stack = self.stack, self.below.pop()
        return items

    def tuple_of(self, count: int) -> None:
        if len(self.stack) < count:
            raise DamagedError
        items = tuple(self.stack[-count:])
        self.stack[-count:] = [items]

    def keep(self, place: int) -> None:
        self.memo[place] = self.stack[-1]

    def append(self, items: list[Any]) -> None:
        held = self.stack[-1]
        if type(held) is list:
            held.extend(items)
        elif type(held) is not Inert:
            raise DamagedError

    def put(self, items: list[Any]) -> None:
        put(self.stack[-1], items)

    def named(self, module: Any, name: Any) -> None:
        if type(module) is not str or type(name) is not str:
            raise DamagedError
        self.push(known(f"{module}.{name}"))

    def reduce(self) -> None:
        args, function = self.stack.pop(), self.stack.pop()
        if type(args) is not tuple:
            raise DamagedError
        self.push(called(function, args))

    def long(self) -> int:
        size = self.number("<B")
        if size > 16:
            raise DamagedError  # no size nor count is as large
        return int.from_bytes(self.take(size), "little", signed=True)

    def build(self) -> None:
        """Attributes of what is on the stack: an OrderedDict's versions, a Parameter's; none of them is needed."""
        self.stack.pop()
        if type(self.stack[-1]) not in (dict, Inert, Strided):
            raise DamagedError

    def stored(self) -> None:
        self.push(storage(self.stack.pop()))


OPCODES: Mapping[bytes, Callable[[_Machine], object]] = {
    b"\x80": lambda m: m.take(1),  # PROTO
    b"\x95": lambda m: m.take(8),  # FRAME
    b"(": lambda m: m.mark(),
    b")": lambda m: m.push(()),
    b"]": lambda m: m.push([]),
    b"}": lambda m: m.push({}),
    b"\x8f": lambda m: m.push([]),  # EMPTY_SET, whose order and doubles do not matter here
    b"\x90": lambda m: m.append(m.to_mark()),  # ADDITEMS
    b"\x91": lambda m: m.push(m.to_mark()),  # FROZENSET
    b"l": lambda m: m.push(m.to_mark()),
    b"t": lambda m: m.push(tuple(m.to_mark())),
    b"\x85": lambda m: m.tuple_of(1),
    b"\x86": lambda m: m.tuple_of(2),
    b"\x87": lambda m: m.tuple_of(3),
    b"a": lambda m: m.append([m.stack.pop()]),
    b"e": lambda m: m.append(m.to_mark()),
    b"s": lambda m: m.put([m.stack.pop(), m.stack.pop()][::-1]),
    b"u": lambda m: m.put(m.to_mark()),
    b"N": lambda m: m.push(None),
    b"\x88": lambda m: m.push(True),
    b"\x89": lambda m: m.push(False),
    b"J": lambda m: m.push(m.number("<i")),
    b"K": lambda m: m.push(m.number("<B")),
    b"M": lambda m: m.push(m.number("<H")),
    b"\x8a": lambda m: m.push(m.long()),  # LONG1
    b"G": lambda m: m.push(m.number(">d")),
    b"X": lambda m: m.push(m.text("<I")),
    b"\x8c": lambda m: m.push(m.text("<B")),
    b"\x8d": lambda m: m.push(m.text("<Q")),
    b"U": lambda m: m.push(m.old_text("<B")),  # strings of Python 2
    b"T": lambda m: m.push(m.old_text("<I")),
    b"B": lambda m: m.push(m.take(m.number("<I"))),
    b"C": lambda m: m.push(m.take(m.number("<B"))),
    b"q": lambda m: m.keep(m.number("<B")),
    b"r": lambda m: m.keep(m.number("<I")),
    b"\x94": lambda m: m.keep(len(m.memo)),  # MEMOIZE
    b"h": lambda m: m.push(m.memo[m.number("<B")]),
    b"j": lambda m: m.push(m.memo[m.number("<I")]),
    b"c": lambda m: m.named(m.line(), m.line()),  # GLOBAL
    b"\x93": lambda m: m.named(*[m.stack.pop(), m.stack.pop()][::-1]),  # STACK_GLOBAL
    b"R": _Machine.reduce,
    b"\x81": _Machine.reduce,  # NEWOBJ
    b"b": _Machine.build,
    b"Q": _Machine.stored,  # BINPERSID
}

REFUSED = {
    b"i": "INST",
    b"o": "OBJ",
    b"\x92": "NEWOBJ_EX",
    b"\x82": "EXT1",
    b"\x83": "EXT2",
    b"\x84": "EXT4",
    b"P": "PERSID",
    b"\x8b": "LONG4",
    b"I": "INT",
    b"L": "LONG",
    b"F": "FLOAT",
    b"S": "STRING",
    b"V": "UNICODE",
    b"d": "DICT",
    b"g": "GET",
    b"p": "PUT",
    b"0": "POP",
    b"1": "POP_MARK",
    b"2": "DUP",
    b"\x8e": "BINBYTES8",
    b"\x96": "BYTEARRAY8",
    b"\x97": "NEXT_BUFFER",
    b"\x98": "READONLY_BUFFER",
}
