"""A framework's outputs agree with ours whatever way round they lie, and where they do not, the place is named."""

from __future__ import annotations

import io

import numpy as np
import pytest

from engine.studies.own.agreement import Agreed, agreed_with
from engine.studies.own.arrays import read_arrays
from engine.studies.own.counts import counts_of
from engine.studies.own.entries import accepts, entered
from engine.studies.own.file import OwnFile
from tests.engine.own.golden import FILES, NAMES, outputs_of


def compared(name: str, theirs: dict[str, np.ndarray]) -> Agreed:
    file = OwnFile(name, (FILES / name).read_bytes()).read
    taken = accepts(file)
    return agreed_with(file, taken, entered(taken, "random", "", 5), theirs)


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_every_golden_file_agrees_with_its_framework_either_way_round(name: str, batch_first: bool) -> None:
    theirs = outputs_of(name)
    if batch_first:
        turned = [key for key, array in theirs.items() if array.shape[:2] == (5, 3)]
        theirs |= {key: theirs[key].swapaxes(0, 1) for key in turned}
    found = compared(name, theirs)
    assert found.left == ()
    assert {one.name for one in found.compared} == theirs.keys() - {"x", "symbols", "lengths"}
    for one in found.compared:
        assert one.within, (one.name, one.of, one.largest)


@pytest.mark.parametrize("name", ["language.pt", "states.h5"])
def test_one_number_that_differs_is_found_with_its_place(name: str) -> None:
    theirs = outputs_of(name)
    theirs["y"] = theirs["y"].copy()
    theirs["y"][3, 1, 2] += 0.25
    (wrong,) = [one for one in compared(name, theirs).compared if not one.within]
    assert wrong.name == "y"
    assert wrong.largest == pytest.approx(0.25, abs=1e-6)
    assert wrong.place == {"step": 4, "sequence": 2, "unit": 3}


def test_a_shape_that_fits_nothing_is_left_with_a_sentence_and_the_rest_is_compared() -> None:
    found = compared("language.pt", {**outputs_of("language.pt"), "other": np.zeros((7, 9))})
    assert len(found.left) == 1
    assert found.left[0].startswith("other has shape (7, 9)")
    assert len(found.compared) == 5


def test_inputs_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"its inputs have the shape \(5, 3, 4\)"):
        compared("legacy.pth", {"x": np.zeros((5, 3, 4)), "y": np.zeros((5, 3, 6))})


def saved(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def test_arrays_come_out_of_npz_npy_and_csv() -> None:
    array = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(read_arrays(saved(y=array, n=np.arange(3)))["y"], array)
    stream = io.BytesIO()
    np.save(stream, np.asfortranarray(array))
    assert np.array_equal(read_arrays(stream.getvalue())[""], array)
    assert np.array_equal(read_arrays(b"a,b,c\n0,1,2\n3,4,5\n")[""], array)


def huge() -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    return stream.getvalue() + bytes(8)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (saved(y=np.array([{}], dtype=object)), "holds object, but numbers are read"),
        (saved(y=np.array(["a"])), "but numbers are read"),
        (huge(), "asks for others"),
        (b"\x93NUMPY\x01\x00", "is damaged"),
        (b"PK\x03\x04 broken", "damaged or cut off"),
        (b"\xff\xff", "of no format that is known here"),
        (b"1,2\n3", "line 2 has 1 numbers, but the lines before have 2"),
        (b"1,2\n3,x", "line 2: “x” is no number"),
        (b"", "holds no numbers"),
    ],
)
def test_files_of_anything_else_are_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_arrays(data)


def test_each_framework_counts_in_its_own_way() -> None:
    counts = counts_of(OwnFile("language.pt", (FILES / "language.pt").read_bytes()).read)
    assert (counts.file, counts.torch, counts.here) == (465, 465, 465 - 2 * 24)
    assert counts_of(OwnFile("", (FILES / "text.keras").read_bytes()).read).torch is None  # no GRU resets before there


def test_answers_are_kept_while_their_question_is_open() -> None:
    file = OwnFile("", (FILES / "legacy.pth").read_bytes()).answered("cell", "relu").answered("gone", "x")
    assert file.read.network is not None
    assert file.read.network.layers[0].cell.name == "relu"
    assert file != OwnFile("", file.content)
    assert file == OwnFile("", file.content, file.answers)
