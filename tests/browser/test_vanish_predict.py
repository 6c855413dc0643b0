"""Predict, then reveal, by hand."""

from __future__ import annotations

from urllib.parse import urlencode

from playwright.sync_api import Page

from engine.studies.vanish.predict import answer
from engine.studies.vanish.study import VanishStudy
from figures.vanish.predict import answer_words
from tests.browser.vanish import PATH, Vanish, ready


def test_a_class_votes_and_the_curves_appear_with_the_vote_beside_the_answer(page: Page) -> None:
    page.add_init_script(Vanish.script())
    page.goto(f"{PATH}?{urlencode({'T': '30', 'H': '6', 'cells': 'tanh', 'predict': '1'})}")
    page.get_by_role("radio", name="vanishes").click()
    page.get_by_role("textbox", name="tanh RNN: tenfold after").wait_for()
    assert page.locator(".stage.vanish").count() == 0
    page.get_by_role("button", name="Reveal").click()
    vanish = ready(Vanish(page))
    experiment = VanishStudy(cells=("tanh",), steps=30, hidden=6)
    words = answer_words(answer(experiment.run("tanh").log2_dh[:, 0]))
    line = page.locator(".st-key-votes").filter(has_text=f"Computed: {words}")
    line.wait_for()
    assert "Predicted: vanishes, tenfold after 10 steps" in (line.text_content() or "")
    assert vanish.address()["predict"] == "1"
    page.get_by_role("button", name="Explode").click()
    page.get_by_role("button", name="Reveal").wait_for()
    page.locator(".stage.vanish").wait_for(state="detached")
