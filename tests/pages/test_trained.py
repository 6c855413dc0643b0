"""A trained network opens on each page that shows it, says what it is, and gives way to drawn weights."""

from __future__ import annotations

from urllib.parse import urlencode

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.studies.backward.study import BackwardStudy
from engine.studies.doors import STUDIES, query_of, race_of
from engine.studies.phrase import Phrase
from engine.studies.shelf import Shelved
from engine.studies.spoken import spoken
from engine.studies.trained import Trained
from engine.studies.vanish.study import VanishStudy
from engine.training.training import Training
from figures.trained import known, weights
from figures.words import number
from tests.pages.visits import address, button, checked, components, field, fields, holding, letter, said, visit
from ui.kit.answers import kept
from ui.kit.page import every_page

TRAINING = Training(task="order", length=10, hidden=5, batch=4, cell="lstm", rate=0.02)
NAMED = "LSTM, trained on temporal order, T = 10, update 4"
EACH = {path: page for path, page in every_page().items() if page.word in STUDIES}
each_page = pytest.mark.parametrize("path", EACH)


def opened(path: str, training: Training = TRAINING, update: int = 4, **more: str) -> AppTest:
    """The page with this network."""
    return visit(path, **query_of(Trained(training, update), EACH[path].word), **more)


def words(at: AppTest) -> str:
    """Everything that is said in sentences."""
    return "\n".join(block.value for block in (*at.markdown, *at.caption))


def links(at: AppTest) -> dict[str, str]:
    """The pages that are linked with a trained network."""
    found = {one.proto.page: one.proto.query_string for one in at.main.get("page_link")}
    return {page: query for page, query in found.items() if query}


@each_page
def test_it_is_named_under_the_title_and_shown(path: str) -> None:
    page, at = EACH[path], opened(path)
    assert said(at) == []
    assert f"**{NAMED}.**" in words(at)
    study = holding(at, page).record
    assert isinstance(study, Shelved)
    assert study.trained == Trained(TRAINING, 4)
    assert study.trained.numbers == Trained(TRAINING, 4).again().tobytes()
    assert address(at) == study.to_query() == query_of(Trained(TRAINING, 4), page.word)
    for name in study.resting():
        assert fields(at, page.word, name) == []
    assert study.why_resting() in words(at)
    query = f"trained={study.to_query()['trained'].replace('@', '%40')}"
    found = links(at)
    assert found.pop("train") == urlencode(race_of(Trained(TRAINING, 4)).to_query(), safe="~")
    assert list(found.values()) == [query] * len(STUDIES)  # its own is in the menu


@each_page
def test_its_weights_come_from_one_training_for_all_visitors(path: str) -> None:
    opened(path)
    answered = kept(weights, Trained(TRAINING, 4))
    assert answered is not None
    assert known(Trained(TRAINING, 4), answered)[0] == Trained(TRAINING, 4)
    assert known(Trained(TRAINING, 4), answered)[0].numbers == Trained(TRAINING, 4).again().tobytes()


@each_page
def test_one_press_brings_drawn_weights_back(path: str) -> None:
    page, at = EACH[path], opened(path)
    checked(button(at, "Back to drawn weights").click().run())
    study = holding(at, page).record
    assert isinstance(study, Shelved)
    assert study.trained is None
    assert "trained on" not in words(at)
    assert "trained" not in address(at)
    assert study.by_name()["hidden"] == 5
    assert len(fields(at, page.word, "hidden")) == 1


@each_page
def test_what_is_not_shown_here_says_so_and_the_page_stands(path: str) -> None:
    at = visit(path, trained="task-translation.n-4.H-300@9")
    assert any("H:" in sentence for sentence in said(at))
    assert components(at)
    at = visit(path, trained="nonsense")
    (sentence,) = said(at)
    assert "names no trained network" in sentence


def test_the_messages_are_those_of_the_trained_network() -> None:
    trained = Trained(TRAINING, 4)
    _, header, arrays = letter(opened("pages/vanish_and_explode.py"), "vanish")
    wanted = VanishStudy(trained=trained).run("lstm")
    np.testing.assert_allclose(arrays["dh"][0, 0], wanted.log2_dh[:, 0] * np.log10(2.0), rtol=1e-9)
    assert header["steps"] == 10
    _, header, arrays = letter(opened("pages/backward.py"), "backward_table")
    assert header["rows"] == header["losses"] == [10]
    assert np.isnan(arrays["0.table"][:9]).all()
    np.testing.assert_allclose(
        arrays["0.losses"][9],
        BackwardStudy(trained=trained).errors(wanted.trace, BackwardStudy(trained=trained).weights("lstm")).loss[0, 0],
    )
    _, header, arrays = letter(opened("pages/unroll.py"), "unroll")
    np.testing.assert_array_equal(arrays["weights.W1"], trained.model.network.layers[0].parameters.W)
    assert header["vocabulary"] == ["XX", "XY", "YX", "YY"]
    assert header["parts"][0]["vocabulary"] == ["X", "Y", "a", "b", "c", "d"]
    _, header, arrays = letter(opened("pages/inside_the_cell.py"), "cell")
    assert (header["units"], header["inputs"], header["loss"]["steps"]) == (5, 6, [10])


def test_another_example_and_another_layer_are_chosen() -> None:
    deep = Training(task="sentiment", length=9, hidden=3, batch=2, layers=2, cell="gru")
    page, at = EACH["pages/inside_the_cell.py"], opened("pages/inside_the_cell.py", deep, 2)
    labels = letter(at, "cell")[1]["labels"]
    assert "Layer 1 of 2." in words(at)
    checked(field(at, page.word, "layer").set_value("2").run())
    assert "Layer 2 of 2." in words(at)
    assert letter(at, "cell")[1]["inputs"] == 3
    checked(field(at, page.word, "which").set_value("2").run())
    assert letter(at, "cell")[1]["labels"] != labels
    assert address(at).items() >= {"layer": "2", "which": "2"}.items()
    assert links(at)["unroll"].endswith("&which=2")


