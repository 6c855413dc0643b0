"""What pickles of PyTorch are made of: tensors, storages, and the names that may be asked for.

A name stands for a function of this file, or for nothing at all (`INERT`); Python's modules are never looked into.

Source: torch.serialization and torch._utils for what a tensor's pickle holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from engine.files.bounds import FileError, quoted

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


def put(held: Any, items: list[Any]) -> None:
    """Keys and values, one after the other, into a dict; `Inert` takes them and forgets them."""
    if type(held) is Inert:
        return
    if type(held) is not dict or len(items) % 2:
        raise DamagedError
    for key, value in zip(items[::2], items[1::2], strict=True):
        if type(key) in (str, int, float, bool, bytes, type(None)):
            if key in held:
                raise FileError(f"a dict of the file has two values of the name {quoted(key)}")
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
