"""Find the Node that the tests, `make lint` and `make types` need, and run a module in it."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path


@cache
def node() -> str:
    return "node"


def parse(source: str, folder: Path) -> None:
    """Fail unless `source` is an ES module."""
    (folder / "module.mjs").write_text(source, encoding="utf-8")
    done = subprocess.run([node(), "--check", "module.mjs"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def run(source: str, folder: Path, given: str = "") -> str:
    """What the ES module `source` prints when it runs in `folder` with `given` on its standard input."""
    (folder / "run.mjs").write_text(source, encoding="utf-8")
    done = subprocess.run([node(), "run.mjs"], cwd=folder, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
