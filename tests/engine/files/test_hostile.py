"""Damaged and hostile files of every format: a sentence each, in bounded memory, and nothing else."""

from __future__ import annotations

import io
import json
import struct
import sys
import tracemalloc
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from engine.files import FileError, from_state_dict, hdf5, hdf5_child, read_network
from engine.files.bounds import LARGEST, numbers, unpacked
from tests.engine.files.golden_files import whole
from tests.engine.files.made import gru, layer, npz, safetensors, torch_zip, unzipped, with_header, zipped

HUGE = 100 * 2**30  # bytes


def refused(data: bytes, sentence: str = ".") -> None:
    with pytest.raises(FileError, match=sentence) as caught:
        read_network(data)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 700


@pytest.mark.parametrize("name", ["language.pt", "legacy.pth", "brain.safetensors", "exported.onnx"])
def test_a_file_that_is_cut_off_anywhere_says_so(name: str) -> None:
    data = whole(name)
    for end in sorted({0, 1, 2, 7, 8, 9, 100, *range(0, len(data), max(1, len(data) // 60))}):
        refused(data[:end])


@pytest.mark.parametrize("name", ["states.h5", "text.keras"])
def test_a_keras_file_that_is_cut_off_says_so(name: str) -> None:
    data = whole(name)
    for end in (12, 700, len(data) // 2):
        refused(data[:end])


def header_of(**tensors: object) -> str:
    return json.dumps(tensors)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (struct.pack("<Q", HUGE) + b"{" * 900, "said to have 107,374,182,400 bytes"),
        (struct.pack("<Q", 2**63) + b"{}", "said to have"),
        (struct.pack("<Q", 900) + b"{}", "cut off"),
        (with_header("{" * 3_000), "no JSON"),
        (with_header('{"a":' * 100_000), "no JSON"),
        (with_header(header_of(a={"dtype": "F32", "shape": [HUGE // 4], "data_offsets": [0, HUGE]})), "damaged"),
        (
            with_header(header_of(a={"dtype": "F32", "shape": [2**62, 2**62], "data_offsets": [0, 16]}), bytes(16)),
            "damaged",
        ),
        (with_header(header_of(a={"dtype": "F32", "shape": [3], "data_offsets": [0, 16]}), bytes(16)), "damaged"),
        (with_header(header_of(a={"dtype": "X7", "shape": [4], "data_offsets": [0, 16]}), bytes(16)), "damaged"),
    ],
)
def test_a_header_of_safetensors_that_promises_what_is_not_there(data: bytes, sentence: str) -> None:
    refused(data, sentence)


def test_a_name_that_comes_twice_is_said() -> None:
    one = '"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}'
    refused(with_header(f"{{{one}, {one}}}", bytes(8)), "names a twice")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a.npy", b"1")
        archive.writestr("a.npy", b"2")
    refused(stream.getvalue(), "two entries of the name a.npy")


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = zipped({"a/data.pkl": b"\x80\x02}.", "a/data/0": bytes(50_000_000)}, packed=True)
    assert len(bomb) < 100_000
    refused(bomb, "would unpack to 50,000,00")


def test_entries_that_lie_over_each_other_are_not_unpacked() -> None:
    data = bytearray(zipped({"a.npy": bytes(1000), "b.npy": bytes(1000)}))
    for place in (at for at in range(len(data)) if data[at : at + 4] == b"PK\x01\x02"):
        data[place + 20 : place + 28] = struct.pack("<II", 2000, 2000)
    refused(bytes(data), "lie over each other")


def test_an_entry_that_is_larger_than_it_says_is_damaged() -> None:
    data = bytearray(zipped({"a.npy": bytes(5000)}, packed=True))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    refused(bytes(data), "damaged")


@pytest.mark.parametrize("name", ["../data.pkl", "/etc/data.pkl", "a/../../data.pkl", "C:/data.pkl", "..\\data.pkl"])
def test_an_entry_whose_name_leads_out_of_the_archive_is_refused(name: str, tmp_path: Path) -> None:
    refused(zipped({name: b"\x80\x02}."}), "leads out of it")


def test_thousands_of_entries_are_not_listed() -> None:
    refused(zipped({f"{k}.npy": b"" for k in range(10_001)}), "more than 10,000 entries")


def test_a_thousand_tensors_are_read_and_named(rng: np.random.Generator) -> None:
    arrays = gru(rng) | {f"other.{k}": np.ones(2) for k in range(1000)}
    file = read_network(safetensors(arrays))
    assert len(file.left) == 1000 and {left.why for left in file.left} == {"belongs to no recurrent layer"}
    refused(safetensors({f"other.{k}": np.ones(1) for k in range(10_001)}), "more than 10,000 tensors")


def test_thousands_of_networks_are_not_offered_one_by_one(rng: np.random.Generator) -> None:
    arrays = {name: rows for k in range(300) for name, rows in layer(rng, 1, 1, 2, f"m{k}.").items()}
    file = read_network(safetensors(arrays))
    assert len(next(one for one in file.questions if one.key == "part").choices) == 100
    assert "Of its 300 networks the first 100 are offered." in file.sentences


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_named_and_counted(rng: np.random.Generator, wrong: float) -> None:
    arrays = gru(rng)
    arrays["weight_hh_l0"][4, 1:] = wrong
    refused(safetensors(arrays), "weight_hh_l0 holds 2 of 27 numbers that are not finite")


def test_a_head_that_is_not_finite_is_left_and_the_network_opens(rng: np.random.Generator) -> None:
    file = read_network(safetensors(gru(rng) | {"fc.weight": np.full((2, 3), np.nan), "fc.bias": np.zeros(2)}))
    assert file.network is not None and not file.heads
    assert any("fc.weight holds 6 of 6 numbers that are not finite" in left.why for left in file.left)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"weight_hh_l0": (9, 4)}, "no layer"),
        ({"weight_ih_l0": (8, 2)}, "no layer"),
        ({"weight_ih_l0": (9,)}, "expected"),
        ({"bias_hh_l0": (8,)}, "bias_hh_l0 has shape"),
        ({"weight_hh_l0": (0, 3)}, "expected"),
        ({"weight_ih_l2": (9, 3), "weight_hh_l2": (9, 3)}, "layer 1 of"),
        ({"weight_ih_l1": (9, 4), "weight_hh_l1": (9, 3)}, "reads 4 numbers a step, but the one below gives 3"),
        ({"weight_ih_l0_reverse": (12, 2), "weight_hh_l0_reverse": (12, 3)}, "two directions"),
        ({"weight_ih_l1": (9, 3)}, "lacks its weight_hh"),
    ],
)
def test_shapes_that_do_not_fit_are_said(
    rng: np.random.Generator, change: dict[str, tuple[int, ...]], sentence: str
) -> None:
    refused(safetensors(gru(rng) | {name: np.ones(shape) for name, shape in change.items()}), sentence)


def test_arrays_of_objects_are_not_unpickled() -> None:
    refused(npz(weight_ih_l0=np.array([{"a": 1}], dtype=object)), "holds Python objects")


def test_an_array_that_is_larger_than_its_file_is_said() -> None:
    entries = unzipped(npz(a=np.ones(3)))
    entries["a.npy"] = entries["a.npy"].replace(b"(3,)", b"(" + str(HUGE).encode() + b",)")
    refused(zipped(entries), "asks for others")
    entries["a.npy"] = entries["a.npy"].replace(b"'descr'", b"__import__('os')")
    refused(zipped(entries), "damaged")


def written(write: object) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        assert callable(write)
        write(file)
    return stream.getvalue()


def test_an_hdf5_file_asks_for_no_more_than_it_could_hold() -> None:
    """A dataset whose 100 GB were never written takes a few bytes."""
    data = written(lambda file: file.create_dataset("kernel", (HUGE // 4,), "f4", chunks=(1000,)))
    assert len(data) < 10_000
    refused(data, "asks for more numbers")


def test_an_hdf5_file_leads_to_no_other(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "secret.h5", "w") as other:
        other["kernel"] = np.ones(3)
    (tmp_path / "raw").write_bytes(bytes(24))

    def write(file: h5py.File) -> None:
        file["elsewhere"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "/kernel")
        file["by name"] = h5py.SoftLink("/elsewhere")
        file.create_dataset("raw", (3,), "f8", external=[(str(tmp_path / "raw"), 0, 24)])
        file["loop/back"] = file["/"]
        for name, rows in gru(np.random.default_rng(1)).items():
            file[f"rnn/{name}"] = rows

    file = read_network(written(write))
    whys = {left.name: left.why for left in file.left}
    assert "another file" in whys["elsewhere"] and "another file" in whys["raw"] and "link" in whys["by name"]
    assert file.network is not None


def test_a_file_that_crashes_the_library_leaves_this_process_alive() -> None:
    """Found by mutating: the library that reads HDF5 breaks off by a signal, or never ends."""
    data = bytearray(whole("states.h5"))
    for at in range(600, len(data), 7):
        data[at] ^= 255 if data[at] else 0
    refused(bytes(data), "HDF5")


def test_without_a_package_the_sentence_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "safetensors", None)
    refused(whole("half.safetensors"), "needs the Python package safetensors")
    monkeypatch.setitem(sys.modules, "onnx", None)
    refused(whole("exported.onnx"), "needs the Python package onnx")
    monkeypatch.setitem(sys.modules, "h5py", None)
    monkeypatch.setattr(hdf5, "_answered", lambda data: hdf5_child.answer(data, 1000))  # as in a browser
    refused(whole("states.h5"), "needs the Python package h5py")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"hello, world", "no format that is known"),
        (b'{"a": 1}', "a text"),
        (b"<html>", "a text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "a picture"),
        (b"\x1f\x8b\x08" + bytes(30), "gzip"),
        (b"GGUF" + bytes(30), "GGUF"),
        (b"\x93NUMPY\x01\x00" + bytes(30), "a single NumPy array"),
        (b"\x80\x04\x95" + bytes(30), "Python pickle"),
        (b"(dp0\nS'a'\n", "Python pickle"),
        (bytes(257) + b"ustar" + bytes(300), "tar archive"),
        (zipped({"readme.txt": b"hello"}), "zip archive with readme.txt"),
        (zipped({"\x1b[31mred\n": b"hello"}), "zip archive with"),
        (zipped({}), "zip archive with nothing"),
    ],
)
def test_what_is_no_network_is_told_by_its_content(data: bytes, sentence: str) -> None:
    refused(data, sentence)


def test_paths_and_sizes_are_checked_before_anything_is_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none", "a\0b"):
        with pytest.raises(FileError, match="no file"):
            read_network(path)
    large = tmp_path / "large"
    with large.open("wb") as stream:
        stream.truncate(LARGEST + 1)
    with pytest.raises(FileError, match=r"at most 200,000,000 are read"):
        read_network(large)
    with pytest.raises(FileError, match="at most 10 are read"):
        read_network(whole("legacy.pth"), largest=10)
    with pytest.raises(FileError, match="bytes or a path"):
        read_network(3)  # type: ignore[arg-type]


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    for name in ("half.safetensors", "language.pt", "exported.onnx"):
        path = tmp_path / "model.h5"
        path.write_bytes(whole(name))
        assert read_network(path).network is not None


@pytest.mark.parametrize("whose", ["bomb", "aliases", "header"])
def test_memory_stays_within_the_stated_bound(whose: str, rng: np.random.Generator) -> None:
    from tests.engine.files.made import state_dict, tensor

    names = {f"t{k}": tensor((250, 1000), (1000, 1), 250_000) for k in range(600)}
    data = {
        "bomb": zipped({"a/data.pkl": b"\x80\x02}.", "a/data/0": bytes(200_000_000)}, packed=True),
        "aliases": torch_zip(state_dict(**names), _0=bytes(1_000_000)),
        "header": with_header("{" + " " * 3_000_000),
    }[whose]
    tracemalloc.start()
    refused(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * len(data) + unpacked(len(data)) + 8 * numbers(len(data))
    assert peak < 60_000_000


def test_a_dict_of_anything_else_says_what_came() -> None:
    with pytest.raises(FileError, match="a dict from names"):
        from_state_dict([1, 2])  # type: ignore[arg-type]
    with pytest.raises(FileError, match=r"cannot be read as an array|belongs to a recurrent layer"):
        from_state_dict({"a": [[1], [1, 2]]})
