"""The record: a frozen dataclass whose fields are declared once; check, link and mending follow from that."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, ClassVar, Self

from engine.record.declare import Bound, Declared
from engine.record.kinds import Number


class TooLargeError(ValueError):
    """A record would take more than its `bound`; with `value` in the field `name` it does not."""

    def __init__(self, complaint: str, name: str, value: Any, used: str) -> None:
        super().__init__(complaint)
        self.name, self.value = name, value
        self.sentence = f"{complaint}; {used}."


@dataclass(frozen=True)
class Record:
    """Everything that decides what is shown, or how it is looked at. Every field has a default.

    Raises:
        ValueError: a field is outside what its kind accepts; the message says what came and what is accepted.
        TooLargeError: every field is accepted, but all together take too much.
    """

    bound: ClassVar[Bound | None] = None

    def __post_init__(self) -> None:
        values = self.by_name()
        for name, declared in self.declared().items():
            if complaint := declared.kind.complaint(name, values[name], values):
                raise ValueError(complaint)
        if self.bound is not None and (size := self.bound.size(self)) > self.bound.most:
            raise self._too_large(self.bound, size)

    def _too_large(self, bound: Bound, size: float) -> TooLargeError:
        """What the first field that suffices alone would have to be."""
        values = self.by_name()
        for name in bound.yielding:
            kind, value = self.declared()[name].kind, values[name]
            low, length = kind.extent(value, values)
            shorter = range(low, length)
            fits = bisect_right(shorter, bound.most, key=lambda n: bound.size(self._unchecked(name, n)))
            if fits:
                break
        else:
            raise AssertionError(f"no field of {type(self).__name__} suffices to make it small enough")
        nearest = shorter[fits - 1]
        complaint = (
            f"{self.declared()[name].key}: {kind.counted(length, values)} would take {_millions(size)} "
            f"{bound.counted}, but at most {_millions(bound.most)} are accepted"
        )
        used = f"{nearest:,} is used" if isinstance(kind, Number) else f"the first {nearest:,} are used"
        return TooLargeError(complaint, name, kind.cut(value, nearest, values), used)

    def _unchecked(self, name: str, length: int) -> Self:
        """A copy whose field `name` is cut, for an estimate alone."""
        values = self.by_name()
        values[name] = self.declared()[name].kind.cut(values[name], length, values)
        made = object.__new__(type(self))
        for field, value in values.items():
            object.__setattr__(made, field, value)
        return made

    @classmethod
    @cache
    def declared(cls) -> Mapping[str, Declared]:
        """What is said of each field, by its name, in order."""
        return {field.name: field.metadata["declared"] for field in fields(cls)}

    @classmethod
    @cache
    def usual(cls) -> Self:
        """The record of an empty link."""
        return cls()

    @classmethod
    @cache
    def keys(cls) -> Mapping[str, str]:
        """The link's parameters -> names of fields."""
        return {declared.key: name for name, declared in cls.declared().items()}

    @classmethod
    def ends(cls) -> dict[str, tuple[float, float]]:
        """The least and the largest value of every field that is a number."""
        found = {name: declared.kind for name, declared in cls.declared().items()}
        return {name: kind.ends() for name, kind in found.items() if isinstance(kind, Number)}

    def by_name(self) -> dict[str, Any]:
        """The fields' values by name."""
        return {name: getattr(self, name) for name in self.declared()}

    def to_query(self) -> dict[str, str]:
        """Link parameters of everything that differs from the usual record, in the order of the fields."""
        usual = self.usual()
        return {
            declared.key: declared.kind.write(value)
            for name, declared in self.declared().items()
            if (value := getattr(self, name)) != getattr(usual, name)
        }

    @classmethod
    def from_query(cls, query: Mapping[str, str], of: Record | None = None) -> tuple[Self, list[str]]:
        """The record that a link describes, and one sentence for each parameter that could not be taken as it was.

        Never raises: a value out of range becomes the nearest valid one, an unreadable one the usual. Parameters of
        other names are left alone. `of` is the record that a view looks at.
        """
        found, complaints = cls.usual().by_name(), []
        for key, name in cls.in_reading_order():
            if key in query:
                value, complaint = cls.declared()[name].kind.read(query[key], found, of)
                if value is not None:
                    found[name] = value
                if complaint:
                    complaints.append(f"{key}: {complaint}")
        try:
            fitting, said = cls.fitted(found, of)
            return cls(**fitting), complaints + said
        except TooLargeError as large:
            fitting, said = cls.fitted({**found, large.name: large.value}, of)
            return cls(**fitting), [*complaints, large.sentence, *said]

    @classmethod
    def in_reading_order(cls) -> list[tuple[str, str]]:
        """Key and name of every field; those that others are read by come first."""
        by = {getattr(declared.kind, "by", "") for declared in cls.declared().values()}
        return sorted(cls.keys().items(), key=lambda item: item[1] not in by)

    @classmethod
    def fitted(cls, found: dict[str, Any], of: Record | None) -> tuple[dict[str, Any], list[str]]:
        """Values, each valid by itself, made to fit each other; a sentence for each that had to give way."""
        return found, []

    def changed(self, name: str, value: Any) -> Self:
        """The record after a visitor has changed one field; what is read by that field and fits no more becomes the
        nearest that does, or as usual.

        Raises:
            ValueError: the value does not fit the others, or all together take too much.
        """
        values = {**self.by_name(), name: value}
        for other, declared in self.declared().items():
            if getattr(declared.kind, "by", "") == name and declared.kind.complaint(other, values[other], values):
                nearest, _ = declared.kind.read(declared.kind.write(values[other]), values, None)
                values[other] = getattr(self.usual(), other) if nearest is None else nearest
        return self.followed(replace(self, **values), name)

    def nearest(self, name: str, value: Any) -> tuple[Self, str]:
        """As `changed`, made small enough where it would take too much, and a sentence on that.

        Raises:
            ValueError: the value does not fit the others.
        """
        try:
            return self.changed(name, value), ""
        except TooLargeError as large:
            if large.name == name:
                return self.changed(name, large.value), large.sentence
            return self.changed(large.name, large.value).changed(name, value), large.sentence

    def story(self) -> Self:
        """What a preset is known by: the record with everything at rest that changes none of its results."""
        return self

    def followed(self, after: Self, name: str) -> Self:
        """`after`, with what a change of the field `name` brings along."""
        return after


def _millions(count: float) -> str:
    return f"{count / 1e6:.3g} million"
