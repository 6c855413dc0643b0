"""The record: a frozen dataclass whose fields are declared once; check, link and mending follow from that."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from math import isfinite
from types import MappingProxyType
from typing import Any, ClassVar, Self

from engine.record.declare import Bound, Declared
from engine.record.kinds import Number

SHARES = tuple(k / 1000 for k in range(1000))  # by which a field may give way

NOTHING_KNOWN: Mapping[str, Any] = MappingProxyType({})  # by a link, beyond its own words


class TooLargeError(ValueError):
    """A record would take more than its `bound`; with `values` in some of its fields it does not."""

    def __init__(self, complaint: str, values: dict[str, Any], used: str) -> None:
        super().__init__(complaint)
        self.values = values
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
        values, usual = self.by_name(), {field.name: field.default for field in fields(self)}
        for name, declared in self.declared().items():
            value, kind = values[name], declared.kind
            if not (kind.is_one(value) or (value is None and usual[name] is None)):
                raise ValueError(f"{name} is {value!r:.60}, but must be {kind.what}")
        resting = self.resting()
        for name, declared in self.declared().items():
            if name not in resting and (complaint := declared.kind.complaint(name, values[name], values)):
                raise ValueError(complaint)
        if self.bound is not None and (size := self.bound.size(self)) > self.bound.most:
            raise self._too_large(self.bound, size)

    def _too_large(self, bound: Bound, size: float) -> TooLargeError:
        """What the first field that suffices alone would have to be, or all that give way, by the same share."""
        for names in (*((name,) for name in bound.yielding), bound.yielding):
            fits = bisect_right(SHARES, bound.most, key=lambda share: bound.size(self._cut(names, share)))
            if fits:
                break
        else:
            raise AssertionError(f"no smaller {type(self).__name__} is small enough")
        before, nearest = self.by_name(), self._cut(names, SHARES[fits - 1]).by_name()
        values = {name: nearest[name] for name in names if nearest[name] != before[name]}
        length: dict[str, tuple[Any, int, int]] = {}
        for name in values:
            kind = self.declared()[name].kind
            length[name] = kind, kind.extent(before[name], before)[1], kind.extent(nearest[name], nearest)[1]
        first, *_ = values
        kind, asked, _ = length[first]
        complaint = (
            f"{self.declared()[first].key}: {kind.counted(asked, before)} would take {_millions(size)} "
            f"{bound.counted}, but at most {_millions(bound.most)} are accepted"
        )
        used = [
            f"{less:,}" if isinstance(kind, Number) else f"the first {kind.counted(less, before)}"
            for kind, _, less in length.values()
        ]
        also = [
            f", with {less} of {self.declared()[name].key}" for name, less in list(zip(values, used, strict=True))[1:]
        ]
        verb = "is" if isinstance(kind, Number) else "are"
        return TooLargeError(complaint, values, f"{used[0]} {verb} used{''.join(also)}")

    def _cut(self, names: tuple[str, ...], share: float) -> Self:
        """A copy whose fields `names` are that share of what they are beyond the least, for an estimate alone."""
        values, made = self.by_name(), object.__new__(type(self))
        for name in names:
            kind = self.declared()[name].kind
            low, length = kind.extent(values[name], values)
            if low < length:
                values[name] = kind.cut(values[name], low + int(share * (length - low)), values)
        for name, value in values.items():
            object.__setattr__(made, name, value)
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
        """The least and the largest value of every field that is a number, but for those whose ends others decide."""
        kinds = {name: declared.kind for name, declared in cls.declared().items()}
        found = {name: kind.ends() for name, kind in kinds.items() if isinstance(kind, Number)}
        return {name: ends for name, ends in found.items() if isfinite(ends[1] - ends[0])}

    def resting(self) -> tuple[str, ...]:
        """Fields that another one has decided: their ends do not bind, no control and no link has them."""
        return ()

    def why_resting(self) -> str:
        """What is said of them where their controls would stand; "" where nothing is."""
        return ""

    def by_name(self) -> dict[str, Any]:
        """The fields' values by name."""
        return {name: getattr(self, name) for name in self.declared()}

    def to_query(self) -> dict[str, str]:
        """Link parameters of everything that differs from the usual record, in the order of the fields."""
        usual, resting = self.usual(), self.resting()
        return {
            declared.key: declared.kind.write(value)
            for name, declared in self.declared().items()
            if name not in resting and (value := getattr(self, name)) != getattr(usual, name)
        }

    @classmethod
    def from_query(
        cls, query: Mapping[str, str], of: Record | None = None, known: Mapping[str, Any] = NOTHING_KNOWN
    ) -> tuple[Self, list[str]]:
        """The record that a link describes, and one sentence for each parameter that could not be taken as it was.

        Never raises: a value out of range becomes the nearest valid one, an unreadable one the usual. Parameters of
        other names are left alone. `of` is the record that a view looks at; `known` are values that no words can
        carry, by the words that name them.
        """
        found, complaints = cls.usual().by_name(), []
        for key, name in cls.in_reading_order():
            if key in query:
                kind, value, complaint = cls.declared()[name].kind, known.get(query[key]), ""
                if value is None or not kind.is_one(value):
                    value, complaint = kind.read(query[key], found, of)
                if value is not None:
                    found[name] = value
                if complaint:
                    complaints.append(f"{key}: {complaint}")
        try:
            fitting, said = cls.fitted(found, of)
            return cls(**fitting), complaints + said
        except TooLargeError as large:
            fitting, said = cls.fitted({**found, **large.values}, of)
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
            smaller = self
            for other, less in large.values.items():
                smaller = smaller if other == name else smaller.changed(other, less)
            return smaller.changed(name, large.values.get(name, value)), large.sentence

    def story(self) -> Self:
        """What a preset is known by: the record with everything at rest that changes none of its results."""
        return self

    def followed(self, after: Self, name: str) -> Self:
        """`after`, with what a change of the field `name` brings along."""
        return after


def _millions(count: float) -> str:
    return f"{float(f'{count / 1e6:.3g}'):,.10g} million"
