"""A checkout that cannot be written, with a page that fails: the app opens, and a visitor sees no traceback."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, ROOT, SIZE, started
from tests.browser.test_serving import PICTURE
from ui.kit.serve import SORRY

PARTS = ("app.py", "pages", "ui", "figures", "engine", "static", ".streamlit")
FAILING = """
import streamlit as st
from ui.kit.frame import open_page
from ui.kit.page import Page, View

PAGE = Page("Failing", "It fails.", "It fails.", View, menu=("See", 9, ":material/error:"), word="failing")

def fail():
    raise RuntimeError("secret of the server")

def bench(shown):
    if st.button("in a fragment"):
        fail()

def below(shown):
    st.button("in a callback", on_click=fail)
    if st.button("in the page"):
        fail()

if __name__ == "__main__":
    open_page(PAGE, bench, below)
"""


@dataclass(frozen=True)
class Checkout:
    """The app's address, the folder it runs from and its log."""

    address: str
    folder: Path
    log: Path


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """The app, running from a copy without write permission."""
    folder = tmp_path_factory.mktemp("checkout")
    log = tmp_path_factory.mktemp("server") / "log.txt"
    for part in PARTS:
        source, ignored = ROOT / part, shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, folder / part, ignore=ignored) if source.is_dir() else shutil.copy(source, folder)
    (folder / "pages" / "failing.py").write_text(FAILING, encoding="utf-8")
    for path in (*folder.rglob("*"), folder):
        path.chmod(path.stat().st_mode & ~0o222)
    # Permissions bind root only where it gives up the right to pass over them.
    before = ("setpriv", "--bounding-set", "-dac_override") if os.geteuid() == 0 else ()
    with started(log, root=folder, before=before) as address:
        yield Checkout(address, folder, log)
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        path.chmod(0o755)


@pytest.fixture
def opened(chromium: Browser, checkout: Checkout) -> Iterator[Page]:
    """A page of a new profile."""
    context = chromium.new_context(base_url=checkout.address, viewport=SIZE)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", ["/", "/unroll"])
def test_a_page_opens_from_a_checkout_that_cannot_be_written(path: str, opened: Page, checkout: Checkout) -> None:
    opened.goto(path)
    opened.locator(PICTURE).first.wait_for()
    expect(opened.get_by_test_id("stException")).to_have_count(0)
    assert not [file for file in checkout.folder.rglob("*") if "__pycache__" in file.parts]


@pytest.mark.parametrize("place", ["in the page", "in a fragment", "in a callback"])
def test_a_visitor_sees_no_traceback(place: str, opened: Page, checkout: Checkout) -> None:
    opened.goto("/failing")
    opened.get_by_role("button", name=place).click()
    said = opened.get_by_test_id("stException")
    expect(said).to_contain_text(SORRY)
    expect(said).to_have_count(1)
    shown = opened.locator("body").inner_text()
    assert "Traceback" not in shown
    assert "secret" not in shown
    assert str(checkout.folder) not in shown
    assert "RuntimeError: secret of the server" in checkout.log.read_text()


def test_the_server_stops_while_somebody_looks(chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context()
    page = context.new_page()
    with started(tmp_path / "log.txt") as address:
        page.goto(address)
        page.locator(PICTURE).first.wait_for()
    context.close()
    assert "Traceback" not in (tmp_path / "log.txt").read_text()
