"""The modules of the page inside a cell join into one file: all of them, each after what it uses, no name twice."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from engine.activations import ACTIVATIONS as FUNCTIONS
from engine.cells import CELLS
from tests.ui.test_component import check, top_level_names, with_node
from ui.cell.circuit import FOLDER, MODULES
from ui.component import joined

IMPORTS = re.compile(r'^import \{([^}]*)\} from "([^"]+)";$', re.M)


def place(module: str) -> Path:
    return (FOLDER / module).resolve()


def test_every_module_of_the_page_is_joined() -> None:
    assert {module for module in MODULES if "/" not in module} == {path.name for path in FOLDER.glob("*.js")}


@with_node
def test_the_joined_modules_parse(tmp_path: Path) -> None:
    check(joined(FOLDER, MODULES), tmp_path)


def test_no_name_stands_twice_and_one_mount_is_exported() -> None:
    source = joined(FOLDER, MODULES)
    names = top_level_names(source)
    assert len(names) > 40
    assert [name for name, count in Counter(names).items() if count > 1] == []
    (export,) = re.findall(r"^export .*", source, re.M)
    assert export.startswith("export default function mount(")


def test_the_renderer_knows_no_kind_of_cell() -> None:
    """A new cell costs one layout: nothing that draws, plays or explains a circuit names a cell."""
    for module in (path.name for path in FOLDER.glob("*.js")):
        source = place(module).read_text(encoding="utf-8").lower()
        for cell in CELLS.values():
            if cell.name not in FUNCTIONS:
                assert not re.search(rf"\b{re.escape(cell.name)}\b", source), f"{module} names {cell.name}"


@pytest.mark.parametrize("module", [module for module in MODULES if "/" not in module])
def test_a_module_comes_after_those_it_uses(module: str) -> None:
    before = {place(one) for one in MODULES[: MODULES.index(module)]}
    for names, other in IMPORTS.findall(place(module).read_text(encoding="utf-8")):
        path = (place(module).parent / other).resolve()
        assert path in before
        exported = top_level_names("\n".join(re.findall(r"^export .*", path.read_text(encoding="utf-8"), re.M)))
        assert {name.strip() for name in names.split(",")} <= set(exported)
