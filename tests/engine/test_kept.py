"""What is kept is bounded by its bytes, whatever it is."""

from __future__ import annotations

import numpy as np
import pytest

from engine.kept import ENTRY, Kept, bytes_of, kept
from engine.studies.inputs import SEQUENCES, sequence_of
from engine.studies.vanish.study import VanishStudy


def test_values_go_by_bytes_the_one_not_asked_for_longest_first() -> None:
    found: Kept[int, bytes] = Kept(3 * bytes_of(bytes(100_000)) + 3 * (bytes_of(1) + ENTRY))
    for key in (1, 2, 3):
        found.put(key, bytes(100_000))
    found.get(1)
    found.put(4, bytes(99_999))
    assert found.get(2) is None
    assert all(found.get(key) for key in (1, 3, 4))
    assert found.bytes == 3 * (bytes_of(bytes(100_000)) + bytes_of(1) + ENTRY) - 1


def test_the_last_value_stays_however_large_until_the_next() -> None:
    found: Kept[int, bytes] = Kept(10)
    assert found.put(1, bytes(1_000)) is found.get(1)
    found.put(2, b"")
    assert found.get(1) is None


def test_a_value_that_is_here_is_not_replaced() -> None:
    found: Kept[int, list[int]] = Kept(1_000)
    first = found.put(1, [1])
    before = found.bytes
    assert found.put(1, [1]) is first
    assert found.bytes == before


def test_a_key_counts_with_its_value() -> None:
    """A record may hold a thousand numbers and 20,000 characters, and its answer may be small."""
    found: Kept[VanishStudy, bytes] = Kept(100_000)
    found.put(VanishStudy(numbers=(0.5,) * 1_000, text="x" * 1_000), b"")
    assert found.bytes > 9_000


def test_a_function_is_asked_once_for_the_same_arguments_by_name_too() -> None:
    asked = []

    @kept(1_000)
    def double(number: int, times: int = 2) -> int:
        asked.append(number)
        return number * times

    assert [double(1), double(1), double(1, times=3), double(2), double(2)] == [2, 2, 3, 4, 4]
    assert asked == [1, 1, 2]


@pytest.mark.parametrize(("value", "least"), [(np.zeros(1_000)[None], 8_000), ((b"0" * 500, "0" * 500), 1_000)])
def test_what_a_value_holds_is_counted(value: object, least: int) -> None:
    assert least <= bytes_of(value) < 2 * least
    assert least <= bytes_of([{"in": value}]) < 2 * least


def test_sequences_of_a_thousand_different_symbols_do_not_pile_up() -> None:
    for first in range(0x4E00, 0x4E00 + 4):
        sequence_of("text", 5, "".join(map(chr, range(first, first + 1_001))), (), 7)
    assert sequence_of.entries.bytes <= SEQUENCES  # type: ignore[attr-defined]
