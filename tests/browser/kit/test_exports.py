"""What a visitor takes home: tables no spreadsheet runs, pictures with all their words, a file that plays, links."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from figures.table import guarded
from tests.browser.bare import Bare, Profiles
from tests.browser.kit.conftest import told

Open = Callable[..., Bare]
EVIL = "</script><img src=x onerror=alert(1)><!--"
LONG = (
    "The error reaches back by far more than a line of words can tell, whatever the width of the picture may be, " * 4
)


def saved(trial: Bare, kind: str, panel: str = "walk") -> Path:
    """Press a button of a panel's tools; return the file it saves."""
    with trial.page.expect_download() as waiting:
        trial.page.locator(f".panel.{panel} .tools").get_by_role("button", name=kind, exact=True).click()
    return Path(waiting.value.path())


def test_no_cell_of_a_table_is_a_formula_and_every_number_reads_back(bare: Open) -> None:
    words = ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx", 'say "a", b', "x=1", "-", ""]
    trial = bare(told(steps=10, step=1, labels=dict(enumerate(words, 1))))
    raw = saved(trial, "CSV").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    text = raw.decode("utf-8-sig")
    assert text.count("\r\n") == 10
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["step", "word", "value"]
    assert [row[1] for row in rows[1:]] == [f"'{w}" for w in words[:6]] + ['say "a", b', "x=1", "'-", ""]
    numbers = [row[2] for row in rows[1:]]
    assert any(number.startswith("-") for number in numbers)  # a number below 0 has no apostrophe
    sent = trial.page.evaluate("""async () => {
      const { cellOf } = await import("/module/ui/kit/browser/save.js");
      return [-0.1, 1e-300, NaN, -Infinity, null, undefined, Math.fround(0.1), "-0.5"].map(cellOf);
    }""")
    cells = ["a;=x", "a; -x", "\t=x", 'a;"@x', "a\r\n+x", "a - b; c", "x;", "\n;＝x", "we=ll; fine"]
    guards = """async (cells) => (await import("/module/ui/kit/browser/save.js")).tableOf([cells])"""
    (read,) = csv.reader(io.StringIO(trial.page.evaluate(guards, cells).removeprefix("\ufeff"), newline=""))
    assert read == [guarded(cell) for cell in cells]  # as the server's own tables
    assert sent == ["-0.1", "1e-300", "NaN", "-Infinity", "", "", "0.10000000149011612", "'-0.5"]


def test_a_picture_has_all_its_words_below_it(bare: Open) -> None:
    trial = bare(told(steps=10, step=1, verdict=LONG), viewport={"width": 420, "height": 800})
    picture = saved(trial, "SVG").read_text(encoding="utf-8")
    said = " ".join(re.findall(r"<tspan[^>]*>([^<]*)</tspan>", picture))
    assert said.startswith(LONG.strip())
    assert said.endswith("The state of unit 1, at scale 1.")
    # As a viewer draws it, no line goes beyond the picture.
    drawn = trial.page.evaluate(
        """(source) => {
          const host = document.body.appendChild(document.createElement("div"));
          host.innerHTML = source;
          const root = host.firstElementChild;
          const lines = [...root.querySelectorAll("text")].map((line) => line.getBBox());
          const [width, height] = ["width", "height"].map((name) => Number(root.getAttribute(name)));
          const right = Math.max(...lines.map((box) => box.x + box.width));
          const bottom = Math.max(...lines.map((box) => box.y + box.height));
          return { width, height, right, bottom };
        }""",
        picture,
    )
    assert drawn["right"] <= drawn["width"]
    assert drawn["bottom"] <= drawn["height"]


def test_a_png_is_twice_as_large_and_not_empty(bare: Open) -> None:
    trial = bare(told(steps=10, step=1))
    content = saved(trial, "PNG", "states").read_bytes()
    assert content.startswith(b"\x89PNG")
    size = [int.from_bytes(content[k : k + 4], "big") for k in (16, 20)]
    shown = trial.page.locator(".states svg").bounding_box()
    assert shown is not None
    assert size[0] == 2 * shown["width"]
    assert size[1] > 2 * shown["height"]  # words below it
    colours = trial.page.evaluate(
        """async (bytes) => {
          const image = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
          const canvas = new OffscreenCanvas(image.width, image.height);
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0);
          const { data } = context.getImageData(0, 0, image.width, image.height);
          return new Set(new Uint32Array(data.buffer)).size;
        }""",
        list(content),
    )
    assert colours > 20


