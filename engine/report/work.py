"""How much a report has to do, how far it is, and the memory it needs at most."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from engine.array_record import ArrayRecord
from engine.networks.network import Network
from engine.report.directions import Direction, directions_of
from engine.report.sequences import Sequences, checked_sequences

FLOAT, LEAST = 8, 800_000  # bytes of a number, and of what even the smallest report takes
OF_A_SEQUENCE = {"forward": 0.3, "backward": 0.2, "counted": 0.1, "cut": 0.4}  # shares of the time of one sequence
A_STEP, A_PRODUCT, A_SPECTRUM = 5e-6, 3e-9, 3e-9  # seconds of a step, of a weight at a step, of H**3 of a gate


@dataclass(frozen=True)
class Copies:
    """How often numbers stand in memory at the peak: fitted to what reports of many sizes allocated."""

    rows: float  # what a step sums and activates, of each unit
    states: float  # what else a step keeps of each unit
    inputs: float  # of each input
    weights: float  # of all weights
    largest: float  # of those of the direction that has most


COPIES = {  # whether there are truncated passes, which a direction that reads from the end needs
    False: Copies(rows=3.0, states=3.6, inputs=2.2, weights=0.4, largest=3.5),
    True: Copies(rows=3.2, states=14.6, inputs=2.1, weights=4.2, largest=0.0),
}


@dataclass(frozen=True, eq=False, repr=False)
class Work(ArrayRecord):
    """The work on sequences of these lengths."""

    network: Network
    lengths: tuple[int, ...]

    @cached_property
    def _seconds(self) -> tuple[list[float], float]:
        """About how long each sequence takes, and the recurrent weights."""
        ways = directions_of(self.network)
        a_step = sum(A_STEP + A_PRODUCT * _weights(way) for way in ways)
        return [a_step * T for T in self.lengths], sum(
            A_SPECTRUM * len(way.cell.gates) * way.hidden_size**3 + A_STEP for way in ways
        )

    def at(self, sequence: int, stage: str, share: float = 1.0) -> float:
        """The share of all work that is done after this share of a stage of a sequence, from 0."""
        each, weights = self._seconds
        stages = list(OF_A_SEQUENCE)
        before = sum(OF_A_SEQUENCE[one] for one in stages[: stages.index(stage)])
        done = sum(each[:sequence]) + each[sequence] * (before + share * OF_A_SEQUENCE[stage])
        return done / (sum(each) + weights)

    def at_weights(self, share: float) -> float:
        """The same once this share of the recurrent weights has been looked at."""
        each, weights = self._seconds
        return (sum(each) + share * weights) / (sum(each) + weights)


def memory(network: Network, sequences: Sequences) -> int:
    """How many bytes a report on these sequences needs at most beside the network itself, roughly: within 30 %.

    One sequence stands in memory at a time: of each direction what a step reads and makes (pre-activations, gates, what
    errors are multiplied with, and errors); and of the weights the copy that runs, and sums of gradients; where
    truncated passes are made, the gradients of all weights several times.

    Raises:
        ValueError: as for `checked_sequences`.
    """
    ways = directions_of(network)
    T = max(map(len, checked_sequences(network, sequences)))
    copies = COPIES[any(way.both or way.reverse for way in ways)]
    each = [_weights(way) for way in ways]
    of_steps = sum(copies.rows * sum(way.cell.row_counts()) * way.hidden_size for way in ways)
    of_steps += sum(copies.states * way.hidden_size + copies.inputs * way.inputs for way in ways)
    return int(LEAST + FLOAT * (T * of_steps + copies.weights * sum(each) + copies.largest * max(each)))


def _weights(way: Direction) -> int:
    """How many weights are multiplied with at each step."""
    return len(way.cell.gates) * way.hidden_size * (way.hidden_size + way.inputs)
