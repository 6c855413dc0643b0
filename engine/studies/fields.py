"""Fields that several studies have, declared in one way: label, help and link key are the same on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from engine.cells import CELLS
from engine.record.declare import cells, choice, number, numbers, text, whole
from engine.studies.inputs import INPUTS, LARGEST_NUMBER, LARGEST_SEED, LOSSES, PLACES, length_is_given

LONGEST_IN_LINK = 3000  # characters of a visitor's own; browsers and mail programs cut links that are much longer
LOSS_HELP = (
    "Where the error comes from. Targets are drawn under the seed; a text predicts its next character. "
    "The probe is no loss: it sends one unit of error in a random direction into the last state."
)


def cell_field(default: str, help: str) -> Any:
    """One cell."""
    return choice(default, {name: cell.title for name, cell in CELLS.items()}, "cell", "Cell", help)


def cells_field(most: int, label: str = "Cells") -> Any:
    """Cells side by side."""
    words = "Networks under the same seed; a vanilla RNN is named by its activation."
    return cells(("tanh", "lstm", "gru"), most, "cells", label, words)


def input_field(default: str, among: Iterable[str] = INPUTS) -> Any:
    """What enters."""
    names = {name: INPUTS[name] for name in among}
    return choice(default, names, "input", "Input", "What enters, one number or symbol a step.")


def reads_text(study: Any) -> bool:
    """Whether the input is a visitor's own text."""
    return bool(study.inputs == "text")


def _reads_numbers(study: Any) -> bool:
    return bool(study.inputs == "numbers")


def text_field(default: str, count: tuple[int, int], help: str, **rest: Any) -> Any:
    """A visitor's own text of `count` symbols."""
    key, label = rest.pop("key", "text"), rest.pop("label", "Text")
    return text(default, count, key, label, f"{count[0]} to {count[1]:,} {help}", **{"when": reads_text, **rest})


def unit_field(when: Callable[[Any], bool]) -> Any:
    """What one symbol of a text is."""
    names = {"character": "character", "word": "word"}
    words = "What one step reads of the text. Each has weights of its own, the same in every text."
    return choice("character", names, "by", "One step is a", words, few=True, when=when, note=_how_words_are_read)


def _how_words_are_read(study: Any) -> str:
    """What makes two words one, where words are read."""
    by_word = "word" in (getattr(study, "by", ""), getattr(study, "unit", ""))
    return "Capitals and the marks at its ends do not count: “No,” is the word “no”." if by_word else ""


def numbers_field(default: tuple[float, ...], count: tuple[int, int], when: Callable[[Any], bool] | None = None) -> Any:
    """A visitor's own numbers."""
    words = f"{count[0]} to {count[1]:,} numbers, with commas or spaces between."
    return numbers(default, count, LARGEST_NUMBER, "numbers", "Numbers", words, when=when or _reads_numbers)


def steps_field(default: int, low: int, high: int, **rest: Any) -> Any:
    """T; a text and own numbers bring their own."""
    words = f"How long the sequence is: {low} to {high:,} steps."
    off = {} if "when" in rest else {"off": lambda study: length_is_given(getattr(study, "inputs", ""))}
    return whole(default, low, high, "T", "Timesteps T", words, **{**off, **rest})


def hidden_field(default: int, high: int, **rest: Any) -> Any:
    """H."""
    return whole(default, 1, high, "H", "Hidden units H", f"The size of the state: 1 to {high} numbers.", **rest)


_OPEN = "sigmoid(bias) is how open it starts: 0 gives 0.5, 1 gives 0.73, 5 gives 0.993, −3 gives 0.047."
BIASES = {  # of the gates that say what is kept, by their field: label and help
    "forget_bias": ("Forget gate bias", f"Of an LSTM's forget gate f, which keeps where it is open. {_OPEN}"),
    "update_bias": ("Update gate bias", f"Of a GRU's update gate z, which copies the state where it is open. {_OPEN}"),
    "write_bias": (
        "Writing gate bias",
        "Of the gate that writes anew what it gives up: the input gate i of a coupled LSTM, which keeps 1 − i, and f "
        f"of a minimal gated unit, which keeps 1 − f. {_OPEN}",
    ),
}


def bias_of(cell: str) -> str | None:
    """The field that holds the bias of the gate that says what `cell` keeps; None where no gate does."""
    kind = CELLS[cell]
    if kind.keeper is None or kind.keeps is None:
        return None
    return "write_bias" if kind.keeps.sign < 0 else f"{kind.keeper}_bias"


def bias_in(study: Any, cell: str) -> float | None:
    """That bias, as a study has it."""
    name = bias_of(cell)
    return None if name is None else float(getattr(study, name))


def bias_field(name: str) -> Any:
    """The bias of one kind of gate, on a page that compares cells and has one with it."""
    label, words = BIASES[name]
    usual = 1.0 if name == "forget_bias" else 0.0
    key = name.removesuffix("_bias")
    return number(usual, -10.0, 10.0, key, label, words, step=0.5, when=lambda study: name in map(bias_of, study.cells))


def loss_field(among: Iterable[str] = LOSSES) -> Any:
    """The loss."""
    return choice(
        "cross-entropy", {name: LOSSES[name] for name in among}, "loss", "Loss", LOSS_HELP, note=_what_a_probe_is
    )


def _what_a_probe_is(study: Any) -> str:
    said = "The probe puts one unit of error, in a random direction, into the last state: it stands in for a loss."
    return said if study.loss == "probe" else ""


def place_field() -> Any:
    """Where the loss lies."""
    words = "Only the last step has a loss, or every step its own; then the total is their sum."
    return choice("last", PLACES, "at", "Loss at the", words, few=True, off=_probe_enters_last, note=_what_every_is)


def _what_every_is(study: Any) -> str:
    summed = study.at == "every" and not _probe_enters_last(study)
    return "The losses of all steps are summed, so that loss and gradient grow with T." if summed else ""


def _probe_enters_last(study: Any) -> str:
    return "The probe enters at the last step." if getattr(study, "loss", "") == "probe" else ""


def seed_field(**rest: Any) -> Any:
    """The seed of everything drawn."""
    words = "Decides every random weight, input and target."
    return whole(7, 0, LARGEST_SEED, "seed", "Seed", words, is_seed=True, **rest)


def fits_link(text: str) -> bool:
    """Whether a visitor's own text can stand in a link."""
    return len(text) <= LONGEST_IN_LINK and len(quote(text)) <= LONGEST_IN_LINK
