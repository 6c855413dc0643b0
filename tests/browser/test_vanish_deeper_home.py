"""Every deeper part can be taken home: numbers and pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.vanish import open_vanish


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("helps", ["what-helps"]),
        ("product", ["singular-values", "every-pair"]),
        ("theory", ["theory"]),
    ],
)
def test_numbers_and_pictures_go_home(page: Page, tmp_path: Path, part: str, names: list[str]) -> None:
    open_vanish(page, still=True, T="12", H="4", more=part)
    for k, name in enumerate(names):
        for label in ("CSV", "PNG", "SVG"):
            button = page.locator(".deeper").get_by_role("button", name=label, exact=True).nth(k)
            with page.expect_download() as waiting:
                button.click()
            assert waiting.value.suggested_filename == f"{name}.{label.lower()}"
            target = tmp_path / waiting.value.suggested_filename
            waiting.value.save_as(target)
            data = target.read_bytes()
            if label == "CSV":
                rows = data.decode().splitlines()
                assert len(rows) == 13  # a heading and one row per step
                assert len({row.count(",") for row in rows[1:]}) == 1
            else:
                assert data.startswith(b"\x89PNG" if label == "PNG" else b"<svg")
                assert len(data) > 1000
