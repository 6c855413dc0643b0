"""A visitor's file: known by its content, never sent about where it lies on the server's own machine."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from engine.files import FileError
from engine.kept import bytes_of
from engine.studies.own import file as own
from engine.studies.own.file import OwnFile
from tests.engine.own.golden import FILES


def test_a_file_counts_for_nothing_where_answers_about_it_are_kept() -> None:
    assert bytes_of((OwnFile("a.pt", b"0" * 1_000_000),)) < 1000


def test_a_file_that_lies_somewhere_is_sent_without_its_content_and_decoded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.pt"
    path.write_bytes((FILES / "language.pt").read_bytes())
    file = OwnFile.lying_at(str(path))
    assert file == OwnFile("mine.pt", path.read_bytes())
    sent = pickle.dumps(file)
    assert len(sent) < 1000
    reads: list[int] = []
    monkeypatch.setattr(own, "read_network", lambda content: reads.append(1) or real(content))
    first, second = pickle.loads(sent).read, pickle.loads(sent).answered("head", "none").read
    assert first.network is not None
    assert second.network is not None
    assert reads == [1]


def test_a_file_that_has_changed_or_is_gone_says_so(tmp_path: Path) -> None:
    path = tmp_path / "mine.pt"
    path.write_bytes((FILES / "language.pt").read_bytes())
    file = OwnFile.lying_at(str(path))
    path.write_bytes((FILES / "legacy.pth").read_bytes())
    with pytest.raises(FileError, match="has changed since the app was started: start it again"):
        _ = file.read
    path.unlink()
    with pytest.raises(FileError, match="there is no file"):
        _ = file.read
    with pytest.raises(FileError, match="there is no file"):
        _ = OwnFile.lying_at(str(tmp_path / "never.pt")).read


real = own.read_network
