"""Where the network of a page comes from: drawn under a seed, or trained; what a training decides, no visitor can."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from engine.record import Record, declare
from engine.record.kinds import Number
from engine.record.numerals import written
from engine.record.reading import is_whole, is_word
from engine.studies.phrase import Phrase, Understood, understood
from engine.studies.trained import Recipe, Trained

LONGEST_PHRASE = 400  # characters
RESTS = "this comes from the trained network."
NONE_TRAINED = "this is about a trained network, and none is shown."
KEPT = ("cell", "cells", "hidden", "layers", "both")  # of a trained network, where weights are drawn again


@dataclass(frozen=True)
class Shelved(Record):
    """A record of a network on a sequence, both of which may come from a training.

    What the training decides stands in the other fields as far as they can say it, the rest of them is as usual; no
    control and no link has them then.

    Raises:
        ValueError: as of every record; or the page does not show such a network, and why.
    """

    typed: ClassVar[tuple[str, ...]] = ("phrase", "wish")  # fields of those whose task reads phrases
    free: ClassVar[tuple[str, ...]] = ()  # fields that a trained network leaves to the visitor
    about_it: ClassVar[tuple[str, ...]] = ("which",)  # fields that mean something of a trained network alone

    trained: Trained | None = declare.of_kind(None, Recipe(), "trained")
    which: int = declare.whole(
        1,
        1,
        lambda study: study.trained.examples if study.trained else 1,
        "which",
        "Example",
        lambda study: f"Which of the task’s examples is read: 1 to {study.trained.examples if study.trained else 1}.",
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
            if unfit := self.unfit(trained):
                raise ValueError(unfit)
            self._settle(trained)
        super().__post_init__()
        if trained is None:
            for name in (*self.about_it, *self.typed):
                object.__setattr__(self, name, getattr(type(self), name))

    def _settle(self, trained: Trained) -> None:
        """Put what a training decides into the other fields."""
        for name in self.about_it:
            value, (low, high) = getattr(self, name), self.ends_of(name)
            if not is_whole(value):
                return
            if not low <= value <= high:
                raise ValueError(f"{name} is {written(value)}, but must be from {written(low)} to {written(high)}")
        if self.phrases and is_word(self.phrase) and is_word(self.wish):
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
    def unfit(cls, trained: Trained) -> str:
        """Why a trained network cannot be shown here; "" where it can."""
        raise NotImplementedError

    def decided(self, trained: Trained) -> dict[str, Any]:
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
        return self.trained.task.phrases if self.trained else ""

    @property
    def understood(self) -> Understood | None:
        """What was found in the phrase; None where there is none."""
        if not self.phrases or self.trained is None or not self.phrase.strip():
            return None
        return understood(self.trained.task, Phrase(self.phrase, self.wish))

    @property
    def spoken_to(self) -> bool:
        """Whether a phrase is read, and no example."""
        return self.trained is not None and self.trained.phrase is not None

    def why_resting(self) -> str:
        """That a training has decided."""
        return "The cell, its size, the input and the loss come from the trained network." if self.trained else ""

    @property
    def averaged(self) -> bool:
        """Whether the loss is the mean of several steps' losses, as a training has it, and not their sum."""
        if self.trained is None or self.trained.training.summed:
            return False
        return bool(self.trained.on_one_layer(self.which)["at"] == "every")

    def aside(self) -> str:
        """What is to be said of a trained network here, besides what it is; "" where there is nothing."""
        cut = self.trained.training.cut if self.trained else 0
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
            cls(**{name: found[name] for name in ("trained", *cls.about_it, *cls.typed)})
        except ValueError as error:  # a sequence that is much longer than the first
            name = "phrase" if found["phrase"] else "which"
            return {**found, name: getattr(usual, name)}, [*said, f"{name}: {error}"]
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


UNROLL_SHOWS = "Unroll shows it."
NO_DECODER = f"this network is an encoder and a decoder, and {{page}} follows a single network. {UNROLL_SHOWS}"


def one_layer(trained: Trained, page: str) -> str:
    """Why a page that follows one layer in one direction cannot show a network; "" where it can."""
    structure = trained.training.structure
    if structure.source:
        return NO_DECODER.format(page=page)
    if structure.both:
        return f"this network reads in both directions, and {page} follows one. {UNROLL_SHOWS}"
    if structure.layers > 1:
        return f"this network has {structure.layers} layers, and {page} follows one. {UNROLL_SHOWS}"
    return ""
