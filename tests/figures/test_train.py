"""What Train is answered: the engine's own history, in pieces that say the same whenever they are asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.studies.doors import STUDIES
from engine.studies.train.racers import Racer
from engine.studies.train.study import TrainStudy
from engine.studies.trained import Trained
from engine.tasks import TASKS
from engine.training.run import Run, run_of
from figures.message import opened
from figures.train import answer as answers
from figures.train.answer import answer, grown, piece
from figures.train.moment import moment
from figures.train.racers import named
from figures.train.spoken import spoken

SMALL = TrainStudy(length=10, hidden=4, batch=4, goal=20, racers=(Racer("tanh"), Racer("gru")))


def told(made: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    header, arrays = opened(made)
    return dict(header), arrays


def test_a_race_is_set_up_without_training_anything() -> None:
    study = replace(SMALL, seed=4321)
    header, _ = told(answer(study))
    assert header["total"] == 20
    assert header["steps"] == 10
    assert header["chance"]["loss"] == study.learned.chance.loss
    assert header["goal"]["threshold"] == study.learned.goal.threshold
    assert [racer["cell"] for racer in header["racers"]] == ["tanh", "gru"]
    assert all(run_of(training).updates == 0 for training in study.trainings())


def test_a_map_is_as_high_as_the_longest_sequence_there_is() -> None:
    """Not as that of the first batches: of one sequence each, few are of 60 words."""
    study = replace(SMALL, task="sentiment", length=60, batch=1)
    header, _ = told(answer(study))
    assert (header["steps"], header["uneven"]) == (60, True)
    assert not told(answer(SMALL))[0]["uneven"]


def test_a_map_of_a_translation_holds_the_encoders_steps_too() -> None:
    study = replace(SMALL, task="translation", length=5)
    header, _ = told(answer(study))
    learned = study.trainings()[0].learned
    assert (header["heard"], header["steps"]) == (5, 5 + learned.ends[1])
    _, arrays = told(piece(study, 2, 0))
    assert np.isfinite(arrays["map0"][:, 4]).all()  # the encoder's last step
    assert arrays["map0"].shape[1] <= header["steps"]


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_an_example_that_can_be_shown(task: str) -> None:
    study = TrainStudy().changed("task", task)
    header, arrays = told(answer(study))
    example = header["example"]
    assert example["kind"] in ("classes", "tokens", "yes", "value", "series")
    assert example["count"] == len(example["entered"]) == len(example["wanted"]) >= 1
    assert [len(words) for words in example["wanted"]] == [len(counts) for counts in example["counts"]]
    assert bool(example["inputs"]) == (arrays["x"].size > 0)


@pytest.mark.parametrize(("level", "index"), [(0, 0), (2, 1), (4, 0), (4, 1)])
def test_a_piece_holds_the_engines_own_history(level: int, index: int) -> None:
    header, arrays = told(piece(SMALL, level, index))
    first, stop = index << level, min(20, (index + 1) << level)
    assert (header["first"], header["stop"]) == (first, stop)
    for k, training in enumerate(SMALL.trainings()):
        run = Run(training)
        run.extend(20)
        history = run.history(first, stop, 100)
        loss, norm, factor, update = arrays[f"curves{k}"]
        np.testing.assert_array_equal(loss, history.loss)
        np.testing.assert_array_equal(norm, history.log2_norm)
        np.testing.assert_array_equal(factor, history.log2_factor)
        np.testing.assert_array_equal(update, history.log2_update)
        assert header["racers"][k]["rows"] == history.shown.tolist()
        np.testing.assert_array_equal(arrays[f"map{k}"], history.log2_dh)
        found = [one for one in run.evaluations() if (first or -1) < one.update <= stop]
        assert header["racers"][k]["evals"] == [one.update for one in found]
        assert [score["loss"] for score in header["racers"][k]["scores"]] == [one.loss for one in found]
        for row, one in enumerate(found):
            np.testing.assert_allclose(arrays[f"shown{k}"][row], one.outputs, atol=1e-5)


def test_every_update_of_the_race_is_in_a_piece_of_every_level_and_nothing_beyond() -> None:
    for level in (0, 3, 5):
        last = -(-20 // 2**level) - 1
        assert told(piece(SMALL, level, last))[0]["stop"] == 20
        with pytest.raises(ValueError, match="no piece"):
            piece(SMALL, level, last + 1)
    with pytest.raises(ValueError, match="no piece"):
        piece(SMALL, 99, 0)


def test_what_takes_too_long_says_how_far_it_is_and_goes_on_when_it_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answers, "SECONDS", 0.0)
    study, far = replace(SMALL, seed=98765), []
    for _ in range(100):
        try:
            runs = grown(study.trainings(), 8)
            break
        except TimeoutError as late:
            far.append(late.args[0])
    assert all(run.updates >= 8 for run in runs)
    assert far == sorted(far) and far[0] < 8


def test_a_racer_that_leaves_finite_numbers_says_so_and_the_others_go_on() -> None:
    wild = Racer("relu", "identity", 0.0, 10.0)
    study = TrainStudy(task="adding", length=20, hidden=4, batch=4, optimiser="sgd", goal=40, racers=(wild, Racer()))
    header, arrays = told(piece(study, 6, 0))
    stopped, on = header["racers"]
    assert "no finite number" in stopped["stopped"]
    assert stopped["end"] < 40 and np.isnan(arrays["curves0"][0, -1])
    assert on["stopped"] == "" and np.isfinite(arrays["curves1"]).all()


def test_a_moment_is_the_update_that_the_history_tells_of() -> None:
    header, arrays = told(moment(SMALL, 1, 7))
    run = Run(SMALL.trainings()[1])
    run.extend(7)
    assert header["loss"] == run.history(6, 7, 0).loss[0]
    assert header["log2_norm"] == run.history(6, 7, 0).log2_norm[0]
    assert arrays["h"].shape == (10, 4)
    assert np.isfinite(arrays["log2_dh"]).all()
    assert sum(block["count"] for block in header["blocks"]) == SMALL.trainings()[1].structure.count
    with pytest.raises(ValueError, match="no update"):
        moment(SMALL, 2, 1)


def test_a_change_on_the_way_keeps_the_history_before_it() -> None:
    changed, sentence = TrainStudy.from_query({**SMALL.to_query(), "at": "8_rate_0.1"})
    assert sentence == []
    before, after = told(answer(SMALL))[0], told(answer(changed))[0]
    assert before["base"] == after["base"]
    assert after["changes"] == [[8, "rate", 0.1, 0]]
    assert piece(SMALL, 3, 0) == piece(changed, 3, 0)
    assert piece(SMALL, 3, 1) != piece(changed, 3, 1)


def test_racers_of_one_cell_are_told_apart_by_name_and_dash() -> None:
    racers = (Racer("lstm"), Racer("lstm", clip=0.0), Racer("gru"), Racer("lstm", rate=0.1))
    found = named(racers)
    assert len({one["title"] for one in found}) == 4
    assert len({one["dash"] for one in found if one["cell"] == "lstm"}) == 3
    assert found[2]["title"] == "GRU"
    assert "no clip" in str(found[1]["title"])


@pytest.mark.parametrize("task", ["character", "word", "translation"])
def test_what_a_racer_says_by_itself_is_of_the_vocabulary_and_the_same_each_time(task: str) -> None:
    study = replace(SMALL.changed("task", task), goal=4)
    header, _ = told(spoken(study, 0, 2, 10))
    names = study.learned.output_names
    for begun, said in zip(header["begun"], header["said"], strict=True):
        assert bool(begun) == (task != "translation")
        assert set(said.split() if header["glue"] else said) <= set(names)
    assert told(spoken(study, 0, 2, 10))[0] == header
    with pytest.raises(ValueError, match="says nothing"):
        spoken(SMALL, 0, 2, 10)


def test_a_moment_of_each_racer_opens_on_the_pages_that_show_it() -> None:
    header, _ = told(answer(SMALL))
    for racer, training in zip(header["racers"], SMALL.trainings(), strict=True):
        assert list(racer["doors"]) == list(STUDIES)
        for page, recipe in racer["doors"].items():
            study, complaints = STUDIES[page].from_query({"trained": f"{recipe}@7"})
            assert (study.trained, complaints) == (Trained(training, 7), [])
    two = told(answer(TrainStudy().changed("task", "translation")))[0]["racers"][0]
    assert list(two["doors"]) == ["unroll"]
    assert "encoder" in two["refused"]


def test_data_of_ones_own_that_no_link_can_carry_stay_out_of_it() -> None:
    short = TrainStudy().changed("task", "character").changed("text", "abc " * 20)
    assert TrainStudy.from_query(short.to_query()) == (short, [])
    long = short.changed("text", "abc " * 2000)
    assert "text" not in long.to_query()
    assert told(answer(long))[0]["base"] != told(answer(short))[0]["base"]


def test_racers_that_are_one_in_all_are_numbered() -> None:
    titles = [one["title"] for one in named((Racer("lstm"), Racer("gru"), Racer("lstm")))]
    assert titles == ["LSTM 1", "GRU", "LSTM 2"]
