"""What a PyTorch file says of its tensors, read from the pickle's opcodes without Python's pickle: no code ever runs.

A pickle is a program for a small stack machine. This one knows the opcodes that numbers, strings, lists, dicts and
tensors need, and a fixed table of names; a name that is not in it ends the reading, before anything is made of it.
Nothing is looked up in Python's modules: a name stands for a function of this file, or for nothing at all (`INERT`).

Source: the opcodes' documentation in Python's pickletools; torch.serialization for what a tensor's pickle holds.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from engine.files.bounds import ENTRIES, FileError, clean, quoted

SAFER = (
    "save the weights alone, in Python: safetensors.torch.save_file(model.state_dict(), 'model.safetensors'), or "
    "torch.save(model.state_dict(), 'model.pt')"
)

# PyTorch's typed storages, and the number format of each.
STORAGES = {
    "DoubleStorage": "float64",
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "QInt8Storage": "qint8",
    "QUInt8Storage": "quint8",
    "QInt32Storage": "qint32",
    "UntypedStorage": "bytes",
}
BYTES = {
    **{"float64": 8, "int64": 8, "complex64": 8, "complex128": 16, "float32": 4, "int32": 4, "qint32": 4},
    **{"float16": 2, "bfloat16": 2, "int16": 2, "uint16": 2, "uint32": 4, "uint64": 8},
}  # all others: 1

# What training scripts keep beside the weights. It is skipped: whatever is built of these names is `Inert`.
INERT = frozenset(
    {
        "argparse.Namespace",
        "types.SimpleNamespace",
        "builtins.set",
        "builtins.frozenset",
        "builtins.slice",
        "builtins.complex",
        "builtins.bytearray",
        "builtins.list",
        "builtins.dict",
        "builtins.int",
        "builtins.float",
        "builtins.str",
        "datetime.datetime",
        "datetime.timedelta",
        "pathlib.Path",
        "pathlib.PosixPath",
        "pathlib.WindowsPath",
        "pathlib.PurePosixPath",
        "pathlib._local.PosixPath",
        "numpy.dtype",
        "numpy.ndarray",
        *(f"numpy.{core}.multiarray.{name}" for core in ("core", "_core") for name in ("scalar", "_reconstruct")),
        "numpy.float64",
        "numpy.float32",
        "_codecs.encode",
        "torch.device",
        "torch.serialization._get_layout",
        "torch.Tensor",
        "torch.nn.parameter.Parameter",
        "torch.nn.parameter.Buffer",
        *(
            f"{where}.AttributeDict"
            for where in (
                "pytorch_lightning.utilities.parsing",
                "lightning.pytorch.utilities.parsing",
                "lightning.fabric.utilities.data",
                "lightning_fabric.utilities.data",
                "lightning_utilities.core.rank_zero",
            )
        ),
    }
)


@dataclass(frozen=True, eq=False)
class Name:
    """A name that the table knows; it has not been called."""

    name: str


@dataclass(frozen=True, eq=False)
class Storage:
    """Where the numbers of tensors lie; `size` in numbers of `kind`."""

    key: str
    kind: str
    size: int


@dataclass(frozen=True, eq=False)
class Strided:
    """A tensor: every number's place in its storage."""

    storage: Storage
    kind: str
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Inert:
    """Something that is not needed here, left unbuilt."""

    name: str


class DamagedError(Exception):
    """The opcodes make no sense."""


def interpreted(data: bytes, start: int, whose: str) -> tuple[Any, int]:
    """The value of the pickle at `start`, and where it ends.

    Values are None, bool, int, float, str, bytes, list, dict, tuple, `Name`, `Storage`, `Strided` and `Inert`. They may
    hold themselves: whoever walks through them must remember where they were.

    Args:
        whose: what the pickle is of, for a sentence.

    Raises:
        FileError: it is damaged, too long, or wants something that is not in the tables.
    """
    machine = _Machine(data, start)
    try:
        return machine.run(), machine.at
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

    def run(self) -> Any:
        for _ in range(ENTRIES):
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
        raise FileError(f"the file's pickle has more than {ENTRIES:,} opcodes, which is more than is read")

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


def put(held: Any, items: list[Any]) -> None:
    """Keys and values, one after the other, into a dict; `Inert` takes them and forgets them."""
    if type(held) is Inert:
        return
    if type(held) is not dict or len(items) % 2:
        raise DamagedError
    for key, value in zip(items[::2], items[1::2], strict=True):
        if type(key) in (str, int, float, bool, bytes, type(None)):
            held[key] = value
        elif type(key) not in (
            tuple,
            Inert,
            Name,
        ):  # these are skipped: hashing one within thousands of others would fail
            raise DamagedError


