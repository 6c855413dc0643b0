"""A walk through one network on one short sequence: everything that decides it, in one frozen record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from engine.arrays import Array
from engine.cells import CELLS
from engine.record import Bound, Record, choice, of_kind, switch, whole
from engine.sequences import impulse, read_symbols, sine, vocabulary_of
from engine.studies.fields import cell_field, hidden_field, numbers_field, text_field, unit_field
from engine.studies.inputs import LARGEST_SEED, MOST_NUMBERS
from engine.studies.unroll.choices import EXAMPLES, IMPULSE_STEPS, SENTENCES, SINE_STEPS, WIRING_HELP, WIRINGS
from engine.studies.unroll.edits import LARGEST_WEIGHT, MOST_EDITS, Edit, Edits
from engine.studies.unroll.size import numbers_sent

NO_BOTH = "A decoder writes one step after the other, so it reads in one direction."
SYMBOLS = (2, 1000)  # characters or words of an own text
NUMBERS = (2, 1000)


def _reads_text(values: Mapping[str, Any]) -> bool:
    return bool(values["example"] == "text")


def _own_text(study: UnrollStudy) -> bool:
    return study.example == "text"


def _seed_help(study: UnrollStudy) -> str:
    if study.lecture:
        return "The weights are the lecture's own. Change the cell, H or what enters, and they are drawn."
    return "Decides every weight that is drawn."


@dataclass(frozen=True)
class UnrollStudy(Record):
    """One network, one sequence, one of five wirings; of own texts two may be read by it and compared.

    Every symbol of a text enters one-hot, one per step; numbers enter as they are. The wirings: "one-to-one" reads the
    first symbol only; "one-to-many" reads the first and then nothing; "many-to-one" reads all and answers at the last
    step (a text with its label, numbers with the first of them), where a chain from the end is read at step 1, its own
    last; "in-step" answers at every step with what comes next; "delayed" is an encoder that reads all and a decoder
    that says it again, reading its target one step late.

    Raises:
        ValueError: a field is outside its range, or all together are too much to show; the message says what came and
            what is accepted.
    """

    bound: ClassVar = Bound(numbers_sent, MOST_NUMBERS, "numbers to show", ("hidden", "second"))

    example: str = choice("hello", EXAMPLES, "example", "What enters", "A lecture's example, or one of your own.")
    text: str = text_field(
        "the cat sat on the mat",
        SYMBOLS,
        "characters or words in any language, emoji too.",
        by="by",
        used=_reads_text,
        when=_own_text,
    )
    second: str = text_field(
        "",
        SYMBOLS,
        "characters or words, read by the same network with the same weights; none: one text alone.",
        key="second",
        label="Second text, to compare",
        by="by",
        used=_reads_text,
        when=_own_text,
        optional=True,
    )
    by: str = unit_field(_own_text)
    numbers: tuple[float, ...] = numbers_field(
        (1.0, 0.5, -0.5, 0.0, 1.0), NUMBERS, lambda study: study.example == "numbers"
    )
    wiring: str = choice("in-step", WIRINGS, "wiring", "Wiring", WIRING_HELP)
    label: int = whole(  # of a text that is read many-to-one
        0,
        0,
        1,
        "label",
        "Wanted answer",
        "What the network should have said of the text: the loss measures how far it is from that.",
        names={0: "0, negative", 1: "1, positive"},
        when=lambda study: study.output_kind == "sigmoid",
    )
    second_label: int = whole(
        1,
        0,
        1,
        "label2",
        "Wanted of the second",
        "The same of the second text.",
        names={0: "0, negative", 1: "1, positive"},
        when=lambda study: study.output_kind == "sigmoid" and len(study.texts) > 1,
    )
    cell: str = cell_field("tanh", "What turns a symbol and the state before into the next state.")
    layers: int = whole(  # L
        1, 1, 3, "layers", "Layers", "Each reads the states of the one below.", names={1: "1", 2: "2", 3: "3"}
    )
    hidden: int = hidden_field(3, 64, beside=True)
    both: bool = switch(
        False,
        "both",
        "Both directions",
        "A second chain with weights of its own reads from the end.",
        off=lambda study: NO_BOTH if study.wiring == "delayed" else "",
    )
    seed: int = whole(
        7,
        0,
        LARGEST_SEED,
        "seed",
        "Seed of the weights",
        _seed_help,
        is_seed=True,
        off=lambda study: _seed_help(study) if study.lecture else "",
    )
    edits: tuple[Edit, ...] = of_kind((), Edits(), "edits")  # weights set by hand, over those of example or seed

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.both and self.wiring == "delayed":
            raise ValueError("a decoder writes one step after the other, so it cannot read in both directions")
        for edit in self.edits:
            if complaint := self.complaint_of(edit):
                raise ValueError(complaint)

    @classmethod
    def fitted(cls, found: dict[str, Any], of: Record | None) -> tuple[dict[str, Any], list[str]]:
        """Both directions give way to a decoder, and an edit of a weight that the network does not have is left out."""
        said = []
        if found["both"] and found["wiring"] == "delayed":
            found = {**found, "both": False}
            said.append(f"both: {NO_BOTH[0].lower()}{NO_BOTH[1:]}")
        edits = found["edits"]
        study, about_edits = cls(**{**found, "edits": ()}).with_edits(edits)
        return {**found, "edits": study.edits}, said + [f"edits: {sentence}" for sentence in about_edits]

    def followed(self, after: UnrollStudy, name: str) -> UnrollStudy:
        """A sentence is judged at its end, everything else predicts what comes next; edits stay with their network."""
        if name == "example":
            wiring = after.wiring
            if after.example in SENTENCES and wiring == "in-step":
                wiring = "many-to-one"
            elif after.example not in SENTENCES and wiring == "many-to-one":
                wiring = "in-step"
            after = replace(after, wiring=wiring, label=int(after.example == "happy"))
        return after

    def changed(self, name: str, value: Any) -> UnrollStudy:
        """The study after one change; weights set by hand stay where they still belong to the same network."""
        if name == "edits":
            return self.with_edits(value)[0]
        bare = replace(self, edits=())
        if name == "wiring" and value == "delayed":
            bare = replace(bare, both=False)
        after = super(UnrollStudy, bare).changed(name, value)
        same = self.example == after.example and self.vocabulary == after.vocabulary and self.cell == after.cell
        return after.with_edits(self.edits)[0] if same and self.shapes() == after.shapes() else after

    def with_edits(self, edits: tuple[Edit, ...]) -> tuple[UnrollStudy, list[str]]:
        """The study with those edits that its network has a place for, and a sentence for the first that it has not.

        A place that is set twice keeps the later value.
        """
        plain = replace(self, edits=())
        latest = {edit[:3]: edit for edit in edits}
        complaints = {edit: plain.complaint_of(edit) for edit in latest.values()}
        fitting = [edit for edit, complaint in complaints.items() if not complaint]
        said = [f"{complaint}." for complaint in complaints.values() if complaint][:1]
        if len(fitting) > MOST_EDITS:
            said.append(f"at most {MOST_EDITS} weights can be set by hand; the first {MOST_EDITS} are.")
        return replace(plain, edits=tuple(fitting[:MOST_EDITS])), said

    @property
    def numeric(self) -> bool:
        """Whether numbers enter, and not symbols."""
        return self.example in ("sine", "impulse", "numbers")

    @property
    def texts(self) -> tuple[UnrollStudy, ...]:
        """This study, and the same network on the second text where there is one."""
        if not self.beside:
            return (self,)
        label, second_label = self.second_label, self.label
        return self, replace(self, text=self.second, second=self.text, label=label, second_label=second_label)

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """The symbols that enter, one per step; none where numbers do."""
        if self.numeric:
            return ()
        if self.example == "hello":
            return tuple("hello")
        if self.example in SENTENCES:
            return SENTENCES[self.example][0]
        return read_symbols(self.text, self.by)

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The D symbols that the network knows: as the lectures count them, those of own texts sorted."""
        if self.example in SENTENCES:
            return SENTENCES[self.example][1]
        return (
            tuple(dict.fromkeys(self.symbols)) if self.example == "hello" else vocabulary_of(self.symbols, *self.beside)
        )

    @property
    def beside(self) -> list[tuple[str, ...]]:
        """The symbols of the second text, if there is one."""
        compared = self.example == "text" and self.second.strip()
        return [read_symbols(self.second, self.by)] if compared else []

    @property
    def values(self) -> Array:
        """The numbers that enter, (T,)."""
        if self.example == "sine":
            return sine(SINE_STEPS)
        return impulse(IMPULSE_STEPS) if self.example == "impulse" else np.array(self.numbers)

    @property
    def columns(self) -> int:
        """How many steps the picture has: those of an encoder and its decoder count both, of two texts the longer's."""
        if self.wiring == "one-to-one":
            return 1
        longest = max(len(self.values if self.numeric else self.symbols), *map(len, self.beside), 1)
        return longest * (1 + (self.wiring == "delayed"))

    @property
    def lecture(self) -> bool:
        """Whether the weights are those of the "hello" that is computed by hand, where V has no bias."""
        plain = self.layers == 1 and not self.both and self.wiring in ("one-to-one", "one-to-many", "in-step")
        return self.example == "hello" and self.cell == "tanh" and self.hidden == 3 and plain

    @property
    def loops(self) -> bool:
        """Whether a step hands its state on; else there is nothing for W to carry."""
        return self.wiring != "one-to-one"

    @property
    def foreknown(self) -> bool:
        """Whether a chain from the end has read at each step what is wanted there: what comes next."""
        return self.both and self.wiring == "in-step"

    @property
    def output_kind(self) -> str:
        """What the outputs are: "softmax" over the vocabulary, one "sigmoid", or one "linear" value."""
        if self.numeric:
            return "linear"
        return "sigmoid" if self.wiring == "many-to-one" else "softmax"

    def shapes(self) -> dict[str, tuple[int, int]]:
        """Rows and columns of every array of weights, by name: U1, W1, b1 of layer 1, U1r of the direction that reads
        from the end, decoder.U1 of a decoder, V and d of the readout."""
        cell, H = CELLS[self.cell], self.hidden
        size = 1 if self.numeric else len(self.vocabulary)
        shapes: dict[str, tuple[int, int]] = {}
        for part in ("", "decoder.") if self.wiring == "delayed" else ("",):
            for layer in range(1, self.layers + 1):
                D = size if layer == 1 else H * (1 + self.both)
                for side in ("", "r") if self.both else ("",):
                    place, rows = f"{layer}{side}", len(cell.gates) * H
                    shapes |= {f"{part}U{place}": (rows, D), f"{part}W{place}": (rows, H), f"{part}b{place}": (rows, 1)}
                    shapes |= {f"{part}{extra}{place}": (H, 1) for extra in cell.extras}
        K = size if self.output_kind == "softmax" else 1
        shapes["V"] = (K, H * (1 + self.both))
        return shapes if self.lecture else {**shapes, "d": (K, 1)}

    def learned(self) -> dict[str, tuple[int, int]]:
        """The same of what can be learned: no W where nothing loops; the lecture's W and b are 1 by 1, one number each,
        for as long as no hand sets a part of them."""
        shapes = self.shapes()
        if self.lecture:
            shapes |= dict.fromkeys({"W1", "b1"} - {name for name, *_ in self.edits}, (1, 1))
        return {name: shape for name, shape in shapes.items() if self.loops or not name.startswith("W")}

    def complaint_of(self, edit: Edit) -> str:
        """Why this network has no weight that `edit` could set; "" where it has."""
        name, row, column, value = edit
        shape = self.shapes().get(name)
        if shape is None:
            return f"this network has no weights {name[:20]!r}; it has {', '.join(self.shapes())}"
        if not (1 <= row <= shape[0] and 1 <= column <= shape[1]):
            return f"{name} has {shape[0]} rows and {shape[1]} columns, so no place [{row}, {column}]"
        if not abs(value) <= LARGEST_WEIGHT:
            accepted = f"-{LARGEST_WEIGHT:g} to {LARGEST_WEIGHT:g}"
            return f"{name}[{row}, {column}] is {value:g}, but a weight from {accepted} is accepted"
        return ""
