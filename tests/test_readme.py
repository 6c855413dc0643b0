"""What the README promises a newcomer."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_lines_for_a_notebook_run_as_they_stand() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(block.strip().splitlines()) <= 12
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)  # our own text, read from the repository
    assert names["complaints"] == []


def test_every_folder_and_target_it_names_exists() -> None:
    tree = re.findall(r"^(\w+(?:\.py|/))\s", README, re.MULTILINE)
    assert len(tree) >= 7
    for name in tree:
        assert (ROOT / name).exists(), name
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake (\w+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_dependency_has_its_sentence() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^dependencies = \[(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    for name in re.findall(r'"([a-z]+)>=', listed):
        assert re.search(rf"^- .*\b{name}: ", README, re.MULTILINE) or f" {name}: " in README, name