def known(full: str) -> Name:
    """The name, if the tables have it.

    Raises:
        FileError: they have not.
    """
    full = full.replace("__builtin__.", "builtins.", 1) if full.startswith("__builtin__.") else full
    module, _, name = full.rpartition(".")
    is_type = module == "torch" and (
        name in STORAGES or name in BYTES or name in ("bool", "int8", "uint8") or name.startswith("float8")
    )
    if full in CALLS or full in INERT or is_type or (module == "torch.storage" and name in STORAGES):
        return Name(full)
    what = (
        "a whole module with its program"
        if full.startswith(("__main__.", "torch.nn.", "torch.jit.", "__torch__"))
        else "more than tensors, numbers, strings and dicts"
    )
    raise FileError(
        f"the file asks for {quoted(full)}: it holds {what}, and no code of a file runs here. Instead {SAFER}"
    )


def called(function: Any, args: tuple[Any, ...]) -> Any:
    """What one of the tables' names makes of its arguments."""
    if type(function) is Inert:
        return function
    if type(function) is not Name:
        raise DamagedError
    if function.name in CALLS:
        return CALLS[function.name](*args)
    return Inert(function.name)


def storage(identity: Any) -> Storage:
    """("storage", type, key, place, size), what a persistent name of PyTorch's says."""
    if type(identity) is not tuple or len(identity) < 5 or identity[0] != "storage":
        raise DamagedError
    kind, key, size = identity[1], identity[2], identity[4]
    if len(identity) > 5 and identity[5] is not None:
        raise FileError(
            f"the storage {quoted(key)} is a view of another one, as only very old files have them: {SAFER}"
        )
    if type(kind) is not Name or type(key) is not str or type(size) is not int or size < 0:
        raise DamagedError
    return Storage(key, STORAGES[kind.name.rpartition(".")[2]], size)


def tensor(held: Any, offset: Any, shape: Any, stride: Any, *_: Any) -> Strided:
    """torch._utils._rebuild_tensor and _rebuild_tensor_v2."""
    if type(held) is not Storage:
        raise DamagedError
    return strided(held, held.kind, offset, shape, stride)


def tensor_of_type(
    held: Any, offset: Any, shape: Any, stride: Any, grad: Any, hooks: Any, kind: Any, *_: Any
) -> Strided:
    """torch._utils._rebuild_tensor_v3, for number formats younger than the typed storages."""
    if type(held) is not Storage or type(kind) is not Name:
        raise DamagedError
    word = kind.name.rpartition(".")[2]
    return strided(Storage(held.key, word, held.size // BYTES.get(word, 1)), word, offset, shape, stride)


def strided(held: Storage, kind: str, offset: Any, shape: Any, stride: Any) -> Strided:
    """A tensor whose every number lies in its storage.

    Raises:
        FileError: one would lie outside.
    """
    whole = (offset, *shape, *stride)
    if len(shape) != len(stride) or not all(type(size) is int and size >= 0 for size in whole):
        raise DamagedError
    last = offset + sum((size - 1) * step for size, step in zip(shape, stride, strict=True))
    if len(shape) > 32 or (prod(shape) and last >= held.size):
        raise FileError(f"a tensor of shape {shape!s:.60} lies outside its storage of {held.size:,} numbers")
    return Strided(held, kind, offset, tuple(shape), tuple(stride))


def same(value: Any, *_: Any) -> Any:
    """A Parameter is its tensor."""
    return value


def ordered(*args: Any) -> dict[Any, Any]:
    """OrderedDict, with nothing or with a list of pairs."""
    made: dict[Any, Any] = {}
    pairs = list(args[0].items()) if args and type(args[0]) is dict else args[0] if args else []
    for pair in pairs:
        if type(pair) not in (list, tuple) or len(pair) != 2:
            raise DamagedError
        put(made, list(pair))
    return made


def of_subclass(function: Any, kind: Any, args: Any, state: Any) -> Any:
    """torch._tensor._rebuild_from_type_v2: a tensor with attributes, or of a subclass."""
    if type(kind) is not Name or type(args) is not tuple:
        raise DamagedError
    return called(function, args)


CALLS: Mapping[str, Callable[..., Any]] = {
    "torch._utils._rebuild_tensor": tensor,
    "torch._utils._rebuild_tensor_v2": tensor,
    "torch._utils._rebuild_tensor_v3": tensor_of_type,
    "torch._utils._rebuild_parameter": same,
    "torch._utils._rebuild_parameter_with_state": same,
    "torch._tensor._rebuild_from_type_v2": of_subclass,
    "torch.Size": lambda sizes=(): tuple(sizes),
    "collections.OrderedDict": ordered,
    "collections.defaultdict": lambda *_: {},
    "collections.Counter": ordered,
}

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
