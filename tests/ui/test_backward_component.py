"""The backward page's modules join into one file, with those of the gradient lab that they share."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.ui.test_component import check, top_level_names, with_node
from ui.backward.shown import FOLDER, MODULES, OWN
from ui.component import joined


@with_node
def test_the_joined_modules_parse(tmp_path: Path) -> None:
    check(joined(FOLDER, MODULES), tmp_path)


def test_they_import_nothing_export_one_mount_and_no_name_stands_twice() -> None:
    source = joined(FOLDER, MODULES)
    assert not re.findall(r"^\s*import\b", source, re.M)
    (export,) = re.findall(r"^export .*", source, re.M)
    assert export.startswith("export default function mount(")
    names = top_level_names(source)
    assert len(names) > 40
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_module_of_the_folder_is_joined_behind_those_it_imports() -> None:
    assert sorted(OWN) == sorted(path.name for path in FOLDER.glob("*.js"))
    for place, module in enumerate(MODULES):
        source = (FOLDER / module).read_text(encoding="utf-8")
        for name, found in re.findall(r"^import \{([^}]*)\} from \"\./?(.*)\";$", source, re.M):
            path = found.removeprefix("./").removeprefix("/").removeprefix("./lab/")
            before = {Path(one).name for one in MODULES[:place]}
            assert Path(path).name in before, f"{module} imports {name} of {found}"
