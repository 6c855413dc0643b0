"""A framework's own outputs beside ours: on inputs that lie beside them in one file, or on a visitor's sequences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.files import NetworkFile
from engine.files.bounds import quoted
from engine.files.sentences import counted
from engine.report import agreement
from engine.report.agreement import Compared
from engine.studies.own.entries import LONGEST, MOST, Accepts, Entered

INPUTS = re.compile(r"(^|[/._])(x|inputs?|symbols|tokens|ids|input_ids)(_\d+)?$", re.IGNORECASE)
LENGTHS = re.compile(r"(^|[/._])(lengths|lens|seq_lens)$", re.IGNORECASE)


@dataclass(frozen=True)
class Agreed:
    """All that was compared, and what could not be."""

    compared: tuple[Compared, ...]
    left: tuple[str, ...]  # sentences
    read: str  # which inputs were run


def agreed_with(file: NetworkFile, accepts: Accepts, mine: Entered, theirs: Mapping[str, Array]) -> Agreed:
    """Each array of theirs beside what of the network is nearest to it.

    Where an array is called as inputs are (x, input, symbols, tokens), that is what is run here, else `mine`.

    Raises:
        ValueError: the inputs do not fit the network.
    """
    inputs = next((name for name in theirs if name and INPUTS.search(name)), None)
    if inputs is None:
        return _against(file, mine, theirs, "Both have read the sequence that is entered here.")
    lengths = next((name for name in theirs if LENGTHS.search(name)), None)
    outputs = {name: array for name, array in theirs.items() if name not in (inputs, lengths)}
    # Nothing in an array says which axis is time: the way round in which more agrees is the one that was meant.
    found: list[Agreed] = []
    for turned in (bool(file.batch_first), not file.batch_first):
        read = _inputs(accepts, theirs[inputs], theirs.get(lengths or ""), turned)
        found.append(_against(file, read, outputs, f"Both have read {quoted(inputs)} of that file, {read.said}"))
        whole = not found[-1].left and all(one.within for one in found[-1].compared)
        if whole or theirs[inputs].ndim < (2 if accepts.looked_up else 3):
            break
    return min(found, key=lambda one: (len(one.left), sum(each.relative for each in one.compared)))


def _inputs(accepts: Accepts, array: Array, lengths: Array | None, turned: bool) -> Entered:
    """Theirs, time first; `turned`: their sequences come first."""
    symbols = accepts.looked_up
    wanted = f"whole numbers (T, B) below {accepts.symbols:,}" if symbols else f"numbers (T, B, {accepts.inputs})"
    came = array.shape
    array = array[:, None] if array.ndim == (1 if symbols else 2) else array.swapaxes(0, 1) if turned else array
    fits = array.ndim == (2 if symbols else 3) and array.size and (symbols or array.shape[2] == accepts.inputs)
    if fits and symbols:
        fits = np.array_equal(array, np.rint(array)) and array.min() >= 0 and array.max() < accepts.symbols
    if not fits or not np.isfinite(array).all():
        raise ValueError(f"its inputs have the shape {came}, but the network reads {wanted}")
    T, B = array.shape[:2]
    if T > LONGEST or B > MOST:
        raise ValueError(f"its inputs are {B:,} sequences of {T:,} steps; at most {MOST} of {LONGEST:,} are run")
    ends = np.full(B, T) if lengths is None else lengths
    if ends.shape != (B,) or not np.array_equal(ends, np.rint(ends)) or ends.min() < 1 or ends.max() > T:
        ends = np.full(B, T)  # of the other way round
    x = array.astype(np.int64 if symbols else np.float64)
    return Entered(x, ends.astype(np.int64), (), f"{counted(B, 'sequence')} of {counted(T, 'step')}.")


def _against(file: NetworkFile, mine: Entered, theirs: Mapping[str, Array], read: str) -> Agreed:
    """Their outputs beside ours on `mine`."""
    compared, left = [], []
    for name, array in theirs.items():
        found = _nearest(file, mine, name, array)
        if isinstance(found, Compared):
            compared.append(found)
        else:
            left.append(found)
    return Agreed(tuple(compared), tuple(left), read)


def _nearest(file: NetworkFile, mine: Entered, name: str, array: Array) -> Compared | str:
    """One array beside the nearest of ours, whichever head that is of; or why there is none."""
    assert file.network is not None
    found: list[Compared] = []
    why = ""
    masks = [file.mask(x) for x in mine.sequences]
    for head in file.heads or (None,):
        try:
            rows = {name or "the array": array}
            (one,) = agreement(
                file.network, mine.sequences, rows, None if head is None else head.readout, masks=masks
            ).compared
        except ValueError as error:
            why = f"{error}."
            continue
        if one.within:
            return one
        found.append(one)
    return min(found, key=lambda one: np.inf if np.isnan(one.relative) else one.relative) if found else why
