"""The shape of the code: an import may only point to the left, and a few things stand nowhere at all.

numpy <- engine <- figures <- ui <- pages, with app.py beside pages.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("engine", "figures", "ui", "pages")
OUTSIDE = {  # packages that each layer may import, beside the standard library and the layers to its left
    "engine": {"h5py", "numpy", "onnx", "regex", "safetensors"},
    "figures": {"numpy", "pandas", "plotly"},
    # anyio and starlette are Streamlit's own server, of which ui/kit/serve.py is a part.
    "ui": {"segno", "anyio", "numpy", "pandas", "plotly", "starlette", "streamlit", "threadpoolctl"},
    "pages": {"streamlit"},
}
LONGEST = 300  # lines of a file; over 200 look for the second question it answers
PYTHON = sorted([ROOT / "app.py", *(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))])
BROWSER = sorted(path for ending in ("js", "css", "html") for path in (ROOT / "ui").rglob(f"*.{ending}"))
OWN = sorted(
    [*PYTHON, *BROWSER, *(path for folder in ("bench", "tests") for path in (ROOT / folder).rglob("*.py"))],
)
HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b")
SHADES = re.compile(r"\b(?:rgb|hsl)a?\(\s*\d[^)]*\)")
COLOURLESS = {"rgba(0,0,0,0)", "rgb(0 0 0 / .18)"}  # nothing, and a shadow


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def layer_of(path: Path) -> str:
    return "pages" if path.name == "app.py" else path.relative_to(ROOT).parts[0]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), name(path))


def imported(path: Path) -> Iterator[str]:
    """The first name of every module that is imported, at the top or late."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}:{node.lineno} imports relatively"
            yield (node.module or "").split(".")[0]


def test_there_is_code_to_look_at() -> None:
    assert {layer_of(path) for path in PYTHON} == set(LAYERS)
    assert {path.suffix for path in BROWSER} >= {".js", ".css"}


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_imports_point_to_the_left(path: Path) -> None:
    layer = layer_of(path)
    left = set(LAYERS[: LAYERS.index(layer) + 1]) - ({"pages"} if layer == "pages" else set())
    allowed = left | OUTSIDE[layer] | set(sys.stdlib_module_names)
    assert set(imported(path)) <= allowed


PAGE_WORDS = sorted(
    path.name for path in (ROOT / "ui").iterdir() if path.name not in ("kit", "__pycache__") and path.is_dir()
)
IN_PAGES = [
    path
    for path in [*PYTHON, *BROWSER]
    if len(path.relative_to(ROOT).parts) > 2 and path.relative_to(ROOT).parts[1] in (*PAGE_WORDS, "kit")
]


@pytest.mark.parametrize("path", IN_PAGES, ids=name)
def test_no_page_imports_what_another_one_has(path: Path) -> None:
    """What a second page needs moves into the kit, which itself knows no page."""
    own = path.relative_to(ROOT).parts[1]
    others = "|".join(word for word in PAGE_WORDS if word != own)
    source = path.read_text(encoding="utf-8")
    assert not re.findall(rf"(?:from|import) (?:ui|figures|pages)\.(?:{others})\b", source)
    assert not re.findall(rf"from \"(?:\.\./)+(?:{others})/", source)


@pytest.mark.parametrize("path", [path for path in PYTHON if layer_of(path) == "pages"], ids=name)
def test_a_page_holds_no_arithmetic_no_plotting_and_no_cache(path: Path) -> None:
    for node in ast.walk(tree(path)):
        assert not isinstance(node, ast.BinOp), f"line {node.lineno} computes"
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("cache"), f"line {node.lineno} caches"
            assert not (isinstance(node.value, ast.Name) and node.value.id in ("go", "px", "np", "pd"))


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_nothing_is_executed_unpickled_or_put_on_the_page_as_raw_html(path: Path) -> None:
    assert not {"pickle", "marshal", "shelve", "dill", "joblib"} & set(imported(path))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec", "compile", "__import__"), f"line {node.lineno}"
        if isinstance(node, ast.keyword):
            assert node.arg is None or not node.arg.startswith(("unsafe_allow", "allow_pickle"))


@pytest.mark.parametrize("path", [path for path in PYTHON if layer_of(path) in ("ui", "pages")], ids=name)
def test_html_holds_constants_or_escaped_words_only(path: Path) -> None:
    """st.html runs no script, but a visitor's < would still become markup."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "html":
            (argument,) = node.args
            constant = isinstance(argument, ast.Name) and argument.id.isupper()
            assert constant or "html.escape(" in ast.unparse(argument), f"line {node.lineno}"


@pytest.mark.parametrize("path", [path for path in BROWSER if path.suffix == ".js"], ids=name)
def test_no_script_makes_code_or_markup_from_text(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for word in ("eval(", "new Function", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"):
        assert word not in source


@pytest.mark.parametrize("path", OWN, ids=name)
def test_no_file_is_longer_than_one_question(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST, f"{name(path)} has {lines} lines: which second question does it answer?"


@pytest.mark.parametrize("path", [*ROOT.glob("engine/studies/*/study.py"), *ROOT.glob("figures/*/view.py")], ids=name)
def test_a_control_of_another_kind_costs_a_page_no_line_but_its_field(path: Path) -> None:
    kinds = {"cells", "choice", "number", "numbers", "of_kind", "switch", "text", "whole"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("engine.record"):
            assert not kinds & {alias.name for alias in node.names}, "write declare.switch(...), as the others do"


@pytest.mark.parametrize("path", [*PYTHON, *BROWSER], ids=name)
def test_colours_are_named_in_the_theme_and_the_looks_of_cells_alone(path: Path) -> None:
    if name(path) == "figures/theme.py" or path.parent == ROOT / "figures" / "cells":
        return
    source = path.read_text(encoding="utf-8")
    assert HEX.findall(source) == []
    assert set(SHADES.findall(source)) <= COLOURLESS


@pytest.mark.parametrize("path", [path for path in [*PYTHON, *BROWSER] if layer_of(path) != "engine"], ids=name)
def test_no_other_host_is_named(path: Path) -> None:
    hosts = re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z0-9.-]+", path.read_text(encoding="utf-8"))
    assert set(hosts) <= {"http://www.w3.org"}  # the name of SVG, never fetched


@pytest.mark.parametrize("layer", ["engine", "figures"])
def test_what_is_installed_holds_every_module(layer: str) -> None:
    """Setuptools takes the folders that are packages, and those named in pyproject.toml only."""
    folders = {path.parent for path in PYTHON if layer_of(path) == layer}
    assert [name(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"{layer}*" in project["tool"]["setuptools"]["packages"]["find"]["include"]


@pytest.mark.parametrize("folder", ["tests", "bench"])
def test_the_app_imports_neither_its_tests_nor_its_benchmarks(folder: str) -> None:
    assert not [name(path) for path in PYTHON if folder in set(imported(path))]


@pytest.mark.parametrize("path", [path for path in PYTHON if "st.download_button" in path.read_text("utf-8")], ids=name)
def test_a_file_button_is_found_again_by_its_key_after_a_run(path: Path) -> None:
    """Pressed within a run it is pressed again afterwards, by its key (ui/kit/browser/surroundings.js)."""
    buttons = [
        call
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "download_button"
    ]
    assert buttons
    assert all(any(keyword.arg == "key" for keyword in call.keywords) for call in buttons)
