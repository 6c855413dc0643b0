"""A network that a session holds opens on each page that shows it; another session is told where it came from."""

from __future__ import annotations

import gc
import re
import weakref
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine import CELLS, Layer, Network
from engine.studies.brought import NOT_HERE, Brought, Given
from engine.studies.doors import STUDIES, query_of
from engine.studies.vanish.families import family
from figures.backward import answer as backward
from tests.engine.networks import random_parameters
from tests.engine.test_brought import LAYERS, stacked
from tests.pages.visits import ROOT, button, checked, components, holding, said, visit
from ui.kit import answers
from ui.kit.brought import Here
from ui.kit.page import every_page
from ui.kit.shelf import leave

EACH = {path: page for path, page in every_page().items() if page.word in STUDIES}
each_page = pytest.mark.parametrize("path", EACH)


def opened(path: str, brought: Brought) -> AppTest:
    """The page in a session that holds the network, by the link of its last layer from the end."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    at.session_state["brought"] = Here({brought.digest: brought})
    for name, value in query_of(brought, EACH[path].word, 1, LAYERS, 2).items():
        at.query_params[name] = value
    at.switch_page(path)
    return checked(at.run())


@each_page
def test_its_owner_sees_it_and_what_it_is(path: str) -> None:
    brought = stacked(np.random.default_rng(3))
    at = opened(path, brought)
    assert said(at) == []
    assert holding(at, EACH[path]).record.by_name()["trained"] == brought
    words = "\n".join(block.value for block in at.markdown)
    assert "Only this session has it." in words
    assert components(at)
    checked(button(at, "Back to drawn weights").click().run())
    assert holding(at, EACH[path]).record.by_name()["trained"] is None


@each_page
def test_another_session_is_told_where_it_came_from_and_the_page_stands(path: str) -> None:
    brought = stacked(np.random.default_rng(4))
    at = visit(path, **query_of(brought, EACH[path].word))
    assert said(at)[0] == f"trained: {NOT_HERE}"
    assert components(at)


def test_what_is_answered_of_it_is_kept_for_nobody_else() -> None:
    brought = stacked(np.random.default_rng(5))
    at = opened("pages/backward.py", brought)
    study = holding(at, EACH["pages/backward.py"]).record
    assert answers.kept(backward.flow, study) is None
    assert at.session_state["brought"].stores[brought.digest].bytes > 0


def test_once_forgotten_nothing_of_it_is_left() -> None:
    brought = stacked(np.random.default_rng(6))
    backward.flow(STUDIES["backward"](trained=brought))  # type: ignore[arg-type]
    left = weakref.ref(brought)
    del brought
    gc.collect()
    assert left() is None


def forgetful() -> None:
    """A script that lets go of all that its session holds."""
    from ui.kit.brought import forget_all, known

    forget_all()
    assert not known()


def test_a_page_that_showed_it_shows_the_usual_once_it_is_forgotten() -> None:
    brought = stacked(np.random.default_rng(7))
    page = EACH["pages/vanish_and_explode.py"]
    mine = holding(opened("pages/vanish_and_explode.py", brought), page)
    at = AppTest.from_function(forgetful)
    here = Here({brought.digest: brought}, leaves={page.word: lambda gone: leave(mine, gone)})
    at.session_state["brought"] = here
    checked(at.run())
    assert mine.record == page.record.usual()
    assert (here.networks, here.stores, mine.sent, mine.sending) == ({}, {}, {}, {})


def overflowing(scale: float) -> Brought:
    """A ReLU network of two layers whose states leave float64 once its weights are that large."""
    rng = np.random.default_rng(8)
    layers = tuple(
        Layer(CELLS["relu"], replace(p, W=scale * np.abs(p.W), U=np.abs(p.U)))
        for p in (random_parameters(rng, CELLS["relu"], size, 4) for size in (3, 4))
    )
    given = stacked(rng).given[0]
    batch = replace(given.batch, x=np.ones((60, 1, 3)), targets=np.zeros((1, 1, 4)))
    names = tuple("abcd")
    return Brought(Network(layers), None, (Given(batch, ("",) * 60, names[:1]),), tuple("xyz"), names, "large.pt")


@pytest.mark.parametrize("path", ["pages/backward.py", "pages/unroll.py", "pages/vanish_and_explode.py"])
@pytest.mark.parametrize("layer", [1, 2])
def test_numbers_beyond_float64_get_one_sentence_and_the_page_stands(path: str, layer: int) -> None:
    word = EACH[path].word
    if word == "unroll" and layer == 2:
        return  # it shows all of them at once
    brought = overflowing(1e8)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    at.session_state["brought"] = Here({brought.digest: brought})
    for name, value in query_of(brought, word, 1, layer, 1).items():
        at.query_params[name] = value
    at.switch_page(path)
    (sentence,) = said(checked(at.run()))
    assert re.fullmatch(r"There is no picture: the states of layer 1 grow beyond what float64 holds .*", sentence)
    checked(button(at, "Back to drawn weights").click().run())
    assert components(at)


def test_scales_that_leave_float64_are_named_and_the_others_stay_in_the_picture() -> None:
    brought = overflowing(3e5)
    path = "pages/vanish_and_explode.py"
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    at.session_state["brought"] = Here({brought.digest: brought})
    for name, value in {**query_of(brought, "vanish", 1, 1, 1), "scale": "3"}.items():
        at.query_params[name] = value
    at.switch_page(path)
    (sentence,) = said(checked(at.run()))
    assert re.fullmatch(
        r"Not shown: scales 0\.65 to 3\. There the states of layer 1 grow beyond .*cannot read on\.", sentence
    )
    assert components(at)
    found = family(holding(at, EACH[path]).record, "relu")  # type: ignore[arg-type]
    assert found.lost.tolist() == [scale > 0.62 for scale in found.scales]
    alone = family(holding(at, EACH[path]).record, "relu", (0.5,))  # type: ignore[arg-type]
    np.testing.assert_array_equal(found.log2_dh[found.scales.index(0.5)], alone.log2_dh[0])
