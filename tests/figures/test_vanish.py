"""The lab's message says what the engine found, at every scale, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

import figures.vanish.picture
from engine.cells import CELLS
from engine.measures import recurrent_blocks
from engine.studies.vanish.families import SCALES, Family, deciding, family, nearest_scale
from engine.studies.vanish.seeds import MOST_SEEDS, Spread, other_seeds, spread
from engine.studies.vanish.study import VanishStudy
from figures.message import opened
from figures.theme import theme_message
from figures.vanish.answer import answer, answer_family, answer_seeds, answer_whole
from figures.words import LOG10_2, half_life, spread_clause, verdicts

SMALL = VanishStudy(cells=("tanh", "lstm", "gru"), steps=11, hidden=5)


@cache
def families(experiment: VanishStudy) -> tuple[Family, ...]:
    return tuple(family(experiment, cell) for cell in experiment.cells)


def whole(experiment: VanishStudy, with_seeds: bool = False, small: bool = False) -> bytes:
    """The message of every scale, as it is put together from a first look and each cell's part."""
    parts = [list(answer_family(deciding(experiment, cell)))[-1] for cell in experiment.cells]
    seeds = [answer_seeds(replace(experiment, cells=(cell,))) for cell in experiment.cells if with_seeds]
    assert all(isinstance(part, bytes) for part in parts)
    return answer_whole(experiment, answer(experiment, small), parts, seeds, small)  # type: ignore[arg-type]


def sent(experiment: VanishStudy = SMALL, with_seeds: bool = False, small: bool = False) -> tuple[Any, dict[str, Any]]:
    return opened(whole(experiment, with_seeds, small))


def test_the_arrays_are_the_families_records() -> None:
    header, arrays = sent()
    C, S, T, H = 3, len(SCALES), SMALL.steps, SMALL.hidden
    assert header["steps"] == T
    assert tuple(header["scales"]) == SCALES
    assert arrays["dh"].shape == arrays["dc"].shape == arrays["rms"].shape == (C, S, T + 1)
    assert arrays["h"].shape == (C, S, T + 1, H)
    for c, found in enumerate(families(SMALL)):
        assert np.array_equal(arrays["dh"][c], found.log2_dh * LOG10_2)
        assert np.array_equal(arrays["gradient"][c], found.log2_gradient * LOG10_2)
        assert np.array_equal(arrays["radius"][c], found.spectral_radius)
        assert np.array_equal(arrays["singular"][c], found.singular_value)
        assert np.array_equal(arrays["saturation"][c], found.saturation)
        assert np.array_equal(arrays["loss"][c], found.loss)
        assert np.array_equal(arrays["h"][c], found.h)
        for name, log2 in {"bySaturation": found.log2_by_saturation, "byWeights": found.log2_by_weights}.items():
            np.testing.assert_allclose(arrays[name][c], log2 * LOG10_2, rtol=1e-6, err_msg=name)
            assert arrays[name].shape == (C, S, T)
        np.testing.assert_allclose(arrays["rms"][c], np.sqrt((found.h.astype(float) ** 2).mean(axis=-1)), rtol=1e-6)


def test_a_cell_without_memory_or_bound_has_none_in_the_message() -> None:
    _, arrays = sent()
    assert np.isnan(arrays["dc"][0]).all()
    assert np.isnan(arrays["dc"][2]).all()
    assert np.isfinite(arrays["dc"][1]).all()
    assert np.isfinite(arrays["bound"][0]).all()
    assert np.isnan(arrays["bound"][1:]).all()


def test_norms_stay_unrounded_and_states_are_float32() -> None:
    _, arrays = sent()
    assert {name for name, array in arrays.items() if array.dtype == np.float32} == {
        *("rms", "h", "bySaturation", "byWeights")
    }


def test_each_cell_comes_with_its_name_verdicts_and_half_lives() -> None:
    header, _ = sent()
    assert [cell["name"] for cell in header["cells"]] == list(SMALL.cells)
    for cell, found in zip(header["cells"], families(SMALL), strict=True):
        assert cell["title"] == CELLS[cell["name"]].title
        assert cell["verdicts"] == verdicts(found, "")
        assert cell["halfLives"] == [half_life(reach) for reach in found.reach]


def test_with_a_loss_at_every_step_the_verdicts_and_the_header_say_so() -> None:
    every = replace(SMALL, at="every")
    header, _ = sent(every)
    assert not header["lastLossOnly"]
    assert header["cells"][0]["verdicts"][0] == verdicts(families(every)[0], "The losses of all steps, summed,")[0]
    assert sent(replace(every, loss="probe"))[0]["lastLossOnly"]


