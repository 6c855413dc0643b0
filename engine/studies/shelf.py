"""Where the network of a page comes from: drawn under a seed, trained, or brought in a file; what a training or a file
decides, no visitor can."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from engine.cells import CELLS, Cell, named
from engine.record import Record, declare
from engine.record.kinds import Number
from engine.record.numerals import written
from engine.record.reading import is_whole, is_word
from engine.studies.phrase import Phrase, Understood, understood
from engine.studies.source import Source
from engine.studies.trained import Recipe, Trained

LONGEST_PHRASE = 400  # characters
RESTS = "this comes from the trained network."
NONE_TRAINED = "this is about a trained network, and none is shown."
KEPT = ("cell", "cells", "hidden", "layers", "both")  # of a trained network, where weights are drawn again

ENTERS = {  # what is said of an error that comes from no task
    "output": "One unit of error enters at its output “{output}”.",
    "probe": "The file has no head: one unit of error, in a random direction, enters the last state.",
}


@dataclass(frozen=True)
class Shelved(Record):
    """A record of a network on a sequence, both of which may come from a training, or from a file.

    What that decides stands in the other fields as far as they can say it, the rest of them is as usual; no
    control and no link has them then.

    Raises:
        ValueError: as of every record; or the page does not show such a network, and why.
    """

    typed: ClassVar[tuple[str, ...]] = ("phrase", "wish")  # fields of those whose task reads phrases
    free: ClassVar[tuple[str, ...]] = ()  # fields that a trained network leaves to the visitor
    about_it: ClassVar[tuple[str, ...]] = ("which",)  # fields that mean something of a trained network alone

    trained: Source | None = declare.of_kind(None, Recipe(), "trained")
    which: int = declare.whole(
        1,
        1,
        lambda study: study.trained.examples if study.trained else 1,
        "which",
        "Example",
        lambda study: f"Which of its sequences is read: 1 to {study.trained.examples if study.trained else 1}.",
        when=lambda study: study.trained is not None and study.trained.examples > 1 and not study.spoken_to,
    )
    phrase: str = declare.text(
        "",
        (1, LONGEST_PHRASE),
        "phrase",
        "A phrase of your own",
        lambda study: f"Read in place of the example, by the {study.phrases}s that it learned; none: the example.",
        optional=True,
        when=lambda study: bool(study.phrases),
    )
    wish: str = declare.text(
        "",
        (1, LONGEST_PHRASE),
        "wanted",
        "Wanted answer of it",
        "From which its loss is measured: 1 or 0, one for each word where each is asked, or the word that comes next. "
        "None: as the task has it, or its own likeliest answer.",
        optional=True,
        when=lambda study: bool(study.phrases and study.phrase.strip()),
    )

    def __post_init__(self) -> None:
        trained = self.trained if Recipe.is_one(self.trained) else None
        if trained is not None:
            if unfit := undrawn(trained) or self.unfit(trained):
                raise ValueError(unfit)
            self._settle(trained)
        super().__post_init__()
        if trained is None:
            for name in (*self.about_it, *self.typed):
                object.__setattr__(self, name, getattr(type(self), name))

    def _settle(self, trained: Source) -> None:
        """Put what a training decides into the other fields."""
        for name in self.about_it:
            value, (low, high) = getattr(self, name), self.ends_of(name)
            if not is_whole(value):
                return
            if not low <= value <= high:
                raise ValueError(f"{name} is {written(value)}, but must be from {written(low)} to {written(high)}")
        if self.phrases and isinstance(trained, Trained) and is_word(self.phrase) and is_word(self.wish):
            own = Phrase(self.phrase, self.wish) if self.phrase.strip() else None
            found = understood(trained.task, own) if own else None
            trained = replace(trained, phrase=own if found is not None and len(found.codes) else None)
            object.__setattr__(self, "trained", trained)
        usual = {name: getattr(type(self), name) for name in self.resting()}
        for name, value in {**usual, **self.decided(trained)}.items():
            object.__setattr__(self, name, value)
        if self.bound is not None and self.bound.size(self) > self.bound.most:
            raise ValueError(f"{trained.words_of_it}: that is more than this page can show.")

    def ends_of(self, name: str) -> tuple[float, float]:
        """The least and the largest value of a number that is about this trained network."""
        kind = self.declared()[name].kind
        assert isinstance(kind, Number)
        return kind.ends(self)

    @classmethod
    def unfit(cls, trained: Source) -> str:
        """Why a trained network cannot be shown here; "" where it can."""
        raise NotImplementedError

    def decided(self, trained: Source) -> dict[str, Any]:
        """What a training says of the other fields."""
        raise NotImplementedError

    def resting(self) -> tuple[str, ...]:
        """Of a trained network all but what it leaves to the visitor, of another what is about a trained one."""
        if self.trained is None:
            return (*self.about_it, *self.typed)
        left = ("trained", *self.about_it, *self.free, *(self.typed if self.phrases else ()))
        return tuple(name for name in self.declared() if name not in left)

    @property
    def phrases(self) -> str:
        """Of what a phrase for this network is made, words or characters; "" where it reads none."""
        return self.trained.task.phrases if isinstance(self.trained, Trained) else ""

    @property
    def understood(self) -> Understood | None:
        """What was found in the phrase; None where there is none."""
        if not self.phrases or not isinstance(self.trained, Trained) or not self.phrase.strip():
            return None
        return understood(self.trained.task, Phrase(self.phrase, self.wish))

    @property
    def spoken_to(self) -> bool:
        """Whether a phrase is read, and no example."""
        return isinstance(self.trained, Trained) and self.trained.phrase is not None

    def why_resting(self) -> str:
        """That a training has decided."""
        if self.trained is None:
            return ""
        return f"The cell, its size, the input and the loss come from the {self.origin}."

    def kind(self, cell: str) -> Cell:
        """The cell of this name; of a network from somewhere the one it has, whose kind is so named."""
        return named(cell) if self.trained is None else self.trained.cell()

    @property
    def origin(self) -> str:
        """What the shown network is, where it is not drawn."""
        return "network of the file" if self.trained is not None and self.trained.private else "trained network"

    @property
    def averaged(self) -> bool:
        """Whether the loss is the mean of several steps' losses, as a training has it, and not their sum."""
        if self.trained is None or self.trained.summed:
            return False
        return bool(self.trained.on_one_layer(self.which)["at"] == "every")

    def aside(self) -> str:
        """What is to be said of a trained network here, besides what it is; "" where there is nothing."""
        if self.trained is None:
            return ""
        cut = self.trained.cut
        if self.trained.loss in ENTERS:
            return ENTERS[self.trained.loss].format(output=self.trained.words(self.which)[1][0])
        return f"Its training cut errors after {cut} steps; here they go back all the way." if cut else ""

    @classmethod
    def fitted(cls, found: dict[str, Any], of: Record | None) -> tuple[dict[str, Any], list[str]]:
        """What a trained network decides, and what is about one where there is none, gives way with a sentence; so does
        a trained network that is not shown here."""
        found, said = super().fitted(found, of)
        try:
            of_it = None if found["trained"] is None else cls(trained=found["trained"])
        except ValueError as error:
            of_it, said = None, [*said, f"trained: {error}"]
            found = {**found, "trained": None}
        usual = cls.usual()
        for name in (usual if of_it is None else of_it).resting():
            if found[name] != getattr(usual, name):
                said.append(f"{cls.declared()[name].key}: {RESTS if of_it else NONE_TRAINED}")
                found = {**found, name: getattr(usual, name)}
        if of_it is None:
            return found, said
        for name in cls.about_it:
            nearest = int(min(max(found[name], 1), of_it.ends_of(name)[1]))
            if nearest != found[name]:
                said.append(f"{cls.declared()[name].key}: {found[name]:,} is out of range; {nearest} is used.")
                found = {**found, name: nearest}
            try:
                of_it = replace(of_it, **{name: nearest})  # type: ignore[arg-type]  # one of the whole numbers
            except ValueError as error:  # an example that is much longer than the first, a layer that is much wider
                said.append(f"{cls.declared()[name].key}: {error}")
                found = {**found, name: getattr(of_it, name)}
        if not any(found[name] for name in cls.typed):
            return found, said
        try:
            replace(of_it, **{name: found[name] for name in cls.typed})
        except ValueError as error:  # a phrase that is much longer than the example
            return {**found, "phrase": ""}, [*said, f"phrase: {error}"]
        return found, said

    def changed(self, name: str, value: Any) -> Self:
        """The record after one change; without its trained network, the same cell and sizes with weights drawn anew."""
        if name != "trained" or value is not None or self.trained is None:
            return super().changed(name, value)
        query = {
            declared.key: declared.kind.write(getattr(self, other))
            for other, declared in self.declared().items()
            if other in KEPT or other in self.free
        }
        return self.from_query(query)[0]


def undrawn(trained: Source) -> str:
    """Why no page can draw a network; "" where it can."""
    network = trained.form.network
    for cell in (cell for layer in network.layers for cell in layer.cells):
        if type(CELLS.get(cell.kind)) is not type(cell):
            return f"no page draws the cell {cell.title} yet."
    for state in network.start or ():
        if (count := len(np.atleast_2d(state.h))) > 1:
            return f"the network starts from states of its own for {count:,} sequences, and a page shows one sequence."
    return ""