def test_a_training_that_stopped_shows_the_last_moment_there_is_and_says_why() -> None:
    wild = Training(length=8, hidden=5, batch=4, cell="relu", rate=10.0, clip=0.0, optimiser="sgd", scale=3.0)
    at = opened("pages/unroll.py", wild, 5000)
    (sentence,) = said(at)
    assert sentence.startswith("Update ")
    assert " is shown instead of 5,000. Update " in sentence
    study = holding(at, EACH["pages/unroll.py"]).record
    assert isinstance(study, Shelved)
    assert study.trained is not None
    assert 0 < study.trained.update < 5000
    assert address(at) == study.to_query()


def test_backward_keeps_its_sentences_for_networks_that_read_them() -> None:
    numbers = Training(task="adding", length=8, hidden=4, batch=4)  # of which none can be left out
    assert "backward_reach" not in components(opened("pages/backward.py", numbers, 2))
    assert "backward_reach" in components(opened("pages/backward.py"))
    assert "backward_reach" in components(visit("pages/backward.py"))


WORDS = Training(task="word", length=6, hidden=6, batch=4, cell="gru", rate=0.02)


@each_page
def test_a_phrase_of_ones_own_is_read_and_answered(path: str) -> None:
    page, at = EACH[path], opened(path, WORDS, 3)
    checked(field(at, page.word, "phrase").set_value("It would mean the").run())
    study = holding(at, page).record
    assert isinstance(study, Shelved)
    assert study.trained is not None
    assert study.trained.entered()[0] == ("it", "would", "mean", "the")
    assert address(at)["phrase"] == "It would mean the"
    assert any("It reads “it would mean the”. By itself it goes on " in sentence for sentence in said(at, "told"))
    buttons = [one for one in at.button if str(one.key).startswith("next.")]
    assert len(buttons) == 3
    word = buttons[0].label.split("**")[1].replace("\\", "")
    checked(buttons[0].click().run())
    assert address(at)["phrase"] == f"It would mean the {word}"
    checked(field(at, page.word, "phrase").set_value("It wuld mean").run())
    assert any(
        "“wuld”: no word that it learned, left out; near is “would”." in sentence for sentence in said(at, "told")
    )
    assert field(at, page.word, "phrase").value == "It wuld mean"


@each_page
def test_one_update_after_the_other_is_looked_at_with_the_loss_before_and_after(path: str) -> None:
    training = Training(task="sentiment", length=9, hidden=4, batch=4, rate=0.05)
    page, at = EACH[path], opened(path, training, 2, phrase="They are happy")

    def loss(update: int) -> str:
        trained = Trained(training, update, phrase=Phrase("They are happy"))
        y = float(spoken(trained).outputs[0, 0])
        return number(-float(np.log(y)))

    assert f"The loss of what it reads here is {loss(2)} after update 2." in words(at)
    checked(button(at, "+1").click().run())
    assert address(at)["trained"].endswith("@3")
    assert address(at)["phrase"] == "They are happy"
    assert f"The loss of what it reads here is {loss(3)} after update 3; it was {loss(2)} after update 2." in words(at)
    checked(button(at, "+10").click().run())
    assert address(at)["trained"].endswith("@13")
    checked(button(at, "Untrained").click().run())
    assert f"The loss of what it reads here is {loss(0)} after update 0; it was {loss(13)} after update 13." in words(
        at
    )
    checked(button(at, "To update 13").click().run())
    study = holding(at, page).record
    assert isinstance(study, Shelved)
    assert study.trained is not None
    assert study.trained.numbers == Trained(training, 13).again().tobytes()


def test_a_lecture_s_three_reviews_come_in_a_link_and_a_phrase_is_read_in_their_words() -> None:
    reviews = "movie was good 1\nmovie was bad 0\nmovie was not good 0"
    training = Training(task="sentiment", length=9, text=reviews, hidden=3, batch=3, optimiser="sgd", rate=0.5)
    at = opened("pages/unroll.py", training, 30, phrase="the movie was not bad")
    assert "trained on sentiment from data of one’s own" in words(at)
    (heard,) = [sentence for sentence in said(at, "told") if "movie" in sentence]
    assert "“the”: no word that it learned, left out" in heard
    assert "It reads “movie was not bad”." in heard
    count = "".join(words for words, _ in letter(at, "unroll")[1]["count"])
    assert count.startswith("5·3 + 3 + 3·3 + 3·1 + 1")


def test_a_second_phrase_stands_beside_the_first_with_what_counts_alone_would_say() -> None:
    training = Training(task="sentiment", length=9, hidden=4, batch=4)
    at = opened("pages/unroll.py", training, 2, phrase="this phone is no good")
    assert "second" not in letter(at, "unroll")[1]
    checked(field(at, "unroll", "second_phrase").set_value("No, the phone is good zzz").run())
    assert address(at)["phrase2"] == "No, the phone is good zzz"
    header = letter(at, "unroll")[1]
    assert header["second"]["named"] == "2: No, the phone is good zzz"
    assert "by logistic regression, is right on" in header["compared"]["said"]
    assert any(caption.value.startswith("“zzz”: no word that it learned") for caption in at.caption)
    checked(field(at, "unroll", "phrase").set_value("").run())
    assert fields(at, "unroll", "second_phrase") == []
    assert "second" not in letter(at, "unroll")[1]
