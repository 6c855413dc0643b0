"""A walk through one network on one short sequence: everything that decides it, in one frozen record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from engine.record import Bound, Record, declare
from engine.record.reading import is_word
from engine.studies.fields import cell_field, hidden_field, numbers_field, text_field, unit_field
from engine.studies.inputs import LARGEST_SEED, MOST_NUMBERS
from engine.studies.shelf import LONGEST_PHRASE, Shelved
from engine.studies.source import Source
from engine.studies.unroll.choices import EXAMPLES, SENTENCES, WIRING_HELP, WIRINGS
from engine.studies.unroll.edits import MOST_EDITS, Edit, Edits, complaint_of
from engine.studies.unroll.read import Read
from engine.studies.unroll.shapes import shapes_of
from engine.studies.unroll.size import numbers_sent

NO_BOTH = "A decoder writes one step after the other, so it reads in one direction."
SYMBOLS = (2, 1000)  # characters or words of an own text
NUMBERS = (2, 1000)
MOST_HIDDEN = 64


def _reads_text(values: Mapping[str, Any]) -> bool:
    return bool(values["example"] == "text")


def _own_text(study: UnrollStudy) -> bool:
    return study.example == "text"


def _heard_of_the_second(study: UnrollStudy) -> str:
    """What of the second phrase could not be taken as it came."""
    other = study.other_phrase
    return "" if other is None or other.understood is None else " ".join(other.understood.said)


def _seed_help(study: UnrollStudy) -> str:
    if study.lecture:
        return "The weights are the lecture's own. Change the cell, H or what enters, and they are drawn."
    return "Decides every weight that is drawn."


@dataclass(frozen=True)
class UnrollStudy(Read, Shelved):
    """One network, one sequence, one of five wirings; of own texts two may be read by it and compared.

    A trained network reads an example of its task, and answers what is wanted there.

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
    free: ClassVar = ("edits",)
    typed: ClassVar = ("phrase", "wish", "second_phrase")

    example: str = declare.choice(
        "hello", EXAMPLES, "example", "What enters", "A lecture's example, or one of your own."
    )
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
    second_phrase: str = declare.text(
        "",
        (1, LONGEST_PHRASE),
        "phrase2",
        "Another phrase beside it",
        "Read by the same trained network, and compared; none: the first phrase alone.",
        optional=True,
        when=lambda study: study.spoken_to and study.trained.source_names == (),
        note=_heard_of_the_second,
    )
    by: str = unit_field(_own_text)
    numbers: tuple[float, ...] = numbers_field(
        (1.0, 0.5, -0.5, 0.0, 1.0), NUMBERS, lambda study: study.example == "numbers"
    )
    wiring: str = declare.choice("in-step", WIRINGS, "wiring", "Wiring", WIRING_HELP)
    label: int = declare.whole(  # of a text that is read many-to-one
        0,
        0,
        1,
        "label",
        "Wanted answer",
        "What the network should have said of the text: the loss measures how far it is from that.",
        names={0: "0, negative", 1: "1, positive"},
        when=lambda study: study.output_kind == "sigmoid",
    )
    second_label: int = declare.whole(
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
    layers: int = declare.whole(  # L
        1, 1, 3, "layers", "Layers", "Each reads the states of the one below.", names={1: "1", 2: "2", 3: "3"}
    )
    hidden: int = hidden_field(3, MOST_HIDDEN, beside=True)
    both: bool = declare.switch(
        False,
        "both",
        "Both directions",
        "A second chain with weights of its own reads from the end.",
        off=lambda study: NO_BOTH if study.wiring == "delayed" else "",
    )
    seed: int = declare.whole(
        7,
        0,
        LARGEST_SEED,
        "seed",
        "Seed of the weights",
        _seed_help,
        is_seed=True,
        off=lambda study: _seed_help(study) if study.lecture else "",
    )
    edits: tuple[Edit, ...] = declare.of_kind(
        (), Edits(), "edits"
    )  # weights set by hand, over those of example or seed

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.both and self.wiring == "delayed":
            raise ValueError("a decoder writes one step after the other, so it cannot read in both directions")
        for edit in self.edits:
            if complaint := self.complaint_of(edit):
                raise ValueError(complaint)

    @classmethod
    def unfit(cls, trained: Source) -> str:
        """Every network of layers of one size is shown whole, up to a size that can be seen."""
        form, has = trained.form, trained.words_of_it
        layers = [layer for network in (form.network, form.encoder) if network is not None for layer in network.layers]
        sizes = {p.hidden_size for layer in layers for p in layer.directions}
        instead = "Inside the cell, Backward and Vanish & explode show one layer at a time"
        if max(sizes) > MOST_HIDDEN:
            return f"{has}, has {max(sizes):,} hidden units a layer; this page shows up to {MOST_HIDDEN}. {instead}."
        if len(sizes) > 1 or len({layer.reverse is None for layer in layers}) > 1:
            return (
                f"{has}, has layers of different sizes, or only some in both directions, and this page draws layers "
                f"that are alike in this. {instead}."
            )
        return ""

    def decided(self, trained: Source) -> dict[str, Any]:
        """The network's form, what enters, and where the answer is wanted."""
        form, every = trained.form, trained.outline(self.which).where == "every"
        return {
            "example": "text" if trained.one_hot else "numbers",
            "wiring": "delayed" if form.encoder is not None else "in-step" if every else "many-to-one",
            "cell": trained.cell().kind,
            "layers": trained.layers,
            "hidden": trained.shapes().hidden_size,
            "both": trained.both,
        }

    @classmethod
    def fitted(cls, found: dict[str, Any], of: Record | None) -> tuple[dict[str, Any], list[str]]:
        """Both directions give way to a decoder, and an edit of a weight that the network does not have is left out."""
        found, said = super().fitted(found, of)
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
    def other_phrase(self) -> UnrollStudy | None:
        """The same network on the second phrase; None where there is none beside a first."""
        typed = is_word(self.second_phrase) and self.second_phrase.strip()
        if not typed or not self.spoken_to or self.trained is None or self.trained.source_names:
            return None
        return replace(self, phrase=self.second_phrase, wish="", second_phrase="")

    @property
    def texts(self) -> tuple[UnrollStudy, ...]:
        """This study, and the same network on the second text where there is one."""
        if not self.beside:
            return (self,)
        if self.trained is not None:
            assert self.other_phrase is not None
            return self, self.other_phrase
        label, second_label = self.second_label, self.label
        return self, replace(self, text=self.second, second=self.text, label=label, second_label=second_label)

    @property
    def lecture(self) -> bool:
        """Whether the weights are those of the "hello" that is computed by hand, where V has no bias."""
        plain = self.layers == 1 and not self.both and self.wiring in ("one-to-one", "one-to-many", "in-step")
        return self.example == "hello" and self.cell == "tanh" and self.hidden == 3 and plain

    @property
    def loops(self) -> bool:
        """Whether a step hands its state on; else there is nothing for W to carry."""
        return self.wiring != "one-to-one"

    def shapes(self) -> dict[str, tuple[int, int]]:
        """Rows and columns of every array of weights, by name, as `shapes_of` has them."""
        return shapes_of(self)

    def learned(self) -> dict[str, tuple[int, int]]:
        """The same of what can be learned: no W where nothing loops; the lecture's W and b are 1 by 1, one number each,
        for as long as no hand sets a part of them."""
        shapes = self.shapes()
        if self.lecture:
            shapes |= dict.fromkeys({"W1", "b1"} - {name for name, *_ in self.edits}, (1, 1))
        return {name: shape for name, shape in shapes.items() if self.loops or not name.startswith("W")}

    def complaint_of(self, edit: Edit) -> str:
        """Why this network has no weight that `edit` could set; "" where it has."""
        return complaint_of(edit, self.shapes())
