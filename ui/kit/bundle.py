"""Browser modules as one file: every module keeps a scope of its own, and nothing but Python is needed to join them.

A module becomes a function that returns what it exports, so two modules may use one name for two things:

    const $1_paint = (() => { ...; return { ramp, isDark }; })();
    const $2_chain = (() => { const { ramp: shades } = $1_paint; ...; return { default: draw }; })();
    const mount = $2_chain.default;
    export default mount;

Statements that import or export stand at the start of a line and end in a semicolon, as the linter asks.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

IMPORT = re.compile(r'^import ([^;"\']*?) from "(\.{1,2}/[^"]+)";', re.MULTILINE)
REEXPORT = re.compile(r'^export (\{[^}]*\}) from "(\.{1,2}/[^"]+)";', re.MULTILINE)
LISTED = re.compile(r"^export (\{[^}]*\});", re.MULTILINE)
DECLARED = re.compile(r"^export (?=(?:async )?(?:function\b\*?|class|const) ?([\w$]*))", re.MULTILINE)
DEFAULT_NAMED = re.compile(
    r"^export default (?=(?:async )?(?:function\b\*?|class) ?(?!extends\b)([\w$]+))", re.MULTILINE
)
DEFAULT_NAMELESS = re.compile(r"^export default ((?:async )?(?:function\b\*?|class)) ?", re.MULTILINE)
DEFAULT_VALUE = re.compile(r"^export default ", re.MULTILINE)
UNKNOWN = re.compile(r"^(?:import\b(?!\.)|export\b).*", re.MULTILINE)
NAME = re.compile(r"[\w$]+")
OWN = "$default"  # the name of a default that has none


@dataclass(frozen=True)
class Module:
    """One file of a bundle: `source` without its imports and exports, and what it exports under which inner name."""

    path: Path
    source: str
    exports: dict[str, str]
    needs: tuple[Path, ...]


def joined(entry: Path) -> str:
    """The module `entry` and all that it imports as one ES module, which exports the default of `entry` alone.

    A file that is no JavaScript (`import sheet from "./kit.css"`) is its text.

    Raises:
        ValueError: modules import each other in a circle, a name is imported that is not exported, or a statement
            that imports or exports is of a kind that cannot be joined.
        OSError: a module cannot be read.
    """
    modules = _in_order(entry)
    exports = {module.path: module.exports for module in modules}
    names = {module.path: _name(number, module.path) for number, module in enumerate(modules, 1)}
    parts = [_scope(module, exports, names) for module in modules]
    last = modules[-1]
    if "default" not in last.exports:
        raise ValueError(f"{last.path.name} has no default export to mount")
    # Saved pages hold this source and call `mount`.
    return "\n".join([*parts, f"const mount = {names[last.path]}.default;", "export default mount;", ""])


def modules_of(entry: Path) -> list[Path]:
    """`entry` and every file that it imports, itself or through others, each behind those it imports.

    Raises:
        ValueError, OSError: as `joined`.
    """
    return [module.path for module in _in_order(entry)]


def _in_order(entry: Path) -> list[Module]:
    order: dict[Path, Module] = {}
    open_: list[Path] = []

    def visit(path: Path) -> None:
        if path in open_:
            raise ValueError(f"{path.name} imports itself through {', '.join(one.name for one in open_)}")
        if path in order:
            return
        open_.append(path)
        module = _read(path)
        for needed in module.needs:
            visit(needed)
        order[open_.pop()] = module

    visit(entry.resolve())
    return list(order.values())


def _read(path: Path) -> Module:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".js":
        return Module(path, f"const {OWN} = {json.dumps(source, ensure_ascii=False)};\n", {"default": OWN}, ())
    exports: dict[str, str] = {}

    def declare(found: re.Match[str]) -> str:
        if not found[1]:
            raise ValueError(
                f"{path.name} exports a pattern ({found.string[found.start() :].splitlines()[0]}): name by name, please"
            )
        exports[found[1]] = found[1]
        return ""

    def default_named(found: re.Match[str]) -> str:
        exports["default"] = found[1]
        return ""

    def default_nameless(found: re.Match[str]) -> str:
        exports["default"] = OWN
        return f"{found[1]} {OWN}"

    def default_value(found: re.Match[str]) -> str:
        exports["default"] = OWN
        return f"const {OWN} = "

    def listed(found: re.Match[str]) -> str:
        exports.update({outer: inner for inner, outer in _pairs(found[1], path.name)})
        return ""

    def passed_on(found: re.Match[str]) -> str:
        pairs = _pairs(found[1], path.name)
        inner = {outer: f"${outer}" for _, outer in pairs}
        exports.update(inner)
        return f'import {{ {", ".join(f"{theirs} as {inner[outer]}" for theirs, outer in pairs)} }} from "{found[2]}";'

    rest = source
    for pattern, replace in (
        (REEXPORT, passed_on),
        (LISTED, listed),
        (DEFAULT_NAMED, default_named),
        (DEFAULT_NAMELESS, default_nameless),
        (DEFAULT_VALUE, default_value),
        (DECLARED, declare),
    ):
        rest = pattern.sub(replace, rest)
    if found := UNKNOWN.search(IMPORT.sub("", rest)):
        raise ValueError(f"{path.name} cannot be joined: {found[0]}")
    return Module(path, rest, exports, tuple((path.parent / other).resolve() for _, other in IMPORT.findall(rest)))


def _scope(module: Module, exports: dict[Path, dict[str, str]], names: dict[Path, str]) -> str:
    """A module as a function of its own, called once."""

    def imported(found: re.Match[str]) -> str:
        other = (module.path.parent / found[2]).resolve()
        return _taken(found[1], names[other], exports[other], f"{module.path.name} from {other.name}")

    body = IMPORT.sub(imported, module.source)
    given = ", ".join(f"{outer}: {inner}" for outer, inner in module.exports.items())
    return f"const {names[module.path]} = (() => {{\n{body}\nreturn {{ {given} }};\n}})();"


def _taken(clause: str, other: str, exported: dict[str, str], where: str) -> str:
    """What stands between `import` and `from`, as declarations of the same names."""
    first = re.fullmatch(r"([\w$]+)(?:, *(\{.*\}))?", clause, re.DOTALL)
    whole = re.fullmatch(r"\* as ([\w$]+)", clause)
    if whole:
        return f"const {whole[1]} = {other};"
    pairs = [("default", first[1])] if first else []
    listed = first[2] if first else clause
    if listed:
        pairs += _pairs(listed, where)
    for theirs, _ in pairs:
        if theirs not in exported:
            raise ValueError(f"{where}: {theirs} is not exported there")
    return f"const {{ {', '.join(f'{theirs}: {ours}' for theirs, ours in pairs)} }} = {other};"


def _pairs(listed: str, where: str) -> list[tuple[str, str]]:
    """`{ a, b as c }` as pairs of the name on the left and the name on the right."""
    if not (listed.startswith("{") and listed.endswith("}")):
        raise ValueError(f"{where}: {listed!r} is no list of names")
    pairs = []
    for one in filter(None, (part.strip() for part in listed[1:-1].split(","))):
        left, _, right = one.partition(" as ")
        left, right = left.strip(), right.strip() or left.strip()
        if not (NAME.fullmatch(left) and NAME.fullmatch(right)):
            raise ValueError(f"{where}: {one!r} is no name")
        pairs.append((left, right))
    return pairs


def _name(number: int, path: Path) -> str:
    return f"${number}_{re.sub(r'[^A-Za-z0-9]', '_', path.stem)}"
