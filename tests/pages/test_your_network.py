"""A file is dropped, understood, asked about, compared and forgotten; what is no such file gets a sentence."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.files import FileError
from tests.engine.own.golden import FILES, NAMES, outputs_of
from tests.pages.visits import address, button, checked, field, letter, said, visit
from ui.kit.answers import kept
from ui.own.local import VARIABLE, _read, local_file

PATH = "pages/your_network.py"
NETWORK, OTHER, SEQUENCES, VOCABULARY, OUTPUTS = (
    "A trained network of yours",
    "Another network",
    "Sequences",
    "A vocabulary",
    "Its outputs",
)


def dropped(at: AppTest, label: str, name: str, content: bytes) -> AppTest:
    """The visit, with a file in one of its places."""
    (place,) = (one for one in at.file_uploader if one.label == label)
    place.set_value((name, content, "application/octet-stream"))
    return checked(at.run())


def opened(name: str) -> AppTest:
    """The page with one of the golden files."""
    return dropped(visit(PATH), NETWORK, name, (FILES / name).read_bytes())


def found(at: AppTest, number: int = 0) -> dict[str, Any]:
    """What the picture says of a file."""
    files = letter(at, "own")[1]["files"]
    return dict(files[number])


def npz(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_every_format_is_drawn_with_its_gates_and_agrees_with_its_framework(name: str) -> None:
    at = opened(name)
    assert said(at) == []
    assert address(at)["network"] == "own"
    file = found(at)
    assert file["name"] == name
    assert file["refused"] == ""
    ran = [layer for layer in file["layers"] if layer["run"]]
    assert ran
    for layer in ran:
        for way, gates in zip(layer["ways"], layer["gates"], strict=True):
            for tensor in way:
                assert {gate for gate, *_ in tensor["blocks"]} <= set(gates)
                assert tensor["blocks"]
    dropped(at, OUTPUTS, "outputs.npz", npz(**outputs_of(name)))
    header = letter(at, "own_agreement")[1]
    assert header["refused"] == ""
    assert str(header["verdict"]).startswith("They agree: to the rounding of float")


def test_the_sample_is_shown_at_first_and_agrees_with_pytorch() -> None:
    at = visit(PATH)
    assert found(at)["name"] == "sample.safetensors"
    assert letter(at, "own_agreement")[1]["verdict"] == "They agree: to the rounding of float64."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\x80\x02cposix\nsystem\n.", "a Python pickle, which could run any code"),
        (b"\x89PNG....", "a picture"),
        (b"PK\x03\x04nothing", "damaged or cut off"),
        (npz(a=np.zeros((2, 3))), "recurrent"),
        ((FILES / "language.pt").read_bytes()[:4000], "damaged or cut off"),
        ((FILES / "text.keras").read_bytes()[:20_000], "damaged or cut off"),
        ((FILES / "double.safetensors").read_bytes()[:-9], "safetensors"),
        (b"<script>alert(1)</script>", "a text"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence_and_the_page_goes_on(content: bytes, words: str) -> None:
    at = dropped(visit(PATH), NETWORK, "bad<b>.pt", content)
    assert words in found(at)["refused"]
    dropped(at, NETWORK, "good.pt", (FILES / "language.pt").read_bytes())
    assert found(at)["refused"] == ""


def test_what_the_file_leaves_open_is_asked_with_the_likeliest_answer_and_answers_reassemble() -> None:
    at = opened("legacy.pth")
    (asked,) = (one for one in at.selectbox if "activation" in one.label)
    assert asked.value == "tanh"
    assert found(at)["layers"][0]["title"] == "tanh RNN"
    checked(asked.set_value("relu").run())
    assert found(at)["layers"][0]["title"] == "ReLU RNN"


def test_where_the_file_carries_no_input_a_random_one_is_read_and_said() -> None:
    at = opened("legacy.pth")
    assert address(at) == {"network": "own", "reads": "random"}
    assert any("drawn under seed 7" in caption.value for caption in at.caption)


def test_an_entry_that_cannot_be_read_is_said_with_its_place_and_nothing_is_lost() -> None:
    at = opened("legacy.pth")
    reads = next(one for one in at.button_group if one.label == "What it reads")
    checked(reads.set_value("numbers").run())
    checked(field(at, "own", "numbers").set_value("1,2\n3,x").run())
    assert said(at) == ["numbers: line 2: “x” is no number."]
    assert found(at)["name"] == "legacy.pth"
    checked(field(at, "own", "numbers").set_value("1,2\n3,4\n\n5,6").run())
    assert said(at) == []
    dropped(at, SEQUENCES, "rain.csv", b"a,b\n1,2\n3,4\n5,6")
    assert field(at, "own", "numbers").value == "a,b\n1,2\n3,4\n5,6"
    dropped(at, SEQUENCES, "rain.bin", b"\xff")
    assert said(at) == ["rain.bin: byte 1 is no text in UTF-8."]


def test_a_dropped_vocabulary_makes_text_readable_and_a_wrong_one_says_why() -> None:
    at = opened("language.pt")
    dropped(at, VOCABULARY, "v.json", b"[1]")
    assert said(at) == ["v.json: its list holds more than texts; a list of symbols is read."]
    dropped(at, VOCABULARY, "v.json", b'["a", "b", "c", "d", "e", "f"]')
    assert address(at) == {"network": "own"}
    checked(field(at, "own", "text").set_value("abba\nfed").run())
    assert said(at) == []
    dropped(at, VOCABULARY, "long.txt", b"a\nb\nc\nd\ne\nf\ng")
    assert said(at) == ["long.txt: it has 7 symbols, but the network reads 6."]


def test_a_second_file_stands_beside_the_first() -> None:
    at = opened("checkpoint.ckpt")
    dropped(at, OTHER, "legacy.pth", (FILES / "legacy.pth").read_bytes())
    assert [found(at, k)["name"] for k in (0, 1)] == ["checkpoint.ckpt", "legacy.pth"]


def test_outputs_that_cannot_be_read_get_a_sentence() -> None:
    at = opened("legacy.pth")
    dropped(at, OUTPUTS, "wrong.npy", b"\x93NUMPY\x01\x00")
    assert letter(at, "own_agreement")[1]["refused"] == "it is damaged: its header is not as NumPy writes it."


def test_a_link_to_a_network_that_is_not_here_shows_the_sample_and_says_to_drop_the_file_again() -> None:
    at = visit(PATH, network="own", reads="tokens", tokens="1 2")
    assert found(at)["name"] == "sample.safetensors"
    assert ["Drop the file again" in sentence for sentence in said(at)] == [True]
    dropped(at, NETWORK, "language.pt", (FILES / "language.pt").read_bytes())
    assert said(at) == []
    assert address(at) == {"network": "own", "reads": "tokens", "tokens": "1 2"}


def test_a_network_stays_out_of_what_all_visitors_share_and_is_gone_once_it_is_forgotten() -> None:
    at = opened("double.safetensors")
    files = at.session_state["own.files"]
    from figures.own.answer import found as answer

    assert kept(answer, files.networks, True) is None
    assert files.answers.bytes > 0
    checked(button(at, "Forget it").click().run())
    after = at.session_state["own.files"]
    assert (after.networks, after.outputs, after.answers.bytes) == ((), None, 0)
    assert found(at)["name"] == "sample.safetensors"
    assert address(at) == {"reads": "random"}


def test_two_visitors_do_not_see_each_others_files() -> None:
    one, other = opened("double.safetensors"), visit(PATH, network="own")
    assert found(one)["name"] == "double.safetensors"
    assert found(other)["name"] == "sample.safetensors"


def test_the_file_of_the_own_machine_is_named_by_the_environment_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "mine.pt"
    path.write_bytes((FILES / "language.pt").read_bytes())
    assert local_file() is None
    monkeypatch.setenv(VARIABLE, str(path))
    monkeypatch.setattr("ui.own.local.st.get_option", {"server.address": "0.0.0.0"}.get)  # a class may visit
    assert local_file() is None
    monkeypatch.setattr("ui.own.local.st.get_option", {"server.address": "127.0.0.1"}.get)
    file = local_file()
    assert file is not None
    assert (file.name, file.content) == ("mine.pt", b"")  # it stays where it lies
    assert file.read.network is not None
    with pytest.raises(FileError, match="there is no file"):
        _ = _read(str(tmp_path / "gone.pt")).read


def test_the_file_that_the_server_was_started_with_is_shown_at_first_unless_a_link_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.own.held_files.local_file", lambda: _read(str(FILES / "double.safetensors")))
    assert found(visit(PATH))["name"] == "double.safetensors"
    assert found(visit(PATH, network="own"))["name"] == "double.safetensors"
    assert found(visit(PATH, text="good"))["name"] == "sample.safetensors"


def test_of_two_networks_the_differences_stand_first_and_the_report_can_be_taken_home() -> None:
    at = opened("half.safetensors")
    dropped(at, OTHER, "brain.safetensors", (FILES / "brain.safetensors").read_bytes())
    assert [header.value for header in at.header] == ["What differs", "What it remembers"]
    assert {one.proto.label for one in at.get("download_button")} == {
        "Every difference, as CSV",
        "The report as CSV",
        "As one HTML file",
    }
