"""Published files: named by their content, compressed once, mounted by one loader."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.node import parse
from ui.kit import publish
from ui.kit.publish import ASSETS, LOADER, component, published


def test_content_is_published_once_under_its_own_name() -> None:
    name = published("thing", b"content")
    assert re.fullmatch(r"thing-[0-9a-f]{12}\.js", name)
    asset = ASSETS[name]
    assert published("thing", b"content") == name
    assert ASSETS[name] is asset
    assert published("thing", b"other") != name


def test_content_is_compressed_once_and_the_same_everywhere() -> None:
    asset = ASSETS[published("thing", b"content" * 100)]
    assert gzip.decompress(asset.compressed) == b"content" * 100
    assert asset.compressed is asset.compressed
    assert asset.compressed[4:8] == bytes(4)  # no time of day


def test_the_loader_parses(tmp_path: Path) -> None:
    parse(LOADER, tmp_path)


def test_a_component_is_declared_with_a_loader_of_its_module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    declared = []

    def declare(name: str, **given: object) -> object:
        declared.append((name, given))
        return lambda **data: data

    monkeypatch.setattr(publish.st.components.v2, "component", declare)
    (tmp_path / "entry.js").write_text("export default () => 1;\n", encoding="utf-8")
    mount = component("thing", tmp_path / "entry.js", ".a {}", isolate_styles=False)
    assert declared == []  # nothing at import: no runtime stands yet
    assert mount(key="one", data=b"") == {"key": "one", "data": b""}
    ((name, given),) = declared
    assert name == "thing"
    assert (given["css"], given["isolate_styles"]) == (".a {}", False)
    (file,) = re.findall(r"modules/(entry-[0-9a-f]{12}\.js)", str(given["js"]))
    assert b"export default mount;" in ASSETS[file].content
