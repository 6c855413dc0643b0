"""PyTorch's files are read without running any code: what is not in the tables is refused by its name."""

from __future__ import annotations

import os
import pickle
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.files import FileError, read_network, torch_file
from engine.files.bounds import ENTRIES, entries
from engine.files.torch_values import SAFER
from tests.engine.files.golden_files import whole
from tests.engine.files.made import number, state_dict, tensor, text, torch_zip, unzipped, zipped


class Runs:
    """Its pickle calls what it was given."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[Any, Any]:
        return self.call


def refused(data: bytes, sentence: str) -> str:
    with pytest.raises(FileError, match=sentence) as caught:
        read_network(data)
    assert str(caught.value).isprintable()
    return str(caught.value)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("wrapped", [torch_zip, bytes])
def test_no_code_of_a_file_runs(protocol: int, wrapped: Any, tmp_path: Path) -> None:
    """One that did would leave a folder."""
    trace = tmp_path / "ran"
    refused(wrapped(pickle.dumps({"w": Runs(os.mkdir, str(trace))}, protocol)), "mkdir|Python pickle")
    assert not trace.exists()


@pytest.mark.parametrize(
    "name",
    [
        *("os.system", "posix.system", "nt.system", "subprocess.Popen", "webbrowser.open", "runpy._run_code"),
        *("builtins.eval", "builtins.exec", "builtins.getattr", "functools.partial", "numpy.load", "a" * 500),
        *("torch.load", "torch.hub.load", "torch.storage._load_from_bytes", "torch.jit._pickle.build_intlist"),
        *("__main__.Net", "torch.nn.modules.rnn.LSTM"),
    ],
)
def test_a_name_that_is_not_known_is_refused_by_its_name(name: str) -> None:
    module, _, last = name.rpartition(".")
    sentence = refused(torch_zip(b"\x80\x02c" + f"{module}\n{last}\n".encode() + b")R."), re.escape(name[:40]))
    assert SAFER in sentence
    by_stack = b"\x80\x04" + text(module) + text(last) + b"\x93)R."
    refused(torch_zip(by_stack), re.escape(name[:40]))


def test_a_whole_module_says_what_it_is() -> None:
    assert "a whole module with its program" in refused(torch_zip(b"\x80\x02c__main__\nNet\n)\x81."), "__main__.Net")


def test_a_program_of_torchscript_is_named() -> None:
    refused(zipped({"a/data.pkl": b"\x80\x02}.", "a/code/__torch__/net.py": b"import os"}), "TorchScript")


@pytest.mark.parametrize(
    ("code", "name"), [(b"i", "INST"), (b"o", "OBJ"), (b"\x82", "EXT1"), (b"P", "PERSID"), (b"2", "DUP")]
)
def test_an_opcode_that_tensors_do_not_need_is_refused_by_its_name(code: bytes, name: str) -> None:
    refused(torch_zip(b"\x80\x02(" + code + b"."), f"opcode {name}")


def test_what_scripts_keep_beside_the_weights_is_skipped(rng: np.random.Generator) -> None:
    held = unzipped(whole("checkpoint.ckpt"))
    assert b"argparse" in held["checkpoint/data.pkl"] and b"pathlib" in held["checkpoint/data.pkl"]
    assert read_network(whole("checkpoint.ckpt")).network is not None


def test_a_structure_that_holds_itself_is_walked_once() -> None:
    cyclic = b"\x80\x02}q\x00(" + text("again") + b"h\x00" + text("list") + b"]q\x01(h\x01h\x00eu."
    refused(torch_zip(cyclic), "belongs to a recurrent layer: it holds none")


def test_a_billion_laughs_are_read_as_few() -> None:
    opcodes = b"\x80\x02]q\x00"
    for k in range(60):
        opcodes += b"](" + b"h" + bytes([k]) + (b"h" + bytes([k])) * 9 + b"eq" + bytes([k + 1])
    refused(torch_zip(opcodes + b"."), "it holds none")


def test_a_list_that_stands_in_a_hundred_thousand_places_is_looked_at_once() -> None:
    words = b"](" + text("a") * 50_000 + b"eq\x00"
    refused(torch_zip(b"\x80\x02](" + words + b"h\x00" * 100_000 + b"e."), "it holds none")


def test_a_name_that_comes_twice_in_a_dict_is_said() -> None:
    twice = state_dict(weight_ih_l0=tensor((9, 3), (3, 1), 27))[:-2]
    again = text("weight_ih_l0") + tensor((9, 3), (3, 1), 27, offset=0)
    refused(torch_zip(twice + again + b"u.", _0=bytes(108)), "two values of the name weight_ih_l0")
    dotted = text("a.b") + tensor((3,), (1,), 27) + text("a") + b"}(" + text("b") + tensor((3,), (1,), 27) + b"u"
    refused(torch_zip(b"\x80\x02}(" + dotted + b"u."), "two tensors of the name a.b")


def test_a_list_of_storages_of_anything_else_is_damaged() -> None:
    data = whole("legacy.pth")
    at = data.rindex(b"\x80\x02]")
    for opcodes in (b"\x80\x02](]]ee.", b"\x80\x02N.", b"\x80\x02](X\x01\x00\x00\x000e."):
        refused(data[:at] + opcodes, "list of storages is damaged")


def test_names_that_grow_with_each_dict_are_refused() -> None:
    nested = (text("k" * 100_000) + b"}") * 10 + text("x") + tensor((1,), (1,), 1) + b"s" * 11
    refused(torch_zip(b"\x80\x02}" + nested + b".", _0=bytes(4)), "more than 1,000 letters")


def test_a_key_within_thousands_of_others_is_not_hashed() -> None:
    deep = b"\x80\x02}N" + b"\x85" * 200_000 + b"Ns."
    refused(torch_zip(deep), "it holds none")


def test_more_opcodes_than_are_read_end_the_reading() -> None:
    refused(torch_zip(b"\x80\x02" + b"]" * (ENTRIES + 10)), "opcodes")


def packed(pickle: bytes) -> bytes:
    """A PyTorch file whose pickle is deflated."""
    return zipped({"a/data.pkl": pickle}, packed=True)


def test_the_work_of_a_small_file_is_bounded_by_its_bytes() -> None:
    """A pickle of one byte a thousand times over is a thousandth of its size in an archive."""
    marks = packed(b"\x80\x02" + b"(" * 5_000_000 + b".")
    assert len(marks) < 10_000 and entries(len(marks)) < 80_000
    refused(marks, r"the entry a/data.pkl has 5,000,003 bytes, but at most \d+,\d+ are read")
    itself = packed(b"\x80\x02]q\x00" + b"h\x00a" * 20_000 + b".")
    assert len(itself) < 1_000
    refused(itself, "more than 3[3-6],[0-9]+ opcodes")


def test_a_list_that_holds_itself_a_thousand_times_waits_once() -> None:
    held: list[Any] = ["a", 1.0]
    held += [held] * 1_000 + [{"text": "b"}] * 1_000
    assert [path for path, _ in torch_file.walked(held)] == [(), ("1002",), ("1002", "text")]


def test_an_honest_checkpoint_that_was_deflated_is_read() -> None:
    """With a vocabulary of 5,000 words and a loss of each of 2,000 updates, packed again by a zip program."""
    words = b"}(" + b"".join(text(f"word{k}") + b"M" + struct.pack("<H", k) for k in range(5_000)) + b"u"
    losses = b"](" + b"".join(b"G" + struct.pack(">d", 1 / (k + 1)) for k in range(2_000)) + b"e"
    tensors = {"weight_ih_l0": ((9, 2), 0), "weight_hh_l0": ((9, 3), 18), "emb.weight": ((5_000, 2), 45)}
    opcodes = b"".join(text(name) + tensor(s, (s[1], 1), 10_045, offset=at) for name, (s, at) in tensors.items())
    pickle_of = b"\x80\x02}(" + text("stoi") + words + text("losses") + losses + opcodes + b"u."
    file = read_network(zipped({"a/data.pkl": pickle_of, "a/data/0": bytes(4 * 10_045)}, packed=True))
    assert file.symbols is not None and file.symbols[4_999] == "word4999"


def test_a_number_of_many_digits_is_no_size() -> None:
    refused(torch_zip(b"\x80\x02\x8a\xff" + b"\x7f" * 255 + b"."), "damaged")


LARGE = 100 * 2**30 // 4  # numbers: 100 GB


@pytest.mark.parametrize(
    ("opcodes", "sentence"),
    [
        (tensor((LARGE,), (1,), LARGE), "promises 26,843,545,600 numbers"),
        (tensor((LARGE,), (1,), 12), "outside its storage of 12 numbers"),
        (tensor((LARGE,), (0,), 12), "promises"),
        (tensor((9, 3), (3, 1), 27, offset=1), "outside its storage"),
        (tensor((9, 3), (-3, 1), 27), "damaged"),
        (tensor((9, -3), (3, 1), 27), "damaged"),
        (tensor((1,) * 40, (1,) * 40, 27), "outside"),
    ],
)
def test_a_tensor_lies_within_its_storage(opcodes: bytes, sentence: str) -> None:
    refused(torch_zip(state_dict(weight_hh_l0=opcodes), _0=bytes(108)), sentence)


def test_a_storage_that_is_shorter_than_it_says_is_named() -> None:
    names = {"weight_ih_l0": tensor((9, 3), (3, 1), 27), "weight_hh_l0": tensor((9, 3), (3, 1), 27)}
    refused(
        torch_zip(state_dict(**names), _0=bytes(100)), "weight_ih_l0 is cut off: its storage has 100 bytes, but 108"
    )
    refused(torch_zip(state_dict(**names)), "no entry a/data/0")


def test_a_transposed_view_and_a_shared_storage_are_read_in_place() -> None:
    """As tensors are that were saved after .t(), or by one module that stands in two places."""
    data = np.arange(54, dtype="<f4")
    U, W = tensor((9, 3), (1, 9), 54), tensor((9, 3), (3, 1), 54, offset=27)
    file = read_network(torch_zip(state_dict(weight_ih_l0=U, weight_hh_l0=W, twin=W), _0=data.tobytes()))
    assert file.network is not None
    p = file.network.layers[0].parameters
    np.testing.assert_array_equal(p.U, data[:27].reshape(3, 9).T)
    np.testing.assert_array_equal(p.W, data[27:].reshape(9, 3))


def test_big_endian_files_are_read_as_such() -> None:
    entries = unzipped(
        torch_zip(state_dict(weight_ih_l0=tensor((9, 3), (3, 1), 54), weight_hh_l0=tensor((9, 3), (3, 1), 54)))
    )
    entries |= {"a/byteorder": b"big", "a/data/0": np.arange(54, dtype=">f4").tobytes()}
    file = read_network(zipped(entries))
    assert file.network is not None
    assert file.network.layers[0].parameters.U[0].tolist() == [0.0, 1.0, 2.0]


def test_the_form_before_zip_archives_is_bounded_too() -> None:
    data = whole("legacy.pth")
    refused(data[:-20], "not all there")
    size = struct.pack("<q", 6)
    assert data.count(size) >= 1
    refused(data.replace(size, struct.pack("<q", 2**40)), "not all there|damaged")


def test_a_single_tensor_has_no_name() -> None:
    refused(torch_zip(b"\x80\x02" + tensor((3,), (1,), 3) + b".", _0=bytes(12)), "without a name")


def test_a_storage_of_an_old_view_is_named() -> None:
    view = (
        b"\x80\x02("
        + text("storage")
        + b"ctorch\nFloatStorage\n"
        + text("0")
        + text("cpu")
        + number(3)
        + b"(t"
        + b"tQ."
    )
    refused(torch_zip(view), "view of another one")