@pytest.mark.parametrize(("cell", "bounded"), [("tanh", True), ("gru", True), ("lstm", True), ("identity", False)])
def test_only_states_that_leave_one_stretch_the_colour_scale(cell: str, bounded: bool) -> None:
    header, _ = sent(replace(SMALL, cells=(cell,), steps=40))
    assert header["cells"][0]["bounded"] == bounded


@pytest.mark.parametrize("scale", [0.2, 1.35, 3.0])
def test_a_first_look_holds_one_scale_and_says_which(scale: float) -> None:
    experiment, k = replace(SMALL, scale=scale), SCALES.index(scale)
    header, arrays = opened(answer(experiment))
    assert tuple(header["scales"]) == SCALES  # type: ignore[arg-type]
    assert (header["from"], header["runs"]) == (k, 1)
    for c, all_scales in enumerate(families(experiment)):
        np.testing.assert_allclose(arrays["dh"][c, 0], all_scales.log2_dh[k] * LOG10_2, atol=1e-10)
        assert len(header["cells"][c]["verdicts"]) == 1  # type: ignore[index]


def test_a_first_look_is_taken_at_the_nearest_scale_that_a_drag_passes() -> None:
    header, _ = opened(answer(replace(SMALL, scale=1.37)))
    assert header["from"] == SCALES.index(1.35)


def test_every_scale_is_the_same_message_wherever_a_drag_ends() -> None:
    assert whole(replace(SMALL, scale=0.4)) == whole(replace(SMALL, scale=2.0))
    assert opened(whole(SMALL))[0]["runs"] == len(SCALES)


def test_a_part_serves_every_experiment_that_runs_its_cell_alike() -> None:
    other = replace(SMALL, cells=("gru", "tanh"), scale=2.0, clip=3.0, forget_bias=5.0, other_seeds=True)
    assert deciding(other, "tanh") == deciding(SMALL, "tanh")
    assert deciding(replace(SMALL, forget_bias=4.0), "gru") == deciding(SMALL, "gru")
    assert deciding(replace(SMALL, forget_bias=4.0), "lstm") != deciding(SMALL, "lstm")
    changes: list[dict[str, Any]] = [
        *({"seed": 3}, {"steps": 8}, {"hidden": 4}, {"initialiser": "identity"}),
        *({"inputs": "sine"}, {"loss": "probe"}, {"at": "every"}),
    ]
    for change in changes:
        assert deciding(replace(SMALL, **change), "tanh") != deciding(SMALL, "tanh")


def test_the_share_that_is_done_grows_until_a_part_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.studies.vanish.families.CHUNK_BYTES", 1000.0)
    *shares, part = answer_family(deciding(SMALL, "tanh"))
    assert isinstance(part, bytes)
    assert len(shares) > 10
    assert shares == sorted(shares)  # type: ignore[type-var]
    assert shares[-1] == 1.0


