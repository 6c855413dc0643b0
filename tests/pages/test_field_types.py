"""A field of another type is refused in a sentence, whatever it is; so is a cell that is unknown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.record import Record
from engine.studies.backward.study import BackwardStudy
from engine.studies.unroll.study import UnrollStudy
from engine.studies.vanish.families import family
from engine.studies.vanish.stretches import stretches
from engine.studies.vanish.study import VanishStudy
from engine.studies.vanish.theory import theory
from figures.vanish.view import VanishView
from ui.kit.page import every_page

RECORDS: list[type[Record]] = [kind for page in every_page().values() for kind in (page.record, page.view)]
OF_NO_FIELD: list[Any] = [[1], {}, {1}, 1 + 2j, b"x", object(), ("tanh", 5), (None,), 10**400, np.arange(3), lambda: 1]


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_a_field_of_another_type_is_refused_in_a_sentence(kind: type[Record]) -> None:
    for name in kind.declared():
        for value in OF_NO_FIELD:
            with pytest.raises(ValueError, match=r"\w") as refused:
                kind(**{name: value})
            assert len(str(refused.value)) < 300


def test_the_sentence_says_what_came_and_what_is_accepted() -> None:
    with pytest.raises(ValueError, match=r"^hidden is '5', but must be a whole number$"):
        VanishStudy(hidden="5")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^steps is 2\.5, but must be a whole number$"):
        VanishStudy(steps=2.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^scale is None, but must be a number$"):
        VanishStudy(scale=None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^text is \[1\], but must be a text$"):
        UnrollStudy(text=[1])  # type: ignore[arg-type]
    assert VanishView(t=None).t is None
    assert VanishStudy(hidden=np.int64(5), scale=np.float32(0.5)).scale == 0.5  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["foo", None, ["lstm"], 5])
def test_a_cell_that_is_unknown_is_said(cell: Any) -> None:
    study = VanishStudy(steps=5, hidden=2)
    for tried in (family, theory, stretches, VanishStudy.run, VanishStudy.parameters):
        with pytest.raises(ValueError, match=r"^the cell .* is unknown; there are tanh, relu"):
            tried(study, cell)  # type: ignore[operator]
    with pytest.raises(ValueError, match=r"^the cell .* is unknown; there are tanh, relu"):
        BackwardStudy().run(cell)
