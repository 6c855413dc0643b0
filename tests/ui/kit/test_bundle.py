"""Browser modules joined into one file: scopes stay apart, and what cannot be joined is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.node import parse, run
from ui.kit.bundle import joined, modules_of
from ui.kit.publish import entries

ROOT = Path(__file__).parents[3]
SCRIPTS = sorted((ROOT / "ui").rglob("*.js"))
ENTRIES = entries()


def written(folder: Path, **modules: str) -> Path:
    """Files of these names (`a` is a.js, `a_css` is a.css); the path of the last."""
    path = folder
    for name, source in modules.items():
        path = folder / (name.replace("_", ".") if "_" in name else f"{name}.js")
        path.write_text(source, encoding="utf-8")
    return path


def mounted(entry: Path, folder: Path) -> Any:
    """What the default export of the joined modules returns, in node."""
    (folder / "bundle.mjs").write_text(joined(entry), encoding="utf-8")
    code = 'import mount from "./bundle.mjs";\nconsole.log(JSON.stringify(await mount()));\n'
    return json.loads(run(code, folder))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_module_parses(path: Path, tmp_path: Path) -> None:
    parse(path.read_text(encoding="utf-8"), tmp_path)


@pytest.fixture(params=ENTRIES, ids=lambda path: path.parent.name + "/" + path.name)
def entry(request: pytest.FixtureRequest) -> Path:
    """The module with which a component begins."""
    path: Path = request.param
    return path


def test_the_joined_modules_parse(entry: Path, tmp_path: Path) -> None:
    parse(joined(entry), tmp_path)


def test_the_joined_modules_import_nothing_and_export_one_mount(entry: Path) -> None:
    source = joined(entry)
    assert not re.findall(r"^\s*import\b(?!\.)", source, re.M)
    assert re.findall(r"^export .*", source, re.M) == ["export default mount;"]


def test_every_module_belongs_to_a_component() -> None:
    assert len(ENTRIES) >= 8
    assert {path for entry in ENTRIES for path in modules_of(entry) if path.suffix == ".js"} == set(SCRIPTS)


def test_two_modules_may_use_one_name_for_two_things(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        a='const SIZE = 1;\nfunction own() { return "a"; }\nexport const a = () => own() + SIZE;\n',
        b='const SIZE = 2;\nfunction own() { return "b"; }\nexport const b = () => own() + SIZE;\n',
        c='import { a } from "./a.js";\nimport { b } from "./b.js";\n'
        "const SIZE = 3;\nexport default function own() { return [a(), b(), SIZE]; }\n",
    )
    assert mounted(entry, tmp_path) == ["a1", "b2", 3]


def test_every_way_to_import_and_export_names_works(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    written(
        tmp_path,
        a="""// Declared, listed and renamed.
export function one() { return 1; }
export async function two() { return 2; }
export function* three() { yield 3; }
export class Four { value = 4; }
export const five = 5, more = 55;
const six = 6, seven = 7;
export { six, seven as sieben };
export default class { eight = 8; }
""",
        passed='export { one as eins, default as Acht } from "./a.js";\nexport default (n) => n + 1;\n',
    )
    entry = written(
        tmp_path / "sub",
        entry="""import Eight, { one, two,
  three as drei, Four, five, six, sieben } from "../a.js";
import * as whole from "../a.js";
import next, { eins, Acht } from "../passed.js";
export default async function () {
  return [one(), await two(), [...drei()], new Four().value, five, six, sieben, new Eight().eight, whole.one === one,
    next(9), eins === one, Acht === Eight];
}
""",
    )
    assert mounted(entry, tmp_path) == [1, 2, [3], 4, 5, 6, 7, 8, True, 10, True, True]


def test_a_style_sheet_is_its_text(tmp_path: Path) -> None:
    sheet = '.a::after { content: "\\201C é ‘ `"; }\n/* </script> ${no} */\n'
    entry = written(tmp_path, kit_css=sheet, a='import sheet from "./kit.css";\nexport default () => sheet;\n')
    assert mounted(entry, tmp_path) == sheet


def test_a_module_runs_once_however_many_import_it(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        a="let count = 0;\nexport const next = () => (count += 1);\n",
        b='import { next } from "./a.js";\nexport const first = next();\n',
        c='import { next } from "./a.js";\nimport { first } from "./b.js";\nexport default () => [first, next()];\n',
    )
    assert mounted(entry, tmp_path) == [1, 2]
    assert [path.name for path in modules_of(entry)] == ["a.js", "b.js", "c.js"]


def test_a_joined_module_knows_its_own_address(tmp_path: Path) -> None:
    entry = written(tmp_path, a="export default () => import.meta.url;\n")
    assert mounted(entry, tmp_path).endswith("/bundle.mjs")


def test_modules_in_a_circle_are_refused(tmp_path: Path) -> None:
    entry = written(tmp_path, b='import { a } from "./a.js";\n', a='import { b } from "./b.js";\n')
    with pytest.raises(ValueError, match=r"a\.js imports itself through a\.js, b\.js"):
        joined(entry)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('import { two } from "./one.js";\nexport default two;\n', r"a\.js from one\.js: two is not exported there"),
        ('import one from "./one.js";\nexport default one;\n', r"a\.js from one\.js: default is not exported there"),
        ('import "./one.js";\nexport default 1;\n', r'a\.js cannot be joined: import "\./one\.js";'),
        ('import { one } from "one";\nexport default 1;\n', r"a\.js cannot be joined: import"),
        ('export * from "./one.js";\n', r"a\.js cannot be joined: export \*"),
        ("export let a = 1;\nexport default a;\n", r"a\.js cannot be joined: export let"),
        ("export const { a } = window;\n", r"a\.js exports a pattern \(export const \{ a \} = window;\)"),
        ('import { one as "1" } from "./one.js";\nexport default 1;\n', r"a\.js cannot be joined"),
        ('import { one two } from "./one.js";\nexport default 1;\n', r"'one two' is no name"),
        ('import one two from "./one.js";\nexport default 1;\n', r"'one two' is no list of names"),
        ("export const a = 1;\n", r"a\.js has no default export"),
    ],
)
def test_what_cannot_be_joined_is_refused_with_its_place(source: str, message: str, tmp_path: Path) -> None:
    entry = written(tmp_path, one="export const one = 1;\n", a=source)
    with pytest.raises(ValueError, match=message):
        joined(entry)


def test_a_module_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"b\.js"):
        joined(written(tmp_path, a='import { b } from "./b.js";\nexport default b;\n'))
