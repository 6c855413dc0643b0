"""A network that a session holds opens on each page that shows it; another session is told where it came from."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.studies.brought import NOT_HERE, Brought
from engine.studies.doors import STUDIES, query_of
from figures.backward import answer as backward
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
