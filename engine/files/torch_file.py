"""PyTorch's files: state dicts and whole checkpoints, in a zip archive (since 1.6) or one behind the other (before).

A zip archive has the pickle in <name>/data.pkl and each storage's bytes in <name>/data/<key>, in the order that
<name>/byteorder says. The older form is five pickles (a magic number, the version, the machine, the object, the keys of
the storages), and then for each storage its size and its bytes.

Source: torch.serialization; the notes "Serialization semantics" of PyTorch's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.files.archive import Archive
from engine.files.bounds import ENTRIES, LONGEST_NAME, FileError, describing, numbers, quoted
from engine.files.pickled import interpreted
from engine.files.tensors import SIZES, Tensor, doubled, words
from engine.files.torch_values import BYTES, SAFER, Storage, Strided

MAGIC = 0x1950A86A20F9469CFC6C
LEGACY = b"\x8a\x0a" + MAGIC.to_bytes(10, "little")
HOLDING, OF_TENSORS = (dict, list, tuple), (Strided, Storage)
DEEPEST = 12  # dicts and lists within each other that are looked through

Bytes = Callable[[Storage], bytes | memoryview]


def from_zip(archive: Archive, pickle: str, size: int) -> tuple[list[Tensor], Any]:
    """The tensors of a zip archive whose pickle has this name, and all that the checkpoint holds.

    Raises:
        FileError: it is damaged, a program (TorchScript), or asks for more than tensors and dicts.
    """
    folder = pickle.removesuffix("data.pkl")
    if any(name.startswith(f"{folder}code/") for name in archive.entries):
        raise FileError(
            "the file is a TorchScript archive, a program with its weights; programs of a file are not run "
            "here. In Python: "
            f"model = torch.jit.load(path); then {SAFER}"
        )
    held, _ = interpreted(archive.bytes_of(pickle, describing(size)), 0, "the file's pickle", size)
    order = (
        ">" if f"{folder}byteorder" in archive.entries and archive.bytes_of(f"{folder}byteorder", 16) == b"big" else "<"
    )
    kept: dict[str, bytes] = {}

    def data(storage: Storage) -> bytes:
        if storage.key not in kept:
            kept.clear()  # tensors of one storage lie side by side in a dict: one is enough
            kept[storage.key] = archive.bytes_of(f"{folder}data/{storage.key}")
        return kept[storage.key]

    return list(tensors(held, data, order, size)), held


def from_legacy(data: bytes) -> tuple[list[Tensor], Any]:
    """The same of the form before zip archives."""
    parts, at = [], 0
    for what in ("magic number", "version", "description of its machine", "pickle"):
        part, at = interpreted(data, at, f"the file's {what}", len(data))
        parts.append(part)
    machine, held = parts[2], parts[3]
    if type(machine) is not dict or machine.get("little_endian") not in (True, False):
        raise FileError("the file's description of its machine is damaged")
    order = "<" if machine["little_endian"] else ">"
    keys, at = interpreted(data, at, "the file's list of storages", len(data))
    used = {storage.key: storage for storage in storages(held)}
    known = type(keys) is list and all(type(key) is str and key in used for key in keys)
    if not known or len(set(keys)) < len(keys):
        raise FileError("the file's list of storages is damaged")
    places: dict[str, memoryview] = {}
    for key in keys:
        count = int.from_bytes(data[at : at + 8], "little" if order == "<" else "big")
        length = used[key].size * BYTES.get(used[key].kind, 1)
        if count != used[key].size or at + 8 + length > len(data):
            raise FileError(
                f"the file is damaged or cut off: the numbers of its storage {quoted(key)} are not all there"
            )
        places[key] = memoryview(data)[at + 8 : at + 8 + length]
        at += 8 + length

    def taken(storage: Storage) -> memoryview:
        if storage.key not in places:
            raise FileError(f"the file lacks the storage {quoted(storage.key)}")
        return places[storage.key]

    return list(tensors(held, taken, order, len(data))), held


def walked(held: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every tensor, container and text of a dict, with the keys that lead there; each container once, not too deep."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), held)]
    seen: set[int] = set()
    steps = 0
    while waiting:
        path, value = waiting.pop()
        holds = type(value) in HOLDING
        if holds and id(value) in seen:
            continue
        yield path, value
        if not holds or len(path) >= DEEPEST:
            continue
        seen.add(id(value))
        steps += len(value)
        if steps > ENTRIES:
            raise FileError(f"the file holds more than {ENTRIES:,} values, which is more than is read")
        inside: list[tuple[tuple[str, ...], Any]] = []
        within: set[int] = set()
        for key, part in value.items() if type(value) is dict else enumerate(value):
            if type(part) in HOLDING:
                if id(part) in seen or id(part) in within:
                    continue
                within.add(id(part))
            elif type(part) not in OF_TENSORS and (type(value) is not dict or type(part) is not str):
                continue
            inside.append(((*path, key if type(key) is str else f"{key!r:.40}"), part))
        waiting += reversed(inside)


def storages(held: Any) -> Iterator[Storage]:
    """Every storage that a tensor uses."""
    for _, value in walked(held):
        if type(value) is Strided:
            yield value.storage
        elif type(value) is Storage:
            yield value


def tensors(held: Any, data: Bytes, order: str, size: int) -> Iterator[Tensor]:
    """Every tensor by the keys that lead to it, joined by dots."""
    if type(held) is Strided:
        raise FileError(f"the file holds a single tensor without a name; to have a network here, {SAFER}")
    for path, value in walked(held):
        if type(value) is Strided:
            if sum(map(len, path)) > LONGEST_NAME:
                raise FileError(f"a tensor's name has more than {LONGEST_NAME:,} letters: {quoted(path[-1])}")
            if prod(value.shape) > numbers(size):
                raise FileError(
                    f"{quoted('.'.join(path))} promises {prod(value.shape):,} numbers, more than a file of "
                    f"{size:,} bytes "
                    f"could hold"
                )
            yield Tensor(".".join(path), value.shape, value.kind, _reader(".".join(path), value, data, order))


def _reader(name: str, tensor: Strided, data: Bytes, order: str) -> Callable[[], Array]:
    def read() -> Array:
        length = tensor.storage.size * SIZES[tensor.kind]
        held = memoryview(data(tensor.storage))
        if length > len(held):
            raise FileError(
                f"{quoted(name)} is cut off: its storage has {len(held):,} bytes, but {length:,} were expected"
            )
        flat = words(held[:length], tensor.kind, order)[tensor.offset :]
        steps = tuple(step * flat.itemsize for step in tensor.stride)
        if not tensor.shape or 0 in tensor.shape:
            return doubled(flat[: prod(tensor.shape)]).reshape(tensor.shape)
        return doubled(np.lib.stride_tricks.as_strided(flat, tensor.shape, steps, writeable=False))

    return read


def vocabularies(held: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every list of symbols that a checkpoint keeps: a list of strings, or a dict from symbols to places or back."""
    found = []
    for path, value in walked(held):
        words = _symbols(value, path[-1] if path else "") if sum(map(len, path)) <= LONGEST_NAME else None
        if words is not None:
            found.append((".".join(path), words))
    return tuple(found)


def _symbols(value: Any, key: str) -> tuple[str, ...] | None:
    """The symbols by their places; a place 0 that none has stays empty."""
    if type(value) is str:
        return tuple(value) if re.search("char|vocab|alphabet", key) and 1 < len(set(value)) == len(value) else None
    if type(value) in (list, tuple):
        return tuple(value) if len(value) > 1 and all(type(word) is str for word in value) else None
    if type(value) is not dict or len(value) < 2:
        return None
    pairs = [(place, word) if type(word) is str else (word, place) for place, word in value.items()]
    if not all(type(place) is int and type(word) is str for place, word in pairs):
        return None
    by_place = dict(pairs)
    first, last = min(by_place), max(by_place)
    if len(by_place) != len(pairs) or first not in (0, 1) or last - first + 1 != len(by_place):
        return None
    return tuple(by_place.get(place, "") for place in range(last + 1))
