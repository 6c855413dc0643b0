"""Every page opens by itself, from a cold link, with nothing to configure."""

from __future__ import annotations

import pytest

from tests.pages.visits import PAGES, address, checked, components, visit
from ui.frame import MENU, QUESTIONS

EVERY = ["app.py", *PAGES]
each_page = pytest.mark.parametrize("path", EVERY)


@each_page
def test_a_page_opens_with_a_title_and_something_to_see(path: str) -> None:
    at = visit(path)
    assert len(at.title) == 1
    assert components(at)
    assert address(at) == {}


@each_page
def test_a_page_runs_twice(path: str) -> None:
    at = visit(path)
    before = [proto.SerializeToString() for proto in components(at).values()]
    again = checked(at.run())
    assert [proto.SerializeToString() for proto in components(again).values()] == before  # nothing to draw anew


@each_page
def test_presenter_mode_comes_from_the_link_and_from_the_button(path: str) -> None:
    at = visit(path, present="1")
    assert len(at.sidebar) == 0
    assert address(at) == {"present": "1"}
    checked(at.button(key="presenter_switch").click().run())
    assert len(at.sidebar) > 0
    assert address(at) == {}
    checked(at.button(key="presenter_switch").click().run())
    assert len(at.sidebar) == 0
    assert address(at) == {"present": "1"}


@each_page
@pytest.mark.parametrize(
    "query", [{"present": "0"}, {"present": ""}, {"x": "<script>"}, {"": ""}, {"present": "é" * 999}]
)
def test_parameters_that_mean_nothing_do_no_harm(path: str, query: dict[str, str]) -> None:
    at = visit(path, **query)
    assert len(at.sidebar) > 0


def test_the_menu_leads_to_every_page() -> None:
    assert sorted(QUESTIONS) == PAGES
    assert sorted(path for paths in MENU.values() for path in paths) == PAGES
    for name, icon, question in QUESTIONS.values():
        assert name
        assert icon.startswith(":material/")
        assert question.endswith(".")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("pages/unroll.py", {"example": "happy"}),
        ("pages/inside_the_cell.py", {"cell": "gru"}),
        ("pages/backward.py", {"at": "every"}),
        ("pages/vanish_and_explode.py", {"T": "12", "H": "4"}),
        ("pages/the_cliff.py", {"w": "5"}),
    ],
)
def test_who_left_before_the_next_page_was_done_comes_back_to_the_same(path: str, query: dict[str, str]) -> None:
    at = visit(path, **query)
    assert address(at) == query
    at.session_state["page"] = "another that did not run to its end, and so left the controls' values behind"
    at.query_params.clear()
    checked(at.run())
    assert address(at) == query
