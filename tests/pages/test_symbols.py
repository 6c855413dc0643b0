"""The words and symbols, opened from every page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.visits import AWKWARD, PAGES, button, checked, visit
from ui.kit.symbols import glossary


def _words(at: AppTest) -> list[str]:
    checked(button(at, "Symbols").click().run())
    return [element.proto.body for element in at.get("html") if 'class="word"' in element.proto.body]


@pytest.mark.parametrize("path", ["app.py", *PAGES])
def test_the_symbols_open_on_every_page(path: str) -> None:
    assert len(_words(visit(path))) == len(glossary())


def test_what_is_sought_is_found_whatever_it_is() -> None:
    at = visit("app.py")
    at.session_state["symbols_find"] = "W_hh"
    (found,) = _words(at)
    assert "recurrent weights" in found
    at.session_state["symbols_find"] = AWKWARD
    assert _words(at) == []
    assert "None of the words here is written so." in [one.value for one in at.markdown]


def test_a_lectures_symbols_are_those_of_its_scene() -> None:
    at = visit("pages/lectures.py", lecture="e", scene="3")
    _words(at)
    sizes = "".join(element.proto.body for element in at.get("html") if "class='size'" in element.proto.body)
    assert "<b>H</b> hidden size 3" in sizes
