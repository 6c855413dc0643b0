"""What the browser says of a number is what Python says of it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.ui.spoken import COMPARED, IN_PYTHON, IN_THE_END, LOG10S, NUMBERS

ROOT = Path(__file__).parents[2]


def test_chromium_says_every_number_as_python_does(chromium: Browser) -> None:
    page = chromium.new_page()
    said = page.evaluate(
        f"""async ({{ source, asked }}) => {{
          const words = await import(URL.createObjectURL(new Blob([source], {{ type: "text/javascript" }})));
          return ({COMPARED})(words, asked);
        }}""",
        {
            "source": (ROOT / "ui" / "kit" / "browser" / "words.js").read_text("utf-8"),
            "asked": {"numbers": NUMBERS, "log10s": LOG10S},
        },
    )
    page.close()
    assert said["numbers"] == IN_PYTHON["numbers"]
    assert said["powers"] == IN_PYTHON["powers"]
    assert said["ends"] == IN_THE_END
