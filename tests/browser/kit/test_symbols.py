"""Symbols under the pointer."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.bare import Bare
from tests.browser.kit.conftest import told

Open = Callable[..., Bare]
TIP = ".stage > .tip"


def _hover(trial: Bare, words: str, letter: int) -> None:
    """Write `words` where a formula stands and rest on one letter of them."""
    trial.page.evaluate(
        """([words, letter]) => {
          const line = document.querySelector('.stage').querySelector('p.trial-line') ?? document.createElement('p');
          line.className = 'trial-line';
          line.style.font = '20px monospace';
          line.replaceChildren(words);
          document.querySelector('.stage').prepend(line);
          const range = document.createRange();
          range.setStart(line.firstChild, letter);
          range.setEnd(line.firstChild, letter + 1);
          const box = range.getBoundingClientRect();
          window.place = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        }""",
        [words, letter],
    )
    x, y = trial.page.evaluate("window.place")
    trial.page.mouse.move(x + 60, y + 200)
    trial.page.mouse.move(x, y)


def test_a_symbol_with_its_index_is_explained_in_a_sentence_and_a_bare_letter_is_not(bare: Open) -> None:
    trial = bare(told())
    tip = trial.page.locator(TIP).first
    _hover(trial, "the state hₜ of a unit", 10)
    expect(tip).to_contain_text("hₜ: hidden state.")
    _hover(trial, "the state h of a unit", 10)
    trial.page.wait_for_timeout(300)
    expect(tip).to_be_hidden()
    _hover(trial, "size ‖dL/dh‖ here", 8)
    expect(tip).to_contain_text("dL/dh: gradient.")


def test_a_bare_letter_is_a_symbol_where_letters_are_symbols(bare: Open) -> None:
    trial = bare(told())
    tip = trial.page.locator(TIP).first
    _hover(trial, "U x + W h", 6)
    trial.page.wait_for_timeout(300)
    expect(tip).to_be_hidden()
    trial.page.evaluate("document.querySelector('p.trial-line').dataset.math = ''")
    _hover(trial, "U x + W h", 6)
    expect(tip).to_contain_text("W: recurrent weights.")
    trial.page.mouse.move(700, 500)
    expect(tip).to_be_hidden()
