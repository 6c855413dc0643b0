"""A network that is saved, loaded and goes on is the one that never stopped; what is no such file is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load as read
from safetensors.numpy import save as written

from engine.tasks import TASKS
from engine.training.changes import Change
from engine.training.optimisers import OPTIMISERS
from engine.training.run import Run
from engine.training.save import load, save
from engine.training.training import Training

SMALL = Training(task="adding", length=8, hidden=4, batch=3, cell="lstm", changes=(Change(45, "rate", 0.02),))


def trained(training: Training, updates: int) -> Run:
    run = Run(training)
    run.extend(updates)
    return run


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_saved_loaded_and_gone_on_is_the_same_bit_for_bit(optimiser: str) -> None:
    whole = trained(replace(SMALL, optimiser=optimiser), 60)
    back = load(save(whole, 40))
    assert back.training == whole.training and (back.first, back.updates) == (40, 40)
    back.extend(60)
    np.testing.assert_array_equal(back.at(60).numbers, whole.at(60).numbers)
    np.testing.assert_array_equal(back.history(0, 60, 0).loss, whole.history(40, 60, 0).loss)
    np.testing.assert_array_equal(back.moment(50).weights, whole.moment(50).weights)
    with pytest.raises(ValueError, match="update 39 was asked for, but the run begins with 40"):
        back.moment(39)


@pytest.mark.parametrize("task", ["translation", "character"])
def test_the_file_says_what_it_is_to_any_reader(task: str) -> None:
    training = Training(task=task, length=TASKS[task].lengths[1], hidden=4, batch=3, layers=2)
    data = save(trained(training, 2), 2)
    arrays = read(data)
    assert {name: rows.shape for name, rows in arrays.items() if "optimiser" not in name} == dict(
        training.structure.shapes
    )
    header = json.loads(json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]["unrolled"])
    assert (header["task"], header["update"], header["seed"]) == (task, 2, training.seed)
    assert tuple(header["inputs"]) == training.learned.input_names
    assert tuple(header["source"]) == training.learned.source_names
    assert load(data).training == training


def test_what_is_no_such_file_is_refused_in_a_sentence() -> None:
    data = save(trained(SMALL, 3), 3)
    arrays = read(data)
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
    lost = {name: rows for name, rows in arrays.items() if name != "network.0.W"}
    short = {**arrays, "readout.V": arrays["readout.V"][:, :2].copy()}
    whole = json.loads(header["unrolled"])
    deep = '{"training": {"cell": ' + "[" * 100_000 + "]" * 100_000 + "}}"
    for wrong in (*(json.dumps(whole | {"update": one}) for one in (np.inf, np.nan, 2.7, True, "3", None)), deep):
        with pytest.raises(ValueError, match="was not saved here"):
            load(written(arrays, {"unrolled": wrong}))
    wild = {**arrays, "readout.d": np.array([np.nan])}
    for bad, said in (
        (data[:-3], "no safetensors file, or it is damaged"),
        (b"hello", "no safetensors file, or it is damaged"),
        (written(arrays), "was not saved here"),
        (written(arrays, {"unrolled": "[]"}), "was not saved here"),
        (written(lost, header), "missing network.0.W, unknown none"),
        (written(short, header), r"readout.V is float64 \(1, 2\), but finite float64 numbers \(1, 4\) were expected"),
        (written(wild, header), "readout.d is float64"),
        (written({name: rows for name, rows in arrays.items() if name != "optimiser.1"}, header), "has 1 vectors"),
    ):
        with pytest.raises(ValueError, match=said):
            load(bytes(bad))
    with pytest.raises(ValueError, match="of type memoryview"):
        load(memoryview(data))  # type: ignore[arg-type]
