"""Each cell's equations as data, so that a picture can fill in numbers without knowing any cell.

A gate is f(sum) with a sum of ``Ux``, ``Wh``, ``b`` and what else the cell adds; then come the lines that make the new
state. Expressions are sums and products of names: gates, extra parameters, ``h_before``, ``c_before``, ``c``, numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SUM = "Ux + Wh + b"
GATE_ROLES = {"state": "state", "candidate": "candidate", "update": "input gate"}  # the others: "forget gate" and so on
MEMORY = ("h", "output * tanh(c)")


@dataclass(frozen=True)
class Equations:
    """How one cell gets from its sums to its new state."""

    letters: Mapping[str, str]  # each gate's letter
    activations: Mapping[str, str]  # each gate's f
    lines: tuple[tuple[str, str], ...]  # what is computed from the gates, in order; the last is h
    sums: Mapping[str, str] = field(default_factory=dict)  # of the gates whose sum is not U x + W h + b
    reads: Mapping[str, str] = field(default_factory=dict)  # gates whose W reads h_before times another gate


def _vanilla(activation: str) -> Equations:
    return Equations({"state": "h"}, {"state": activation}, (("h", "state"),))


_LSTM_LETTERS = {"input": "i", "forget": "f", "candidate": "g", "output": "o"}
_LSTM_ACTIVATIONS = {"input": "sigmoid", "forget": "sigmoid", "candidate": "tanh", "output": "sigmoid"}
_GRU_LETTERS = {"reset": "r", "update": "z", "candidate": "n"}
_GRU_ACTIVATIONS = {"reset": "sigmoid", "update": "sigmoid", "candidate": "tanh"}
_LSTM_LINES = (("c", "forget * c_before + input * candidate"), MEMORY)
_GRU_LINES = (("h", "(1 - update) * candidate + update * h_before"),)

EQUATIONS: dict[str, Equations] = {
    **{name: _vanilla(name) for name in ("tanh", "relu", "sigmoid", "identity")},
    "leaky": Equations({"state": "n"}, {"state": "tanh"}, (("h", "(1 - leak) * h_before + leak * state"),)),
    "lstm": Equations(_LSTM_LETTERS, _LSTM_ACTIVATIONS, _LSTM_LINES),
    "peephole": Equations(
        _LSTM_LETTERS,
        _LSTM_ACTIVATIONS,
        _LSTM_LINES,
        sums={
            "input": "Ux + Wh + peephole_input * c_before + b",
            "forget": "Ux + Wh + peephole_forget * c_before + b",
            "output": "Ux + Wh + peephole_output * c + b",
        },
    ),
    "coupled": Equations(
        {gate: letter for gate, letter in _LSTM_LETTERS.items() if gate != "forget"},
        {gate: activation for gate, activation in _LSTM_ACTIVATIONS.items() if gate != "forget"},
        (("c", "(1 - input) * c_before + input * candidate"), MEMORY),
    ),
    "gru": Equations(
        _GRU_LETTERS, _GRU_ACTIVATIONS, _GRU_LINES, sums={"candidate": "Ux + b + reset * (Wh + recurrent_bias)"}
    ),
    "gru_before": Equations(_GRU_LETTERS, _GRU_ACTIVATIONS, _GRU_LINES, reads={"candidate": "reset"}),
    "mgu": Equations(
        {"forget": "f", "candidate": "n"},
        {"forget": "sigmoid", "candidate": "tanh"},
        (("h", "(1 - forget) * h_before + forget * candidate"),),
        reads={"candidate": "forget"},
    ),
}


def equations_message(name: str, gates: tuple[str, ...]) -> dict[str, object]:
    """One cell's equations as plain data for the browser, every gate with its sum."""
    found = EQUATIONS[name]
    return {
        "gates": [
            {
                "name": gate,
                "letter": found.letters[gate],
                "role": GATE_ROLES.get(gate, f"{gate} gate"),
                "activation": found.activations[gate],
                "sum": found.sums.get(gate, SUM),
                "reads": found.reads.get(gate),
            }
            for gate in gates
        ],
        "lines": [list(line) for line in found.lines],
    }