def test_too_many_states_are_sent_at_the_current_scale_only(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = replace(SMALL, scale=2.0)
    every = sum(found.h.nbytes for found in families(experiment))
    monkeypatch.setattr(figures.vanish.picture, "STATES_BUDGET", every)
    header, arrays = sent(experiment)
    assert header["statesAt"] is None
    assert arrays["h"].nbytes == every
    monkeypatch.setattr(figures.vanish.picture, "STATES_BUDGET", every - 1)
    header, arrays = sent(experiment)
    assert header["statesAt"] == SCALES.index(2.0)
    states = [found.h[SCALES.index(2.0)] for found in families(experiment)]
    np.testing.assert_allclose(arrays["h"][:, 0], states, rtol=1e-6, atol=1e-7)
    assert arrays["rms"].shape == (3, len(SCALES), SMALL.steps + 1)


def test_the_largest_message_stays_small_enough_for_a_rerun() -> None:
    experiment = replace(SMALL, steps=1000, hidden=8, cells=("tanh", "relu", "identity", "sigmoid"))
    assert (
        len(whole(experiment)) < figures.vanish.picture.STATES_BUDGET + 7_400_000
    )  # at most 4 cells of 57 scales by 1,001 steps


def test_the_labels_of_a_text_are_its_symbols_and_other_inputs_have_none() -> None:
    text = '<script>👨‍👩‍👧‍👦 "e\u0301"'
    header, _ = sent(replace(SMALL, inputs="text", text=text))
    assert header["labels"][:2] == ["<", "s"]
    assert "👨‍👩‍👧‍👦" in header["labels"]
    assert len(header["labels"]) == header["steps"]
    assert sent()[0]["labels"] is None


def test_clipping_is_said_where_the_gradient_is_larger_than_the_threshold() -> None:
    experiment = replace(SMALL, cells=("identity",), loss="probe", clip=5.0)
    header, arrays = sent(experiment)
    over = arrays["gradient"][0] > np.log10(5.0)
    assert over.any()
    assert not over.all()
    assert [words != "not clipped" for words in header["clipped"][0]] == over.tolist()
    k = int(np.flatnonzero(over)[0])
    factor = float(header["clipped"][0][k].split()[-1])
    assert factor == pytest.approx(5.0 / 10 ** arrays["gradient"][0, k], rel=0.006)
    assert sent(replace(experiment, clip=0.0))[0]["clipped"] == [[]]


def test_a_cell_with_gates_is_called_so() -> None:
    header, _ = sent(replace(SMALL, cells=("tanh", "leaky", "lstm", "mgu")))
    assert [cell["gated"] for cell in header["cells"]] == [False, False, True, True]


def spreads(experiment: VanishStudy) -> list[Spread]:
    return [spread(experiment, cell, other_seeds(experiment)) for cell in experiment.cells]


def test_radius_and_norm_are_said_to_be_of_the_gate_with_the_largest() -> None:
    study = replace(SMALL, cells=("lstm", "tanh"))
    lstm, tanh = sent(study)[0]["cells"]
    blocks = recurrent_blocks(CELLS["lstm"], study.parameters("lstm"))
    radii = [np.abs(np.linalg.eigvals(block)).max() for block in blocks]
    norms = [np.linalg.norm(block, 2) for block in blocks]
    assert lstm["largestIn"] == ["ifgo"[int(np.argmax(sizes))] for sizes in (radii, norms)]
    assert tanh["largestIn"] == ["", ""]


def test_other_seeds_are_not_mentioned_where_nobody_asked() -> None:
    header, arrays = sent()
    assert header["seeds"] is None
    assert "spread" not in arrays


def test_the_spread_of_other_seeds_is_sent_relative_and_absolute() -> None:
    experiment = replace(SMALL, other_seeds=True)
    found = spreads(experiment)
    k = nearest_scale(experiment)
    header, arrays = sent(experiment, with_seeds=True)
    assert header["seeds"] == {"count": MOST_SEEDS, "scale": k, "said": [spread_clause(one) for one in found]}
    assert arrays["spread"].shape == (2, 3, 3, SMALL.steps + 1)
    assert arrays["spread"].dtype == np.float32
    for c, one in enumerate(found):
        np.testing.assert_allclose(arrays["spread"][0, c], one.log2_relative * LOG10_2, rtol=1e-6)
        np.testing.assert_allclose(arrays["spread"][1, c], one.log2_dh * LOG10_2, rtol=1e-6)


def test_until_other_seeds_have_been_run_the_message_says_how_many_there_will_be() -> None:
    header, arrays = sent(replace(SMALL, other_seeds=True))
    assert header["seeds"]["count"] == MOST_SEEDS
    assert header["seeds"]["said"] == []
    assert "spread" not in arrays


def test_other_seeds_come_with_a_first_look_too() -> None:
    experiment = replace(SMALL, other_seeds=True, scale=2.0)
    found = spreads(experiment)
    seeds = [answer_seeds(replace(experiment, cells=(cell,))) for cell in experiment.cells]
    header, arrays = opened(answer_whole(experiment, answer(experiment), (), seeds))
    assert (header["from"], header["runs"]) == (SCALES.index(2.0), 1)
    assert header["seeds"]["said"] == [spread_clause(one) for one in found]  # type: ignore[index]
    assert np.array_equal(arrays["dh"], opened(answer(experiment))[1]["dh"])


def test_the_theme_travels_with_the_message_and_whether_it_is_small() -> None:
    header, _ = sent(small=True)
    assert header["small"]
    assert header["theme"] == json.loads(json.dumps(theme_message()))


@pytest.mark.parametrize(
    "experiment",
    [
        VanishStudy(cells=("relu",), inputs="zeros", steps=12, hidden=3),
        VanishStudy(cells=("identity", "relu"), steps=1000, hidden=2, clip=1.0),
        VanishStudy(cells=("sigmoid", "tanh"), steps=1000, hidden=2, loss="probe"),
        VanishStudy(cells=("identity",), inputs="numbers", numbers=(1e6, -1e6, 1e6), loss="squared-error", clip=1e-9),
        VanishStudy(cells=("tanh",), inputs="text", text="aaaa", at="every", clip=1.0),
    ],
    ids=["exact zero", "overflow", "far below float64", "largest numbers", "nothing to learn"],
)
def test_the_header_is_json_however_extreme_the_result(experiment: VanishStudy) -> None:
    data = whole(experiment)
    length = int.from_bytes(data[:4], "little")

    def refuse(word: str) -> None:
        raise AssertionError(f"the header holds {word}, which no browser reads")

    header = json.loads(data[4 : 4 + length], parse_constant=refuse)
    for cell in header["cells"]:
        assert all(said.endswith(".") for said in cell["verdicts"])
