"""How a backward pass is looked at stands in a link, and whatever a link says, there is such a view."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.studies.backward.look import RATES
from engine.studies.backward.nudge import SIZES, nearest_place
from engine.studies.backward.study import BackwardStudy
from figures.backward.view import BackwardView

STUDY = BackwardStudy()


@given(
    st.builds(
        BackwardView,
        cell=st.sampled_from((None, *STUDY.cells)),
        weight=st.tuples(st.sampled_from("UWV"), st.integers(1, 4), st.integers(1, 4)),
        single=st.booleans(),
        step=st.one_of(st.none(), st.integers(1, STUDY.length)),
        rate=st.sampled_from(RATES),
        path=st.one_of(st.none(), st.tuples(st.integers(5, STUDY.length), st.integers(1, 5))),
        size=st.sampled_from(SIZES),
    )
)
def test_a_view_comes_back_from_its_link(view: BackwardView) -> None:
    assert BackwardView.from_query(view.to_query(), STUDY) == (view, [])


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ({"weight": "W.99.1"}, "weight", ("W", 4, 1)),
        ({"weight": "W.99.1", "focus": "lstm"}, "weight", ("W", 16, 1)),
        ({"weight": "Wf.1.1"}, "weight", ("W", 1, 1)),
        ({"weight": "b.0.0"}, "weight", ("b", 1, 1)),
        ({"weight": "W"}, "weight", ("W", 2, 3)),
        ({"weight": "²".join("W.")}, "weight", ("W", 2, 3)),
        ({"path": "2.5"}, "path", None),
        ({"path": "99.1"}, "path", None),
        ({"rate": "-3"}, "rate", RATES[0]),
        ({"rate": "0.11"}, "rate", 0.1),
        ({"nudge": "nan"}, "size", 1e-5),
        ({"nudge": "1"}, "size", SIZES[0]),
        ({"focus": "relu"}, "cell", None),
        ({"step": "99"}, "step", STUDY.length),
    ],
)
def test_what_is_not_there_gives_way_to_the_nearest_and_is_said(
    query: dict[str, str], name: str, value: object
) -> None:
    view, complaints = BackwardView.from_query(query, STUDY)
    assert getattr(view, name) == value
    assert len(complaints) == 1
    assert complaints[0].startswith(f"{next(iter(query))}: ")


def test_a_link_may_write_a_size_in_any_form() -> None:
    view, complaints = BackwardView.from_query({"nudge": "0.000000000001", "rate": "5e-1"}, STUDY)
    assert (view.size, view.rate, complaints) == (SIZES[-1], 0.5, [])


def test_a_weight_is_moved_as_the_engine_moves_it() -> None:
    for cell in STUDY.cells:
        view, _ = BackwardView.from_query({"weight": "W.9.9", "focus": cell}, STUDY)
        assert view.weight == nearest_place(STUDY.weights(cell), ("W", 9, 9))


@pytest.mark.parametrize("wrong", [{"weight": ("W", 0, 1)}, {"path": (2, 3)}, {"rate": 0.11}, {"size": 1.0}])
def test_a_view_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        BackwardView(**wrong)  # type: ignore[arg-type]
