"""A message carries its header and its arrays without changing a bit."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from figures.message import Shades, message, opened

ARRAYS = hnp.arrays(
    dtype=st.sampled_from([np.float64, np.float32]),
    shape=hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text().filter(lambda name: name != "arrays"), JSON, max_size=4),
    st.dictionaries(st.text(), ARRAYS, max_size=4),
)
def test_what_is_opened_is_what_was_sent(header: dict[str, object], arrays: dict[str, np.ndarray]) -> None:
    back, found = opened(message(header, arrays))
    assert back == header
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].shape == array.shape
        assert found[name].dtype == array.dtype
        assert found[name].tobytes() == array.tobytes()  # nan, infinities and signed zeros too


@given(st.text(), st.lists(ARRAYS, max_size=4))
def test_every_array_starts_at_a_multiple_of_eight_bytes(words: str, arrays: list[np.ndarray]) -> None:
    data = message({"words": words}, {str(k): array for k, array in enumerate(arrays)})
    (length,) = struct.unpack_from("<I", data)
    places = json.loads(data[4 : 4 + length])["arrays"]
    assert (4 + length) % 8 == 0
    assert all(place["offset"] % 8 == 0 for place in places.values())
    assert len(data) % 8 == 0


@given(hnp.arrays(np.float64, (2, 3), elements=st.floats(allow_nan=False)))
def test_shades_are_right_to_half_a_shade_within_their_ends(array: np.ndarray) -> None:
    data = message({}, {"norm": Shades(array, -3.0, 2.0)})
    (found,) = opened(data)[1].values()
    np.testing.assert_allclose(found, np.clip(array, -3.0, 2.0), rtol=0, atol=5.0 / 65_535 / 1.99)
    assert len(data) < len(message({}, {"norm": array}))


def test_a_view_with_holes_is_sent_in_order() -> None:
    whole = np.arange(24.0).reshape(4, 6)
    sent = {"strided": whole[::2, ::3], "turned": whole.T}
    _, found = opened(message({}, sent))
    for name, array in sent.items():
        assert np.array_equal(found[name], array)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_a_header_with_a_number_that_json_does_not_have_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        message({"value": [1.0, {"deep": bad}]}, {})


@pytest.mark.parametrize("kind", [np.int64, np.complex128, np.float16, bool])
def test_an_array_of_another_kind_is_refused(kind: type) -> None:
    with pytest.raises(KeyError):
        message({}, {"x": np.zeros(3, kind)})
