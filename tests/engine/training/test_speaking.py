"""A network goes on by itself: a text, with a temperature, and a translation word by word."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks import TASKS
from engine.training.run import Run
from engine.training.speaking import continued, translated
from engine.training.training import Training


def learned(task: str, updates: int, **changes: object) -> Run:
    settings = {"length": TASKS[task].lengths[1], "hidden": 12, "cell": "gru", "rate": 0.02, "batch": 16, **changes}
    run = Run(Training(task=task, **settings))  # type: ignore[arg-type]
    run.extend(updates)
    return run


def test_a_network_that_has_learned_hello_says_it_by_itself() -> None:
    run = learned("character", 60)
    training, model = run.training, run.moment(60).model
    names = training.learned.input_names
    said = continued(training, model, [names.index("h")], 4, 0.0, seed=1)
    assert "".join(names[k] for k in said) == "ello"
    by_two = continued(training, model, [names.index("h"), names.index("e")], 3, 0.0, seed=1)
    assert by_two == said[1:]


def test_temperature_flattens_what_is_drawn() -> None:
    run = learned("character", 10)
    training, model = run.training, run.moment(10).model
    drawn = {heat: [continued(training, model, [0], 1, heat, seed)[0] for seed in range(150)] for heat in (0.05, 100.0)}
    (likeliest,) = continued(training, model, [0], 1, 0.0, seed=3)
    assert np.mean(np.array(drawn[0.05]) == likeliest) > 0.9
    assert np.bincount(drawn[100.0], minlength=4).min() > 15  # of 37 each
    assert continued(training, model, [0], 30, 1.0, seed=5) == continued(training, model, [0], 30, 1.0, seed=5)


def test_a_phrase_is_translated_word_by_word_until_the_full_stop() -> None:
    run = learned("translation", 150, hidden=24)
    training, shown = run.training, run.training.shown_batch
    assert shown.source is not None and shown.source_lengths is not None and shown.lengths is not None
    model = run.moment(150).model
    said = translated(training, model, shown.source[: shown.source_lengths[0], 0].tolist(), int(shown.x[0, 0]), 20)
    assert said == tuple(shown.targets[: shown.lengths[0], 0].tolist())
    assert len(translated(training, run.moment(0).model, [3, 1], 0, 7)) <= 7


def test_who_cannot_go_on_says_so() -> None:
    run = learned("adding", 0)
    with pytest.raises(ValueError, match="predicts its own next input"):
        continued(run.training, run.moment(0).model, [0], 3, 1.0, 1)
    run = learned("character", 0)
    with pytest.raises(ValueError, match="no symbol to begin with"):
        continued(run.training, run.moment(0).model, [], 3, 1.0, 1)
    with pytest.raises(ValueError, match="with an encoder"):
        translated(run.training, run.moment(0).model, [0], 0, 3)
