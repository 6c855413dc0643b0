"""The walk's modules join into one file: every one of them, no name twice, nothing used before it stands."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.ui.test_component import check, top_level_names, with_node
from ui.component import joined
from ui.unroll.mount import FOLDER, MODULES

IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";$', re.M)


@with_node
def test_the_joined_modules_parse(tmp_path: Path) -> None:
    check(joined(FOLDER, MODULES), tmp_path)


def test_every_module_of_the_folder_is_joined_and_no_name_stands_twice() -> None:
    assert sorted(name for name in MODULES if "/" not in name) == sorted(path.name for path in FOLDER.glob("*.js"))
    source = joined(FOLDER, MODULES)
    assert not re.findall(r"^\s*import\b(?!\.)", source, re.M)
    assert len(re.findall(r"^export .*", source, re.M)) == 1
    assert [name for name, count in Counter(top_level_names(source)).items() if count > 1] == []


@pytest.mark.parametrize("module", [name for name in MODULES if "/" not in name])
def test_a_module_imports_what_the_others_export_and_stands_below_them(module: str) -> None:
    source = (FOLDER / module).read_text(encoding="utf-8")
    before = MODULES[: MODULES.index(module)]
    for names, path in IMPORT.findall(source):
        other = path.removeprefix("./")
        assert other in before
        exported = top_level_names("\n".join(re.findall(r"^export .*", (FOLDER / other).read_text("utf-8"), re.M)))
        assert {name.strip() for name in names.split(",")} <= set(exported)
