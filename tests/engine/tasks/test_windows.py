from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tasks.windows import Windows, parted, whole


@given(
    sizes=st.lists(st.integers(2, 12), min_size=1, max_size=30), steps=st.integers(1, 8), part=st.sampled_from([3, 10])
)
def test_windows_are_all_pieces_of_their_spans_and_want_what_is_counted(
    sizes: list[int], steps: int, part: int
) -> None:
    values = np.arange(sum(sizes), dtype=np.int16)
    learned, held = parted(values, np.array(sizes), steps, part)
    seen: list[set[int]] = []
    for spans in (learned, held):
        if spans is None:
            continue
        windows = Windows(values, spans, steps)
        pieces = []
        for first, size in zip(spans.first.tolist(), spans.sizes.tolist(), strict=True):
            entries = list(range(first, first + size))
            pieces += [entries[k : k + steps + 1] for k in range(max(size - steps, 1))]
        batch = windows.batch(np.arange(windows.count))
        ends = [len(batch.x)] * windows.count if batch.lengths is None else batch.lengths.tolist()
        found = [[*batch.x[:end, k], batch.targets[end - 1, k]] for k, end in enumerate(ends)]
        assert found == pieces
        wanted = np.bincount(batch.targets.ravel(), batch.counts.ravel(), len(values))
        np.testing.assert_array_equal(windows.wanted, wanted)
        seen.append({entry for piece in pieces for entry in piece})
    assert len(seen) == 1 or not seen[0] & seen[1]


@pytest.mark.parametrize("different", [30, 12, 4])
def test_of_many_sequences_none_that_is_learned_is_held_out_too(different: int) -> None:
    rows = [[k, k + 1, 7, k] for k in range(different)] * 3 + [[0, 1, 7, 0]] * 20
    values = np.array(rows, dtype=np.int16)
    learned, held = parted(values.ravel(), np.full(len(rows), 4), 3, 10)
    assert (held is None) == (different < 10)
    if held is not None:
        first, second = ({tuple(values[row]) for row in spans.row} for spans in (learned, held))
        assert not first & second and len(first) + len(second) == different
        assert len(learned.row) + len(held.row) == len(rows)


def test_an_evaluation_repeats_no_window_before_all_were_asked() -> None:
    windows = Windows(np.arange(60, dtype=np.int16), whole(np.array([60])), 10)
    for size in (10, 50, 120):
        first = windows.spread(np.random.default_rng(0), size).x[0]
        counts = np.bincount(first, minlength=50)
        assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("missing", [0, 3])
def test_the_last_window_is_that_at_the_end(missing: int) -> None:
    values = np.arange(30.0)
    values[4 : 4 + missing] = np.nan
    batch = Windows(values, whole(np.array([30])), 5).batch(np.array([-1]))
    assert batch.targets[:, 0, 0].tolist() == [25.0, 26.0, 27.0, 28.0, 29.0]
