"""Every deeper part can be taken home: numbers and pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from engine.studies.vanish.study import VanishStudy
from tests.browser.vanish import open_part


@pytest.mark.parametrize(
    ("part", "names"),
    [("helps", ["what-helps"]), ("stretch", ["singular-values", "every-pair"]), ("theory", ["theory"])],
)
def test_numbers_and_pictures_go_home(
    bare_page: Callable[..., Page], tmp_path: Path, part: str, names: list[str]
) -> None:
    page = bare_page()
    open_part(page, part, VanishStudy(steps=12, hidden=4))
    for k, name in enumerate(names):
        for label in ("CSV", "PNG", "SVG"):
            button = page.locator(".stage").get_by_role("button", name=label, exact=True).nth(k)
            with page.expect_download() as waiting:
                button.click()
            assert waiting.value.suggested_filename == f"{name}.{label.lower()}"
            target = tmp_path / waiting.value.suggested_filename
            waiting.value.save_as(target)
            data = target.read_bytes()
            if label == "CSV":
                rows = data.decode("utf-8-sig").splitlines()
                assert len(rows) == 13  # a heading and one row per step
                assert len({row.count(",") for row in rows[1:]}) == 1
            else:
                assert data.startswith(b"\x89PNG" if label == "PNG" else b"<svg")
                assert len(data) > 1000
