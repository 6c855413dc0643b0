"""Browser components: modules that join into one file, published once under a name that is its content's."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

import ui.component
from ui.component import joined, modules_of, published

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "ui").rglob("*.js"))
ENTRIES = [path for path in SCRIPTS if re.search(r"^export default", path.read_text("utf-8"), re.M)]
NAMED = re.compile(
    r"^(?:export )?(?:default )?(?:async )?(?:function\*?|const|let|var|class) (?:\{([^}]*)\}|([\w$]+))", re.M
)
NODE = shutil.which("node")
with_node = pytest.mark.skipif(NODE is None, reason="node is not installed; the browser tests load the same modules")


def top_level_names(source: str) -> list[str]:
    return [one.strip() for several, single in NAMED.findall(source) for one in (several or single).split(",")]


def check(source: str, folder: Path) -> None:
    """Let node parse an ES module."""
    path = folder / "module.mjs"
    path.write_text(source, encoding="utf-8")
    done = subprocess.run([str(NODE), "--check", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@with_node
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_module_parses(path: Path, tmp_path: Path) -> None:
    check(path.read_text(encoding="utf-8"), tmp_path)


@pytest.fixture(params=ENTRIES, ids=lambda path: path.parent.name + "/" + path.name)
def entry(request: pytest.FixtureRequest) -> Path:
    """The module with which a component begins."""
    path: Path = request.param
    return path


@with_node
def test_the_joined_modules_parse(entry: Path, tmp_path: Path) -> None:
    check(joined(entry), tmp_path)


def test_the_joined_modules_import_nothing_and_export_one_mount(entry: Path) -> None:
    source = joined(entry)
    assert not re.findall(r"^\s*import\b(?!\.)", source, re.M)
    (export,) = re.findall(r"^export .*", source, re.M)
    assert re.match(r"export default (async )?function", export)


def test_no_name_stands_twice_at_the_top_of_the_joined_modules(entry: Path) -> None:
    names = top_level_names(joined(entry))
    assert len(names) > 3
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_module_belongs_to_a_component() -> None:
    assert len(ENTRIES) >= 8
    assert {path for entry in ENTRIES for path in modules_of(entry)} == set(SCRIPTS)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_imports_under_their_own_names_what_the_others_export(path: Path) -> None:
    for names, other in re.findall(r'^import \{([^}]*)\} from "(\.[^"]+)";$', path.read_text("utf-8"), re.M):
        exported = top_level_names("\n".join(re.findall(r"^export .*", (path.parent / other).read_text("utf-8"), re.M)))
        for imported in names.split(","):
            assert " as " not in imported, f"{path}: joining drops the import, and with it the other name"
            assert imported.strip() in exported, f"{path}: {other} exports no {imported.strip()}"


def test_modules_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\n', encoding="utf-8")
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.js imports itself through a\.js, b\.js"):
        joined(tmp_path / "a.js")


def test_joining_drops_imports_and_exports_but_keeps_the_default(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("// a\nexport const one = 1;\nexport function two() {}\n", encoding="utf-8")
    (tmp_path / "b.js").write_text('import { one, two } from "./a.js";\nexport default one;\n', encoding="utf-8")
    assert joined(tmp_path / "b.js") == "// a\nconst one = 1;\nfunction two() {}\n\nexport default one;\n"


def test_content_is_published_once_under_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui.component, "VENDOR", tmp_path / "vendor")
    url = published("thing", b"content")
    assert re.fullmatch(r"/app/static/vendor/thing-[0-9a-f]{12}\.js", url)
    (target,) = (tmp_path / "vendor").iterdir()
    assert target.name == url.rsplit("/", 1)[1]
    assert target.read_bytes() == b"content"
    written = target.stat().st_mtime_ns
    assert published("thing", b"content") == url
    assert target.stat().st_mtime_ns == written
    assert published("thing", b"other") != url


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    monkeypatch.setattr(ui.component, "VENDOR", blocked / "vendor")
    with pytest.raises(OSError):
        published("thing", b"content")
