"""A preset outlasts the lab's question, which may carry the controls' old values."""

from __future__ import annotations

from tests.pages.visits import address, checked, visit


def test_a_question_that_overtakes_the_controls_does_not_bring_their_old_values_back() -> None:
    at = visit(T="12", H="4", more="helps")
    checked(at.button(key="preset_edge").click().run())
    assert address(at)["init"] == "orthogonal"
    at.selectbox(key="initialiser").set_value("gaussian")  # what the browser still believes
    at.session_state["lab_asked"] = True
    checked(at.run())
    assert address(at)["init"] == "orthogonal"
    assert at.selectbox(key="initialiser").value == "orthogonal"


def test_what_a_visitor_changes_afterwards_stands() -> None:
    at = visit(T="12", H="4")
    checked(at.button(key="preset_edge").click().run())
    checked(at.selectbox(key="initialiser").set_value("glorot").run())
    at.session_state["lab_asked"] = True
    checked(at.run())
    assert address(at)["init"] == "glorot"
