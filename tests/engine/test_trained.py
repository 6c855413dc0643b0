"""A trained network named by a link: what each page shows of it is what the training itself computes at that moment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.studies.backward.study import BackwardStudy
from engine.studies.cell.study import CellStudy
from engine.studies.doors import STUDIES, query_of, race_of, refusal
from engine.studies.shelf import Shelved
from engine.studies.trained import MOST_WORK, Recipe, Trained
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from engine.studies.vanish.families import family
from engine.studies.vanish.remedies import helped
from engine.studies.vanish.study import VanishStudy
from engine.training.changes import Change
from engine.training.run import run_of
from engine.training.step import Backward, Forward, backward_of, forward_of
from engine.training.training import Training

SMALL = Training(length=8, hidden=5, batch=4, cell="lstm", rate=0.02)
EACH = {  # every kind of input, answer and place of a loss
    "numbers": SMALL,
    "symbols": Training(task="order", length=10, hidden=6, batch=4),
    "every step": Training(task="copy", length=2, hidden=4, batch=4, cell="gru"),
    "sigmoids": Training(task="entities", length=7, hidden=4, batch=4, cell="coupled"),
}
DEEP = Training(task="sentiment", length=9, hidden=4, batch=4, layers=2, both=True, cell="gru")
PHRASES = Training(task="translation", length=4, hidden=4, batch=4)
each_training = pytest.mark.parametrize("training", EACH.values(), ids=EACH)
CLOSE = {"rtol": 1e-12, "atol": 1e-15}


def moment(trained: Trained, which: int = 1) -> tuple[Forward, Backward]:
    """What the training makes of an example with its weights of that moment."""
    run = run_of(trained.training)
    run.extend(trained.update)
    forward = forward_of(trained.training, run.moment(trained.update).model, trained.example(which))
    return forward, backward_of(trained.training, forward)


def gradients_by_name(trained: Trained, backward: Backward) -> dict[str, np.ndarray]:
    """The gradient of every array."""
    return trained.training.structure.arrays(backward.gradient)


@each_training
def test_vanish_shows_the_states_and_gradients_of_the_training(training: Training) -> None:
    trained = Trained(training, 3)
    study = VanishStudy(trained=trained)
    forward, backward = moment(trained)
    found = study.run(training.cell)
    np.testing.assert_allclose(found.trace.h, forward.trace.layers[0].forward.h, **CLOSE)
    np.testing.assert_allclose(found.dh, backward.windows[0][1].layers[0].forward.dh, **CLOSE)
    one = family(study, training.cell, (1.0,))
    np.testing.assert_allclose(one.log2_dh[0], found.log2_dh[:, 0], rtol=1e-9)
    assert one.loss[0] == pytest.approx(forward.loss, rel=1e-12)
    doubled = replace(study, scale=2.0).parameters(training.cell).W
    np.testing.assert_array_equal(doubled, 2.0 * forward.trace.network.layers[0].parameters.W)


@each_training
def test_backward_shows_the_gradient_of_every_weight_of_the_training(training: Training) -> None:
    trained = Trained(training, 3)
    study = BackwardStudy(trained=trained)
    forward, backward = moment(trained)
    wanted = gradients_by_name(trained, backward)
    for name, rows in study.gradient(study.run(training.cell)).named().items():
        place = "readout" if name in ("V", "d") else "network.0"
        np.testing.assert_allclose(rows, wanted[f"{place}.{name}"], **CLOSE)
    (loss,) = study.losses(training.cell, study.weights(training.cell))
    assert loss == pytest.approx(forward.loss, rel=1e-12)


@pytest.mark.parametrize("layer", [1, 2])
def test_inside_the_cell_shows_the_chosen_layer_of_the_training(layer: int) -> None:
    for trained in (Trained(DEEP, 2), *(Trained(training, 2) for training in EACH.values())):
        if layer > trained.training.layers:
            continue
        found = CellStudy(trained=trained, layer=layer).run()
        forward, backward = moment(trained)
        np.testing.assert_allclose(found.trace.h, forward.trace.layers[layer - 1].forward.h, **CLOSE)
        np.testing.assert_allclose(found.dh, backward.windows[0][1].layers[layer - 1].forward.dh, **CLOSE)


@pytest.mark.parametrize("training", [*EACH.values(), DEEP, PHRASES], ids=[*EACH, "deep", "phrases"])
def test_unroll_shows_every_layer_and_answer_of_the_training(training: Training) -> None:
    trained = Trained(training, 2)
    for which in range(1, min(2, trained.examples) + 1):
        found = walk(UnrollStudy(trained=trained, which=which))
        forward, backward = moment(trained, which)
        last = found.parts[-1]
        for own, its in zip(last.gradients.layers, backward.windows[0][1].layers, strict=True):
            for one, other in zip(own.directions, its.directions, strict=True):
                np.testing.assert_allclose(one.trace.h, other.trace.h, **CLOSE)
                np.testing.assert_allclose(one.dh, other.dh, **CLOSE)
        assert forward.errors.outputs is not None
        np.testing.assert_allclose(found.outputs, forward.errors.outputs[:, 0], **CLOSE)
        assert float(found.losses @ found.shares) == pytest.approx(forward.loss, rel=1e-12)
        assert found.targets == trained.words(which)[1]


def test_a_weight_set_by_hand_stands_over_a_trained_one() -> None:
    study = UnrollStudy(trained=Trained(SMALL, 2))
    before = walk(study).weights["W1"]
    after = walk(study.changed("edits", (("W1", 2, 3, 0.5),))).weights["W1"]
    changed = np.argwhere(before != after)
    np.testing.assert_array_equal(changed, [[1, 2]])
    assert after[1, 2] == 0.5


@pytest.mark.parametrize("kind", STUDIES.values(), ids=STUDIES)
def test_a_link_names_it_and_what_it_decides_stands_in_no_link(kind: type[Shelved]) -> None:
    query = query_of(Trained(SMALL, 3), "vanish")
    study, said = kind.from_query({**query, "seed": "5"})
    assert said == ["seed: this comes from the trained network."]
    assert study.trained == Trained(SMALL, 3)
    assert study.to_query() == query == {"trained": "n-8.H-5.B-4.cell-lstm.rate-0.02@3"}
    assert kind.from_query(query) == (study, [])
    drawn = study.changed("trained", None)
    assert drawn.trained is None
    assert drawn.to_query()["H"] == "5"
    assert drawn.resting() == (*kind.about_it, *kind.typed)


def test_the_weights_are_no_part_of_what_it_is() -> None:
    known = Trained(SMALL, 2, Trained(SMALL, 2).again().tobytes())
    assert known == Trained(SMALL, 2)
    assert hash(known) == hash(Trained(SMALL, 2))
    np.testing.assert_array_equal(known.model.numbers, Trained(SMALL, 2).model.numbers)


CHANGED = Training(
    task="word", text="One. Two, three @ 5% more.\nOne, more.", length=3, bias=-3.5, cell="lstm", rate=1e-5
)
WAY = (Change(600, "rate", 0.001), Change(800, "clip", 0.25))


@pytest.mark.parametrize("training", [Training(), CHANGED, replace(CHANGED, changes=WAY), DEEP, PHRASES])
def test_what_is_written_reads_as_the_same(training: Training) -> None:
    kind = Recipe()
    assert kind.read(kind.write(Trained(training, 7)), {}, None) == (Trained(training, 7), "")


@given(st.text(max_size=30), st.sampled_from(["", "@3", "@", "@-1", "@1e9"]))
@settings(max_examples=60)
def test_a_recipe_never_raises(words: str, end: str) -> None:
    kind = Recipe()
    for given_words in (words + end, f"task-adding.n-9.{words}{end}"):
        value, said = kind.read(given_words, {}, None)
        assert value is not None or said
        assert value is None or kind.read(kind.write(value), {}, None) == (value, "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("task-adding", "“task-adding” names no trained network; it is written task-adding.n-50.cell-lstm.seed-3@600"),
        ("task-dance@3", "task: “dance” is unknown; there are "),
        ("colour-red.n-9@3", "“colour-red” means nothing in a training; it is written "),
        ("n-9@many", "“many” is not a number"),
        ("n-9@1e999", "“1e999” is out of range"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(words: str, sentence: str) -> None:
    assert Recipe().read(words, {}, None)[1].startswith(sentence)


def test_what_would_take_too_long_is_cut_and_said() -> None:
    long = Training(cell="lstm", hidden=128, batch=32, length=100)
    value, said = Recipe().read(Recipe().write(Trained(long, 90_000)), {}, None)
    assert "90,000 updates of this training would take too long to make again" in said
    assert value is not None
    assert 0 < value.cost <= MOST_WORK
    with pytest.raises(ValueError, match="would take too long"):
        VanishStudy(trained=Trained(long, 90_000))


def test_a_page_that_does_not_show_it_says_why() -> None:
    assert refusal(Trained(PHRASES, 1), "unroll") == ""
    for page in ("cell", "backward", "vanish"):
        assert refusal(Trained(PHRASES, 1), page).startswith(
            "This network is an encoder and a decoder, and this page follows"
        )
    for page in STUDIES:
        assert refusal(Trained(DEEP, 1), page, layer=2, way=2) == ""
    assert refusal(Trained(replace(SMALL, length=100), 1), "backward").endswith(
        "this page shows up to 64 steps and 64 hidden units a layer."
    )
    with pytest.raises(ValueError, match="This network is an encoder"):
        query_of(Trained(PHRASES, 1), "cell")
    study, said = CellStudy.from_query({"trained": Recipe().write(Trained(PHRASES, 1))})
    assert (study, len(said)) == (CellStudy(), 1)


@pytest.mark.parametrize("training", [*EACH.values(), DEEP, PHRASES])
def test_the_page_train_shows_the_training_by_itself(training: Training) -> None:
    assert race_of(Trained(training, 2)).trainings() == (training,)


def test_a_training_that_stopped_before_says_so() -> None:
    wild = Training(length=8, hidden=5, batch=4, cell="relu", rate=10.0, clip=0.0, optimiser="sgd", scale=3.0)
    with pytest.raises(ValueError, match=r"no finite number any more|beyond"):
        _ = Trained(wild, 5000).model


def test_remedies_are_choices_before_training() -> None:
    found = helped(VanishStudy(trained=Trained(SMALL, 2)), "lstm")
    assert {one.name for one in found.remedies if one.excuse == "trained"} == {
        "orthogonal", "identity", "forget", "lstm", "gru", "shorter",
    }  # fmt: skip
    assert {one.name for one in found.remedies if one.run} == {"norm", "value", "truncated"}


def test_nothing_is_trained_for_a_link() -> None:
    never = Training(length=9, hidden=5, seed=77)
    for kind in STUDIES.values():
        kind.from_query({"trained": Recipe().write(Trained(never, 100))})
    assert run_of(never).updates == 0
