"""A symbol is the same input wherever it stands and in whichever text, on every page that reads texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.studies.backward.study import BackwardStudy
from engine.studies.cell.study import CellStudy
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from engine.studies.vanish.study import VanishStudy

Array = np.ndarray[Any, np.dtype[Any]]


def unrolled(text: str, by: str, wiring: str = "in-step", cell: str = "tanh") -> Array:
    found = walk(UnrollStudy(example="text", text=text, by=by, wiring=wiring, cell=cell, layers=2))
    return found.parts[0].trace.outputs[:, 0]


READERS: dict[str, Callable[[str, str], Array]] = {  # the states of a text's steps
    "unroll": unrolled,
    "many to one": lambda text, by: unrolled(text, by, "many-to-one", "lstm"),
    "encoder": lambda text, by: unrolled(text, by, "delayed", "gru"),
    "cell": lambda text, by: CellStudy(text=text, unit=by).run().trace.h[1:, 0],
    "backward": lambda text, by: BackwardStudy(text=text).run("tanh").trace.h[1:, 0],
    "vanish": lambda text, by: VanishStudy(inputs="text", text=text).run("gru").trace.h[1:, 0],
}
BY_WORD = [name for name in READERS if name not in ("backward", "vanish")]


@pytest.mark.parametrize("reader", READERS)
def test_the_same_beginning_gives_the_same_states_whatever_follows(reader: str) -> None:
    by, texts = (
        ("word", ("no, the phone rang", "No the phone is good")) if reader in BY_WORD else ("", ("abc d", "abcxy"))
    )
    one, other = (READERS[reader](text, by or "character") for text in texts)
    np.testing.assert_allclose(one[:3], other[:3], rtol=1e-12)


@pytest.mark.parametrize("reader", READERS)
def test_an_anagram_leads_to_another_state(reader: str) -> None:
    one, other = (READERS[reader](text, "character") for text in ("listen.", "silent."))
    assert not np.isclose(one[-1], other[-1]).any()


@pytest.mark.parametrize("reader", BY_WORD)
def test_the_same_words_in_another_order_lead_to_another_state(reader: str) -> None:
    texts = ("this phone is no good .", "no, the phone is good .", "a b c d e .", "good is no phone this .")
    ends = [READERS[reader](text, "word")[-1] for text in texts]
    for k, end in enumerate(ends):
        for other in ends[:k]:
            assert not np.isclose(end, other).any()
