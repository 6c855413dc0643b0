"""A walk through one network: the lecture's own numbers, every wiring, and what a weight set by hand changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.cells import CELLS
from engine.parameters import Parameters
from engine.sequences import sine
from engine.studies.unroll.choices import EXAMPLES, SENTENCES, WIRINGS
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import Walk, walk, weights_of
from tests.engine.oracle import forward

HELLO = UnrollStudy()
OWN = UnrollStudy(example="text", text="abcab")


def run(example: str, **changes: object) -> Walk:
    return walk(replace(UnrollStudy(example=example), **changes))  # type: ignore[arg-type]


def total(walkthrough: UnrollStudy) -> float:
    return float(walk(walkthrough).losses.sum())


def test_hello_begins_with_the_column_of_h() -> None:
    """Lecture E5 to E8, computed without the engine: U x is the first column of U."""
    found = walk(HELLO)
    trace = found.parts[0].trace.layers[0].forward
    np.testing.assert_allclose(trace.pre_activations["state"][0, 0], [0.7, 0.6, 1.0], rtol=1e-15)
    np.testing.assert_allclose(trace.h[1, 0], np.tanh([0.7, 0.6, 1.0]), rtol=1e-15)
    assert [round(value, 3) for value in trace.h[1, 0]] == [0.604, 0.537, 0.762]


def test_hello_goes_on_with_one_number_as_w() -> None:
    """h_t = tanh(0.4893 h_{t-1} + 0.5 + column of U), and the softmax of V h_t, for every letter."""
    found = walk(HELLO)
    U = np.array([[0.2, 0.8, 0.5, 0.6], [0.1, 0.08, 0.0, 0.5], [0.5, 0.8, 0.02, 0.1]])
    V = np.array([[6.5, 6.2, 1.2], [0.2, 0.1, 0.0], [2.0, 1.5, 0.6], [5.0, 0.9, 6.8]])
    h, losses = np.zeros(3), []
    for step, (letter, following) in enumerate(zip("hello", "ello.", strict=True)):
        h = np.tanh(0.4893 * h + 0.5 + U[:, "helo".index(letter)])
        p = np.exp(V @ h) / np.exp(V @ h).sum()
        np.testing.assert_allclose(found.parts[0].trace.outputs[step, 0], h, rtol=1e-14)
        np.testing.assert_allclose(found.outputs[step], p, rtol=1e-13)
        if following != ".":
            losses.append(-np.log(p["helo".index(following)]))
    np.testing.assert_allclose(found.losses, losses, rtol=1e-13)
    assert found.targets == ("e", "l", "l", "o")


def test_the_review_has_31_numbers_to_learn() -> None:
    found = run("review", wiring="many-to-one")
    assert sum(array.size for array in found.weights.values()) == 31
    assert found.walkthrough.vocabulary == ("movie", "was", "good", "bad", "not")
    assert (found.output_at, found.loss_at, found.targets) == ((4,), (4,), ("0",))
    score = float((found.parts[0].trace.outputs[-1, 0] @ found.readout.V.T + found.readout.d)[0])
    np.testing.assert_allclose(found.outputs[0, 0], 1.0 / (1.0 + np.exp(-score)), rtol=1e-14)
    np.testing.assert_allclose(found.losses, [np.log(1.0 + np.exp(score))], rtol=1e-14)


def test_the_other_label_asks_for_the_other_answer() -> None:
    wrong, right = (run("happy", wiring="many-to-one", label=label) for label in (0, 1))
    np.testing.assert_allclose(np.exp(-wrong.losses) + np.exp(-right.losses), 1.0, rtol=1e-14)


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("wiring", WIRINGS)
def test_every_example_runs_in_every_wiring(example: str, wiring: str) -> None:
    found = run(example, wiring=wiring)
    T = len(found.walkthrough.values) if found.walkthrough.numeric else len(found.walkthrough.symbols)
    steps = [part.trace.steps for part in found.parts]
    assert steps == {"one-to-one": [1], "delayed": [T, T]}.get(wiring, [T])
    assert sum(steps) == found.walkthrough.columns
    assert found.output_at == ((T,) if wiring == "many-to-one" else tuple(range(1, steps[-1] + 1)))
    assert len(found.outputs) == len(found.output_at)
    assert len(found.losses) == len(found.loss_at) == len(found.targets)
    assert set(found.loss_at) <= set(found.output_at)
    assert np.isfinite(found.losses).all()
    if found.walkthrough.output_kind == "softmax":
        np.testing.assert_allclose(found.outputs.sum(axis=1), 1.0, rtol=1e-12)


def test_in_step_wants_what_comes_next() -> None:
    assert walk(OWN).targets == ("b", "c", "a", "b")
    assert walk(OWN).loss_at == (1, 2, 3, 4)  # nothing follows the last


def test_one_to_one_reads_a_single_symbol_and_says_the_next() -> None:
    found = walk(replace(OWN, wiring="one-to-one"))
    assert (found.parts[0].labels, found.targets) == (("a",), ("b",))


def test_one_to_many_reads_once_and_then_nothing() -> None:
    found = walk(replace(OWN, wiring="one-to-many"))
    assert found.parts[0].labels == ("a", None, None, None, None)
    assert not found.parts[0].x[1:].any()
    assert found.targets == ("b", "c", "a", "b")


def test_delayed_hands_the_last_state_over_and_reads_its_target_one_step_late() -> None:
    found = walk(replace(OWN, wiring="delayed", cell="lstm"))
    encoder, decoder = found.parts
    assert decoder.labels == (None, *encoder.labels[:-1])
    np.testing.assert_array_equal(decoder.x[1:], encoder.x[:-1])
    ended, begun = encoder.trace.layers[0].forward, decoder.trace.layers[0].forward
    np.testing.assert_array_equal(begun.h[0], ended.h[-1])
    assert begun.c is not None
    assert ended.c is not None
    np.testing.assert_array_equal(begun.c[0], ended.c[-1])
    assert found.targets == tuple("abcab")
    assert not np.array_equal(found.weights["W1"], found.weights["decoder.W1"])


BOTH_WAYS = UnrollStudy(
    example="numbers",
    numbers=(0.0, 0.0, 1.0, 1.0),
    cell="relu",
    hidden=1,
    both=True,
    wiring="many-to-one",
    edits=(
        *((f"{letter}1{way}", 1, 1, 1.0) for letter in "UW" for way in ("", "r")),
        *(("V", 1, column, 1.0) for column in (1, 2)),
    ),
)


def test_a_single_answer_reads_each_direction_where_it_ends() -> None:
    """By hand, ReLU and every weight 1: forwards 0 0 1 2, from the end 1 2 2 2, so V reads (2, 2) and says 4."""
    found = walk(BOTH_WAYS)
    forward, reverse = found.parts[0].trace.layers[0].directions
    np.testing.assert_array_equal(forward.h[1:, 0, 0], [0, 0, 1, 2])
    assert reverse is not None
    np.testing.assert_array_equal(reverse.h[1:, 0, 0], [1, 2, 2, 2])
    np.testing.assert_array_equal(found.states, [[2, 2]])
    np.testing.assert_array_equal(found.outputs, [[4]])
    assert found.losses == [8.0]  # (4 - 0)**2 / 2: the first number is wanted


def test_the_error_of_a_single_answer_comes_to_every_step_of_both_directions() -> None:
    """dL/dy = 4, and every slope is 1 but at inputs 0, 0 of the chain from the start, whose state there is 0."""
    forward, reverse = walk(BOTH_WAYS).parts[0].gradients.layers[0].directions
    np.testing.assert_array_equal(forward.dh[:, 0, 0], [0, 0, 4, 4, 4])
    assert reverse is not None
    np.testing.assert_array_equal(reverse.dh[:, 0, 0], [4, 4, 4, 4, 4])  # in its own reading order


@pytest.mark.parametrize("cell", ["tanh", "lstm", "gru"])
@pytest.mark.parametrize("example", ["review", "numbers"])
def test_every_step_of_both_directions_takes_part_in_a_single_answer(example: str, cell: str) -> None:
    found = run(example, cell=cell, both=True, layers=2, wiring="many-to-one")
    for layer in found.parts[0].gradients.layers:
        for gradients in layer.directions:
            assert np.isfinite(gradients.log2_dh).all()


def test_only_in_step_a_chain_from_the_end_has_read_what_is_wanted() -> None:
    for wiring in WIRINGS:
        assert not replace(OWN, wiring=wiring).foreknown
        if wiring != "delayed":
            assert replace(OWN, wiring=wiring, both=True).foreknown == (wiring == "in-step")


def test_a_sine_wants_its_own_next_value() -> None:
    found = run("sine")
    np.testing.assert_allclose(found.wanted, sine(25)[1:])
    said = found.outputs[:-1, 0]
    np.testing.assert_allclose(found.losses, (said - sine(25)[1:]) ** 2 / 2, rtol=1e-13)


@pytest.mark.parametrize("cell", CELLS)
def test_states_and_gates_are_those_of_the_textbook_equations(cell: str) -> None:
    found = walk(replace(OWN, cell=cell, hidden=4))
    trace = found.parts[0].trace.layers[0].forward
    memory = np.zeros((1, 4)) if CELLS[cell].has_memory else None
    textbook = forward(cell, trace.parameters, found.parts[0].x, np.zeros((1, 4)), memory)
    np.testing.assert_allclose(trace.h, textbook.h, rtol=1e-12, atol=1e-14)
    for gate, values in trace.gates.items():
        np.testing.assert_allclose(values, textbook.gates[gate], rtol=1e-12, atol=1e-14)


SHAPES = [
    replace(OWN, wiring=wiring, cell=cell, layers=layers, both=both)
    for wiring in WIRINGS
    for cell, layers, both in (("tanh", 1, False), ("lstm", 2, False), ("gru", 1, True), ("peephole", 2, True))
    if not (both and wiring == "delayed")
] + [UnrollStudy(example="sine", wiring=wiring) for wiring in WIRINGS]


@pytest.mark.parametrize("walkthrough", SHAPES, ids=lambda one: f"{one.example}-{one.wiring}-{one.cell}-{one.layers}")
def test_gradients_say_what_a_weight_set_by_hand_does_to_the_loss(walkthrough: UnrollStudy) -> None:
    """Central differences over edits, so that wiring, loss and backward pass have to agree."""
    found, step = walk(walkthrough), 1e-5
    for part in found.parts:
        for number, layer in enumerate(part.gradients.layers, 1):
            for side, gradients in zip(("", "r"), layer.directions, strict=False):
                for name, gradient in gradients.parameters.named().items():
                    place = f"{'decoder.' if part.name == 'decoder' else ''}{name}{number}{side}"
                    array = gradient.reshape(found.weights[place].shape)
                    i, j = np.unravel_index(np.abs(array).argmax(), array.shape)
                    at = found.weights[place][i, j]
                    ends = [
                        total(replace(walkthrough, edits=((place, int(i) + 1, int(j) + 1, at + sign * step),)))
                        for sign in (1.0, -1.0)
                    ]
                    difference = (ends[0] - ends[1]) / (2 * step)
                    np.testing.assert_allclose(array[i, j], difference, rtol=1e-5, atol=1e-8, err_msg=place)


def test_an_edit_changes_one_weight_and_leaves_the_others() -> None:
    before, after = weights_of(HELLO), weights_of(replace(HELLO, edits=(("U1", 2, 3, -0.75), ("V", 4, 1, 0.0))))
    assert after["U1"][1, 2] == -0.75
    assert after["V"][3, 0] == 0.0
    assert sum(int((before[name] != after[name]).sum()) for name in before) == 2


def test_the_same_record_gives_the_same_numbers_and_another_seed_gives_others() -> None:
    first, again, other = (weights_of(replace(OWN, seed=seed)) for seed in (7, 7, 8))
    assert all((first[name] == again[name]).all() for name in first)
    assert not (first["W1"] == other["W1"]).any()


def test_layers_directions_and_decoder_draw_weights_of_their_own() -> None:
    deep = weights_of(replace(OWN, layers=3, both=True))
    recurrent = [deep[name] for name in deep if name.startswith("W")]
    assert len(recurrent) == 6
    for k, one in enumerate(recurrent):
        assert not any((one == other).any() for other in recurrent[:k])


@pytest.mark.parametrize("walkthrough", SHAPES, ids=lambda one: f"{one.example}-{one.wiring}-{one.cell}-{one.layers}")
def test_weights_have_the_shapes_that_are_announced(walkthrough: UnrollStudy) -> None:
    assert {name: array.shape for name, array in weights_of(walkthrough).items()} == walkthrough.shapes()


def test_the_lectures_weights_stand_only_where_they_fit() -> None:
    assert HELLO.lecture
    for changes in ({"cell": "lstm"}, {"hidden": 4}, {"layers": 2}, {"both": True}, {"wiring": "many-to-one"}):
        assert not replace(HELLO, **changes).lecture  # type: ignore[arg-type]


def test_the_parameters_of_a_trace_are_the_weights_that_are_shown() -> None:
    found = walk(replace(OWN, cell="gru"))
    parameters: Parameters = found.parts[0].trace.layers[0].forward.parameters
    for name, array in parameters.named().items():
        np.testing.assert_array_equal(found.weights[f"{name}1"].reshape(array.shape), array)


@pytest.mark.parametrize("example", SENTENCES)
def test_sentences_know_every_word_they_use(example: str) -> None:
    words, vocabulary = SENTENCES[example]
    assert set(words) <= set(vocabulary)
    assert len(set(vocabulary)) == len(vocabulary)


def test_a_thousand_symbols_run_through_three_layers() -> None:
    found = walk(UnrollStudy(example="text", text="ab" * 500, cell="lstm", layers=3, hidden=16))
    assert found.parts[0].trace.steps == 1000
    assert np.isfinite(found.losses).all()
