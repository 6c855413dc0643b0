"""A phrase of one's own is read by a trained network as its examples are; what it does not know is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.networks.network import run_network
from engine.studies.backward.study import BackwardStudy
from engine.studies.cell.study import CellStudy
from engine.studies.doors import STUDIES, query_of
from engine.studies.phrase import MOST, Phrase, understood
from engine.studies.shelf import Shelved
from engine.studies.spoken import spoken
from engine.studies.trained import Trained
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from engine.studies.vanish.study import VanishStudy
from engine.tasks import task
from engine.training.run import run_of
from engine.training.speaking import continued, translated
from engine.training.training import Training

WORDS = Training(task="word", length=6, hidden=6, batch=4, cell="gru", rate=0.02)
HELLO = Training(task="character", length=25, hidden=5, batch=1, rate=0.05)
REVIEWS = Training(task="sentiment", length=9, hidden=4, batch=4, cell="lstm", rate=0.02)
NAMES = Training(task="entities", length=7, hidden=4, batch=4, both=True)
HINDI = Training(task="translation", length=4, hidden=5, batch=4, cell="gru", rate=0.02)
LOAN = Training(task="loan", length=11, hidden=4, batch=4)


def study(training: Training, phrase: str, wish: str = "", update: int = 3) -> UnrollStudy:
    return UnrollStudy(trained=Trained(training, update), phrase=phrase, wish=wish)


@pytest.mark.parametrize("kind", [UnrollStudy, CellStudy, BackwardStudy, VanishStudy])
def test_every_page_reads_the_same_phrase(kind: type[Shelved]) -> None:
    one = kind(trained=Trained(WORDS, 3), phrase="It would mean THE")
    assert one.trained is not None
    assert one.trained.entered()[0] == ("it", "would", "mean", "the")
    query = query_of(Trained(WORDS, 3), next(page for page, its in STUDIES.items() if its is kind), phrase=one.phrase)
    assert one.to_query() == query
    assert kind.from_query(query) == (one, [])


def test_the_pages_agree_on_states_loss_and_gradient() -> None:
    found = walk(study(REVIEWS, "movie was not bad"))
    trained = Trained(REVIEWS, 3)
    cell = CellStudy(trained=trained, phrase="movie was not bad").run()
    vanish = VanishStudy(trained=trained, phrase="movie was not bad").run("lstm")
    backward = BackwardStudy(trained=trained, phrase="movie was not bad").run("lstm")
    own = found.parts[0].gradients.layers[0].forward
    for other in (cell, vanish, backward):
        np.testing.assert_allclose(other.trace.h, own.trace.h, rtol=1e-12)
        np.testing.assert_allclose(other.dh, own.dh, rtol=1e-12)
    y = float(found.outputs[0, 0])
    assert float(found.losses[0]) == pytest.approx(-np.log(max(y, 1.0 - y)), rel=1e-12)


def test_a_known_sentence_gives_what_the_example_gives() -> None:
    for which, sentence in enumerate(("Movie was good.", "movie was bad!", "movie was not good"), 1):
        example, own = walk(UnrollStudy(trained=Trained(REVIEWS, 3), which=which)), walk(study(REVIEWS, sentence))
        np.testing.assert_array_equal(own.outputs, example.outputs)
        np.testing.assert_array_equal(own.losses, example.losses)
        assert own.targets == example.targets


def test_a_label_is_flipped_and_loss_and_gradient_follow() -> None:
    sentence = "Ironman punched on hulk’s face"
    before, after = walk(study(NAMES, sentence)), walk(study(NAMES, sentence, "1 0 0 1 0"))
    assert (before.targets, after.targets) == (("1", "0", "0", "1", "1"), ("1", "0", "0", "1", "0"))
    np.testing.assert_array_equal(before.losses[:4], after.losses[:4])
    y = float(before.outputs[4, 0])
    assert float(after.losses[4]) == pytest.approx(-np.log(1.0 - y), rel=1e-12)
    one, other = (found.parts[0].gradients.layers[0].forward.parameters.W for found in (before, after))
    assert not np.allclose(one, other)


def test_a_text_is_asked_for_what_comes_next_and_goes_on_by_itself() -> None:
    one = study(WORDS, "it would mean the")
    assert one.trained is not None
    said, trained = spoken(one.trained), one.trained
    codes = trained.example().x[:, 0]
    trace = run_network(trained.model.network, codes[:, None], [len(codes)])
    o = trained.model.readout.V @ trace.outputs[-1, 0] + trained.model.readout.d
    p = np.exp(o - o.max()) / np.exp(o - o.max()).sum()
    names = trained.task.output_names
    assert [name for name, _ in said.likeliest] == [names[k] for k in np.argsort(-p)[:3]]
    np.testing.assert_allclose([share for _, share in said.likeliest], np.sort(p)[::-1][:3], rtol=1e-10)
    assert said.loss == pytest.approx(-np.log(p.max()), rel=1e-10)
    assert said.goes_on[:2] == tuple(
        names[k] for k in continued(WORDS, trained.model, codes.tolist(), len(said.goes_on[:2]), 0.0, 0)
    )
    wished = study(WORDS, "it would mean the", "me")
    assert wished.trained is not None
    assert spoken(wished.trained).loss == pytest.approx(-np.log(p[names.index("me")]), rel=1e-10)


def test_the_loss_follows_each_symbol_as_its_gradient_says() -> None:
    one = study(LOAN, "Last year, due to my current job situation and family conditions, I", "had")
    assert one.trained is not None
    trained, said = one.trained, spoken(one.trained)
    x, step = trained.sequence().x, 1e-30
    for t, d in ((0, 3), (5, 7), (11, 0)):
        moved = x.astype(complex)
        moved[t, 0, d] += 1j * step
        errors = trained.errors(run_network(trained.model.network, moved))
        assert errors.loss.sum().imag / step == pytest.approx(trained.run()[1].dx[t, 0, d], rel=1e-9)
    np.testing.assert_allclose(said.deciding, np.linalg.norm(trained.run()[1].dx[:, 0], axis=1))


def test_a_decoder_reads_what_it_has_said_itself() -> None:
    one = study(HINDI, "How are you?", update=20)
    assert one.trained is not None
    found, trained = walk(one), one.trained
    codes = [trained.task.source_names.index(word) for word in ("how", "are", "you")]
    said = [trained.task.output_names[k] for k in translated(HINDI, trained.model, codes, 0, 12)]
    assert [trained.task.output_names[int(k)] for k in found.outputs.argmax(axis=1)] == said
    assert found.parts[1].labels == (".", *said[:-1])
    assert one.columns <= UnrollStudy(trained=Trained(HINDI, 21), phrase="how are you").columns


@pytest.mark.parametrize(
    ("training", "phrase", "wish", "sentence"),
    [
        (WORDS, "it would meen the", "", "“meen”: no word that it learned, left out; near is “mean”."),
        (WORDS, "the xylophone", "", "“xylophone”: no word that it learned, left out; it knows 102, as “.”, “it”"),
        (HELLO, "Hello", "", "“H”: read as a small letter."),
        (HELLO, "zz", "", "Nothing of it can be read; the task’s example is shown."),
        (HELLO, "h" * (MOST + 1), "", f"{MOST + 1} characters came; the first {MOST} are read."),
        (REVIEWS, "movie was good", "maybe", "“maybe” cannot be wanted; 0, 1 can be."),
        (NAMES, "bob loves tea", "1 0", "2 wanted answers came, but 3 can be: one a word."),
        (WORDS, "the", "wrld", "“wrld” cannot be wanted; near is “world”."),
    ],
)
def test_what_is_not_known_is_named(training: Training, phrase: str, wish: str, sentence: str) -> None:
    one = study(training, phrase, wish)
    assert one.understood is not None
    assert any(said.startswith(sentence) for said in one.understood.said)
    assert (one.phrase, one.wish) == (phrase, wish)
    assert len(walk(one).outputs)


@given(st.text(max_size=80), st.text(max_size=20), st.sampled_from(["word", "sentiment", "translation", "character"]))
@settings(max_examples=80, deadline=None)
def test_no_phrase_is_refused(phrase: str, wish: str, name: str) -> None:
    found = understood(task(name), Phrase(phrase, wish))
    assert len(found.codes) <= MOST
    assert found.wanted is None or len(found.codes)


def test_nothing_is_trained_to_read_a_link_with_a_phrase() -> None:
    for training in (replace(WORDS, seed=91), replace(HINDI, seed=92)):
        for kind in STUDIES.values():
            one, _ = kind.from_query({"trained": f"{UnrollStudy(trained=Trained(training, 50)).to_query()['trained']}"})
            kind.from_query({**one.to_query(), "phrase": "how are you"})
        assert run_of(training).updates == 0


def test_a_task_without_phrases_says_that_it_reads_none() -> None:
    order = Training(task="order", length=10, hidden=5)
    one, said = UnrollStudy.from_query({**query_of(Trained(order, 2), "unroll"), "phrase": "a b"})
    assert (one.phrase, len(said)) == ("", 1)
    with pytest.raises(ValueError, match="with a phrase was expected"):
        spoken(Trained(order, 2))
