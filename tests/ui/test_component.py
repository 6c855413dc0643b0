"""Browser components: modules that join into one file, published once under a name that is its content's."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

import ui.component
from ui.component import joined, published
from ui.lab import FOLDER, MODULES

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "ui").rglob("*.js"))
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


@with_node
def test_the_joined_modules_parse(tmp_path: Path) -> None:
    check(joined(FOLDER, MODULES), tmp_path)


def test_the_joined_modules_import_nothing_and_export_one_mount() -> None:
    source = joined(FOLDER, MODULES)
    assert not re.findall(r"^\s*import\b", source, re.M)
    (export,) = re.findall(r"^export .*", source, re.M)
    assert export.startswith("export default function mount(")


def test_no_name_stands_twice_at_the_top_of_the_joined_modules() -> None:
    names = top_level_names(joined(FOLDER, MODULES))
    assert len(names) > 20
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_module_of_the_lab_is_joined() -> None:
    assert sorted(MODULES) == sorted(path.name for path in FOLDER.glob("*.js"))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_under_their_own_names_what_the_others_export(module: str) -> None:
    source = (FOLDER / module).read_text(encoding="utf-8")
    for names, other in re.findall(r'^import \{([^}]*)\} from "\./([^"]+)";$', source, re.M):
        exported = top_level_names("\n".join(re.findall(r"^export .*", (FOLDER / other).read_text("utf-8"), re.M)))
        for imported in names.split(","):
            assert " as " not in imported, f"{module}: joining drops the import, and with it the other name"
            assert imported.strip() in exported
    # Constants are not hoisted: what runs while the file loads must stand below what it uses.
    before = MODULES[: MODULES.index(module)]
    assert {other for _, other in re.findall(r'^import \{([^}]*)\} from "\./([^"]+)";$', source, re.M)} <= set(before)


def test_joining_drops_imports_and_exports_but_keeps_the_default(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("// a\nexport const one = 1;\nexport function two() {}\n", encoding="utf-8")
    (tmp_path / "b.js").write_text('import { one, two } from "./a.js";\nexport default one;\n', encoding="utf-8")
    assert joined(tmp_path, ("a.js", "b.js")) == "// a\nconst one = 1;\nfunction two() {}\n\nexport default one;\n"


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
