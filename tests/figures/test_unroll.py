"""The walk's message: every array is the engine's, in the order of the columns, and what stands in words is right."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.studies.unroll.choices import EXAMPLES, WIRINGS
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import Walk, walk
from figures.message import opened
from figures.unroll.answer import answer
from figures.unroll.by_hand import by_hand
from figures.unroll.unit_order import by_similarity, by_variance
from figures.unroll.walk import origin
from figures.unroll.words import label, walk_verdict
from figures.words import power

HELLO = UnrollStudy()
REVIEW = UnrollStudy(example="review", wiring="many-to-one")
TEXT = UnrollStudy(example="text", text="abcab", seed=3)
LONG = UnrollStudy(example="text", text="ab" * 500, cell="identity", layers=2)
OUTBURST = (("W1", 1, 1, 100.0),)


def sent(walkthrough: UnrollStudy) -> tuple[Walk, dict[str, Any], dict[str, np.ndarray]]:
    header, arrays = opened(answer(walkthrough))
    return walk(walkthrough), dict(header), arrays


SHAPES = [
    replace(TEXT, wiring=wiring, cell=cell, layers=layers, both=both)
    for wiring in WIRINGS
    for cell, layers, both in (("tanh", 1, False), ("lstm", 2, False), ("gru", 2, True))
    if not (both and wiring == "delayed")
]


@pytest.mark.parametrize("walkthrough", SHAPES, ids=lambda one: f"{one.wiring}-{one.cell}-{one.layers}")
def test_states_gates_and_gradients_stand_in_the_order_of_the_columns(walkthrough: UnrollStudy) -> None:
    found, header, arrays = sent(walkthrough)
    k = 0
    for part in found.parts:
        for layer, back in zip(part.trace.layers, part.gradients.layers, strict=True):
            for way, (trace, gradients) in enumerate(zip(layer.directions, back.directions, strict=True)):
                turn = slice(None, None, -1 if way else 1)
                np.testing.assert_array_equal(arrays[f"{k}.h"], trace.h[turn, 0])
                for g, gate in enumerate(trace.cell.gates):
                    np.testing.assert_array_equal(arrays[f"{k}.gates"][g], trace.gates[gate][turn, 0])
                    np.testing.assert_array_equal(arrays[f"{k}.sums"][g], trace.pre_activations[gate][turn, 0])
                norms = np.linalg.norm(gradients.dh[1:, 0], axis=1)[turn]
                some = norms > 0
                np.testing.assert_allclose(arrays[f"{k}.dh"][some], np.log10(norms[some]), rtol=1e-9, atol=1e-12)
                assert (arrays[f"{k}.dh"][~some] == -np.inf).all()
                if trace.c is not None:
                    np.testing.assert_array_equal(arrays[f"{k}.c"], trace.c[turn, 0])
                assert header["chains"][k]["reverse"] == bool(way)
                k += 1
    assert len(header["chains"]) == k
    assert header["steps"] == walkthrough.columns


def test_arrows_have_the_size_of_what_flows() -> None:
    found, _, arrays = sent(TEXT)
    U, W = found.weights["U1"], found.weights["W1"]
    h = found.parts[0].trace.layers[0].forward.h[:, 0]
    inward = [np.linalg.norm(U @ x) for x in found.parts[0].x[:, 0]]
    np.testing.assert_allclose(
        10.0 ** arrays["0.flow"], [inward, [np.linalg.norm(W @ before) for before in h[:-1]]], atol=1e-15
    )
    np.testing.assert_allclose(
        10.0 ** arrays["outflow"], [np.linalg.norm(found.weights["V"] @ after) for after in h[1:]]
    )


def test_a_gated_state_flows_as_it_is_gated() -> None:
    found, _, arrays = sent(replace(TEXT, cell="mgu", hidden=2))
    trace = found.parts[0].trace.layers[0].forward
    W, h, forget = found.weights["W1"], trace.h[:-1, 0], trace.gates["forget"][:, 0]
    both = np.concatenate([h @ W[:2].T, (forget * h) @ W[2:].T], axis=1)
    np.testing.assert_allclose(10.0 ** arrays["0.flow"][1], np.linalg.norm(both, axis=1), atol=1e-15)


@pytest.mark.parametrize("walkthrough", SHAPES, ids=lambda one: f"{one.wiring}-{one.cell}-{one.layers}")
def test_outputs_and_losses_name_their_columns(walkthrough: UnrollStudy) -> None:
    found, header, arrays = sent(walkthrough)
    behind = header["steps"] - found.parts[-1].trace.steps
    assert header["output"]["at"] == [behind + t for t in found.output_at]
    assert header["loss"]["at"] == [behind + t for t in found.loss_at]
    np.testing.assert_array_equal(arrays["outputs"], found.outputs)
    np.testing.assert_array_equal(arrays["losses"], found.losses)
    if header["output"]["kind"] == "softmax":
        said = [header["vocabulary"][code] for code in header["loss"]["codes"]]
        assert said == header["loss"]["targets"]
        rows = [header["output"]["at"].index(t) for t in header["loss"]["at"]]
        picked = arrays["outputs"][rows, header["loss"]["codes"]]
        np.testing.assert_allclose(-np.log(picked), arrays["losses"], rtol=1e-9)


def test_a_single_answer_says_that_it_reads_the_chain_from_the_end_in_column_1() -> None:
    for walkthrough in SHAPES:
        found, header, arrays = sent(walkthrough)
        ends, T = walkthrough.wiring == "many-to-one" and walkthrough.both, header["steps"]
        expected = [[T, 1]] if ends else [[at] * (1 + walkthrough.both) for at in header["output"]["at"]]
        assert header["output"]["reads"] == expected
        top = len(header["chains"]) - 1 - walkthrough.both
        rows = [
            np.concatenate([arrays[f"{top + way}.h"][at - (way == 1)] for way, at in enumerate(reads)])
            for reads in np.array(expected) - (T - found.parts[-1].trace.steps)
        ]
        outward = [np.linalg.norm(found.weights["V"] @ row) for row in rows]
        np.testing.assert_allclose(10.0 ** arrays["outflow"], outward)


def test_the_error_of_a_single_answer_is_largest_where_it_enters_each_chain() -> None:
    """dL/dh of the chain from the end stands in the order of the columns, and enters in column 1."""
    found, header, arrays = sent(replace(TEXT, wiring="many-to-one", both=True))
    assert [chain["reverse"] for chain in header["chains"]] == [False, True]
    entering = np.abs(found.errors.output_errors[0, 0]) * np.abs(found.weights["V"][0])  # type: ignore[index]
    for k, column in ((0, -1), (1, 0)):
        size = np.linalg.norm(entering[3 * k : 3 * k + 3])
        np.testing.assert_allclose(arrays[f"{k}.dh"][column], np.log10(size), rtol=1e-12)
        assert np.isfinite(arrays[f"{k}.dh"]).all()


def test_a_prediction_of_what_has_been_read_is_called_none() -> None:
    both = {"both": True, "hidden": 4}
    said = walk_verdict(walk(replace(TEXT, **both)))  # type: ignore[arg-type]
    assert said.endswith(". The chain from the end has already read the next character: this is no prediction.")
    assert "next number" in walk_verdict(walk(UnrollStudy(example="sine", both=True)))
    for wiring in ("one-to-one", "one-to-many", "many-to-one"):
        assert "already" not in walk_verdict(walk(replace(TEXT, wiring=wiring, **both)))  # type: ignore[arg-type]
    assert "already" not in walk_verdict(walk(TEXT))


def test_a_long_walk_is_sent_in_half_the_bytes_and_loses_nothing_that_is_shown() -> None:
    found, _, arrays = sent(UnrollStudy(example="text", text="ab" * 500, cell="lstm", layers=3, hidden=32))
    assert arrays["0.h"].dtype == np.float32
    assert arrays["weights.U1"].dtype == np.float64  # an edit has to come back exactly
    np.testing.assert_allclose(arrays["0.h"], found.parts[0].trace.layers[0].forward.h[:, 0], rtol=1e-6, atol=1e-9)


def test_infinite_numbers_are_sent_as_such_and_the_loss_is_said_by_its_logarithm() -> None:
    text = "ab" * 500
    found, header, arrays = sent(UnrollStudy(example="text", text=text, cell="identity", edits=(("W1", 1, 1, 100.0),)))
    assert np.isinf(arrays["0.h"]).any()
    assert f" {power(float(found.errors.log2_loss[0]))}, the sum of 999 steps" in header["loss"]["says"]
    assert "infinite" not in header["loss"]["says"]
    json.dumps(header, allow_nan=False)


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("wiring", WIRINGS)
def test_every_message_ends_its_sentences(example: str, wiring: str) -> None:
    _, header, _ = sent(UnrollStudy(example=example, wiring=wiring))
    for name in ("verdict", "plain", "origin"):
        assert header[name].endswith(".")
        assert "nan" not in header[name]


def test_the_lectures_figures_stand_beside_the_exact_ones() -> None:
    rows = {row["what"]: row for row in by_hand(walk(HELLO))}
    entering = rows["U x for ‘h’ = [1, 0, 0, 0]"]
    assert (entering["written"], entering["exact"]) == ("[0.2, 0.8, 0.5]", "[0.2, 0.1, 0.5]")
    assert rows["s = tanh(W s + b + U x)"]["exact"] == "[0.604, 0.537, 0.762]"
    assert "[0.604, 0.862, 0.762]" in rows["s = tanh(W s + b + U x)"]["why"]
    assert rows["softmax(V s)"]["exact"].endswith(": o")
    V = walk(HELLO).readout.V
    for state in ([0.6, 0.8, 0.2], walk(HELLO).parts[0].trace.outputs[0, 0]):
        assert np.abs(V @ state - [1.0, 2.5, 0.9, 1.2]).max() > 1.0  # neither state gives the written product
    assert by_hand(walk(replace(HELLO, edits=(("U1", 1, 1, 0.5),)))) == []
    assert by_hand(walk(REVIEW)) == []


def test_the_verdict_is_counted_from_the_outputs() -> None:
    found = walk(TEXT)
    right = sum(int(p.argmax() == code) for p, code in zip(found.outputs, found.wanted, strict=False))
    assert f"likeliest at {right} of 4 steps" in walk_verdict(found)
    assert "guessing gives 0.333" in walk_verdict(found)
    for seed in range(6):
        happy = walk(UnrollStudy(example="happy", wiring="many-to-one", label=1, seed=seed))
        assert ("is right" if happy.outputs[0, 0] > 0.5 else "is wrong") in walk_verdict(happy)


def test_a_value_that_is_missed_by_everything_is_said_beside_saying_nothing() -> None:
    found = walk(UnrollStudy(example="numbers", numbers=(1.0, 2.0, 3.0)))
    missed = np.sqrt(np.mean((found.outputs[:2, 0] - [2.0, 3.0]) ** 2))
    assert f"misses by {missed:.3g}" in walk_verdict(found)
    assert "misses by 2.55" in walk_verdict(found)  # sqrt((4 + 9) / 2)


def test_where_the_weights_come_from_is_said() -> None:
    assert "lecture's own" in origin(walk(HELLO))
    assert "seed 3" in origin(walk(TEXT))
    assert "; 1 set by hand" in origin(walk(replace(TEXT, edits=(("V", 1, 1, 2.0),))))


@pytest.mark.parametrize(
    ("symbol", "shown"),
    [
        (" ", "␣"),
        ("\n", "⏎"),
        ("\t", "⇥"),
        ("a", "a"),
        ("<b>", "<b>"),
        ("x" * 40, "x" * 14 + "…"),
        ("\r\n", "⏎"),
        ("👨‍👩‍👧‍👦" * 2, "👨‍👩‍👧‍👦" * 2),
        ("च्छे" * 14, "च्छे" * 14),
    ],
)
def test_a_symbol_can_be_seen_and_fits(symbol: str, shown: str) -> None:
    assert label(symbol) == shown


def test_a_pile_of_combining_marks_stays_short() -> None:
    assert len(label("e" + "\u0301" * 5000)) < 100
    assert label("👨‍👩‍👧‍👦" * 20).rstrip("…") == "👨‍👩‍👧‍👦" * 8  # cut between symbols


def test_units_are_ordered_by_how_much_they_vary() -> None:
    still, slow, fast = np.zeros(4), np.array([0.0, 0.1, 0.2, 0.3]), np.array([0.0, 1.0, 0.0, 1.0])
    assert by_variance(np.stack([still, slow, fast], axis=1)) == [2, 1, 0]


def test_units_are_ordered_so_that_the_like_stand_together() -> None:
    wave = np.sin(np.arange(9.0))
    states = np.stack([wave, -3 * wave, np.cos(np.arange(9.0)), 0.5 * wave], axis=1)
    order = by_similarity(states)
    assert order[0] == 1
    assert abs(order.index(0) - order.index(3)) == 1
    assert sorted(order) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("walkthrough", "shown", "part"),
    [
        (TEXT, TEXT, ""),
        (replace(LONG, edits=OUTBURST), LONG, "set by hand are left out"),
        (replace(LONG, wiring="delayed", edits=OUTBURST), replace(LONG, wiring="delayed"), "set by hand are left out"),
    ],
    ids=["all is well", "stack", "decoder"],
)
def test_of_what_overflows_the_nearest_that_runs_is_shown_and_why(
    walkthrough: UnrollStudy, shown: UnrollStudy, part: str
) -> None:
    header, arrays = opened(answer(walkthrough))
    assert part in str(header["warning"])
    assert bool(header["warning"]) == bool(part)
    np.testing.assert_allclose(arrays["outputs"], walk(shown).outputs, rtol=1e-6)
