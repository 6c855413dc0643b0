"""Mutated files: every one is read or refused in a sentence, whatever stands in it."""

from __future__ import annotations

import copy
import json
import random
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine.files import FileError, keras_file, read_network
from tests.engine.files.golden_files import FILES, whole
from tests.engine.files.made import gru, npz, unzipped, zipped

OF_HDF5 = (".h5", ".keras")  # each is a process of its own, which takes a third of a second
NAMES = sorted(path.name for path in FILES.iterdir() if not path.name.startswith("outputs"))
QUICK = [name for name in NAMES if not name.endswith(OF_HDF5)]
SLOW = [name for name in NAMES if name.endswith(OF_HDF5)]
LARGE = (2**63 - 1, 2**64 - 1, 2**32, 2**31 - 1, 10**11)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, taken out, put twice or cut off."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        if not changed:
            break
        at, other, length = chance.randrange(len(changed)), chance.randrange(len(changed)), chance.randrange(1, 64)
        match chance.randrange(8):
            case 0 | 1:
                changed[at] = chance.randrange(256)
            case 2:
                changed[at] ^= 1 << chance.randrange(8)
            case 3:
                changed[at] = chance.choice((0, 1, 127, 128, 255))
            case 4:
                del changed[at : at + length]
            case 5:
                changed[at : at + length] = changed[other : other + length]
            case 6:
                changed[at : at + 8] = struct.pack("<Q", chance.choice(LARGE))
            case 7:
                changed[at:at] = changed[other : other + length]
    return bytes(changed[: chance.randrange(len(changed) + 1)] if chance.random() < 0.05 else changed)


def within(data: bytes, chance: random.Random) -> bytes:
    """A mutation; of an archive mostly of one entry, with a right checksum, so that it is read at all."""
    if not data.startswith(b"PK") or chance.random() < 0.3:
        return mutated(data, chance)
    entries = unzipped(data)
    name = chance.choice(
        [name for name in entries if name.endswith(("pkl", "json", "h5", "npy")) or chance.random() < 0.1]
    )
    return zipped(entries | {name: mutated(entries[name], chance)})


def survived(data: bytes) -> bool:
    """Whether it was read; a refusal is a sentence that can be shown."""
    try:
        file = read_network(data)
    except FileError as error:
        assert str(error).isprintable() and 10 < len(str(error)) < 700
        return False
    for sentence in file.sentences:
        assert sentence.isprintable()
        sentence.encode()
    return True


def files(names: list[str], seeds: range) -> Iterator[tuple[int, bytes]]:
    held = [whole(name) for name in names] + [npz(**gru(np.random.default_rng(3)))] * (names is QUICK)
    for seed in seeds:
        chance = random.Random(seed)
        yield seed, within(chance.choice(held), chance)


def read_all(names: list[str], seeds: range) -> int:
    read = 0
    for seed, data in files(names, seeds):
        try:
            read += survived(data)
        except Exception as error:
            raise AssertionError(f"the mutation of seed {seed} ended in {error!r}") from error
    return read


def test_mutated_files_are_read_or_refused() -> None:
    assert 10 < read_all(QUICK, range(400)) < 390


JSON = (
    None,
    0,
    -1,
    1.5,
    True,
    "",
    "tanh",
    "LSTM",
    "Bidirectional",
    [],
    {},
    [[]],
    {"config": {}},
    10**30,
    ["a", 0, 0],
    "\ud800",
)


def places(held: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each value within dicts and lists stands."""
    inside = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from places(value, (*path, key))


def test_mutated_configurations_of_keras_are_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The weights stay as they are, and are read once."""
    entries = unzipped(whole("text.keras"))
    weights = keras_file.read(entries["model.weights.h5"])
    monkeypatch.setattr(keras_file, "read", lambda _: weights)
    read = 0
    for seed in range(400):
        chance, config = random.Random(seed), json.loads(entries["config.json"])
        for _ in range(chance.choice((1, 1, 2, 4))):
            *path, last = chance.choice(list(places(config)))
            held = config
            for key in path:
                held = held[key]
            if chance.random() < 0.3:
                del held[last]
            else:
                held[last] = copy.deepcopy(chance.choice(JSON))
        try:
            read += survived(zipped(entries | {"config.json": json.dumps(config).encode()}))
        except Exception as error:
            raise AssertionError(f"the mutation of seed {seed} ended in {error!r}") from error
    assert 10 < read < 390


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(600)
def test_ten_thousand_mutated_files_are_read_or_refused() -> None:
    assert 500 < read_all(QUICK, range(1_000, 11_000)) < 9_500


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_mutated_keras_files_are_read_or_refused() -> None:
    assert 1 < read_all(SLOW, range(20)) < 20
