"""A file of a visitor's own: taken whole, or refused with its place, and never kept by the server."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect


def test_a_file_is_understood_and_what_cannot_be_read_is_refused_with_its_place(page: Page, tmp_path: Path) -> None:
    good, bad = tmp_path / "rain.csv", tmp_path / "rain.bin"
    good.write_text("rain,sun\n" + "\n".join(f"{k % 7},{k % 5}" for k in range(60)), encoding="utf-8")
    bad.write_bytes(b"1\n2\n\xff")
    page.goto("/train?task=series&goal=1&H=2&racers=tanh&n=5")
    place, field = page.locator("input[type=file]"), page.get_by_role("textbox", name="Own data")
    place.set_input_files(good)
    expect(field).to_have_value(good.read_text(encoding="utf-8"))
    place.set_input_files(bad)
    expect(
        page.get_by_text("rain.bin: byte 5, in line 3, is no text in UTF-8; save the file as UTF-8.")
    ).to_be_visible()
    expect(field).to_have_value(good.read_text(encoding="utf-8"))