def test_a_saved_page_plays_without_a_server(bare: Open, profiles: Profiles, tmp_path: Path) -> None:
    trial = bare(told(steps=10, step=4, labels={1: EVIL}, verdict=EVIL))
    trial.page.get_by_role("button", name="by size").click()
    file = tmp_path / "saved.html"
    file.write_bytes(saved(trial, "HTML").read_bytes())
    source = file.read_text(encoding="utf-8")
    assert "default-src 'none'" in source
    assert "onerror" not in source  # what a visitor wrote is in base64 only
    assert source.count("</script>") == 2

    context = profiles.profile(offline=True, held=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    root = page.locator(".stage.trial.saved")
    assert root.get_attribute("data-t") == "4"
    assert page.locator(".verdict").text_content() == EVIL
    assert page.get_by_role("button", name="by size").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Step", exact=True).click()
    page.locator(".stage[data-t='5']").wait_for()
    page.get_by_role("button", name="Play").click()
    page.locator(".stage[data-t='6']").wait_for()
    assert not page.get_by_role("button", name="HTML").is_visible()
    assert not page.get_by_role("button", name="Copy link to this view").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.stage')).fontSize") == "14px"
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    page.close()


def test_the_link_and_the_frame_lead_to_what_is_shown(bare: Open) -> None:
    open_ = ["clipboard-read", "clipboard-write"]
    trial = bare(told(steps=10, step=4), "/trial?H=3&embed=true", permissions=open_)
    trial.page.locator("svg.line").press("ArrowUp")
    read = "navigator.clipboard.readText()"
    trial.page.get_by_role("button", name="Copy link to this view").click()
    trial.page.get_by_role("status").get_by_text("copied").wait_for()
    link = urlsplit(trial.page.evaluate(read))
    assert (link.path, parse_qs(link.query)) == ("/trial", {"H": ["3"], "step": ["4"], "unit": ["2"]})
    trial.page.get_by_role("button", name="Copy embed code").click()
    trial.page.get_by_role("status").get_by_text("Embed code copied").wait_for()
    frame = trial.page.evaluate(
        """async () => {
          const host = document.createElement("template");
          host.innerHTML = await navigator.clipboard.readText();
          const { title, src, width, height } = host.content.firstElementChild;
          return { title, src, width, height, sandbox: [...host.content.firstElementChild.sandbox].sort() };
        }"""
    )
    assert frame.pop("src") == f"{link.geturl()}&embed=true"
    sandbox = ["allow-downloads", "allow-popups", "allow-same-origin", "allow-scripts"]
    assert frame == {"title": "The trial", "width": "800", "height": "600", "sandbox": sandbox}


def closed(page: Page) -> None:
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")


@pytest.mark.parametrize("name", ["Copy link to this view", "Copy embed code"])
def test_where_the_clipboard_is_closed_the_text_stands_selected(bare: Open, name: str) -> None:
    trial = bare(told(steps=10, step=4))
    closed(trial.page)
    trial.page.get_by_role("button", name=name).click()
    field = trial.page.get_by_role("status").get_by_role("textbox")
    shown: Any = field.evaluate(
        "(e) => ({ value: e.value, selected: e.selectionEnd - e.selectionStart, readOnly: e.readOnly })"
    )
    assert "/trial?step=4" in shown["value"]
    assert shown["selected"] == len(shown["value"])
    assert shown["readOnly"]


@pytest.mark.parametrize("layout", ["presenter", "frame"])
def test_nothing_is_taken_home_from_a_projector_or_a_frame(bare: Open, layout: str) -> None:
    trial = bare(told(steps=10, step=4, layout=layout))
    trial.drawn()
    for name in ("Copy link to this view", "CSV", "PNG"):
        assert not trial.page.get_by_role("button", name=name).first.is_visible()
    assert trial.page.locator(".panel.states").is_visible() == (layout == "presenter")
