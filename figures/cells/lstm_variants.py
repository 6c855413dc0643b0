"""The LSTM with gates that see the memory, with coupled gates, and with both."""

from __future__ import annotations

from dataclasses import replace

from figures.cells.look import Gate, Look
from figures.cells.lstm import CANDIDATE, FORGET, INPUT, LINES, OUTPUT, SHOWN, lstm_circuit
from figures.shade import Shade

_COUPLED_LINES = (("c", "(1 - input) * c_before + input * candidate"), SHOWN)


def _seeing(gate: Gate, memory: str = "c_before") -> Gate:
    return replace(gate, sum=f"Ux + Wh + peephole_{gate.name} * {memory} + b")


PEEPHOLE = Look(
    name="peephole",
    colour=Shade("#0000d2", "#4b96b4"),
    gates=(_seeing(INPUT), _seeing(FORGET), CANDIDATE, _seeing(OUTPUT, "c")),
    lines=LINES,
    circuit=lstm_circuit(peepholes=True),
)
COUPLED = Look(
    name="coupled",
    colour=Shade("#3c0096", "#e1d2f0"),
    gates=(INPUT, CANDIDATE, OUTPUT),
    lines=_COUPLED_LINES,
    circuit=lstm_circuit(coupled=True),
)
PEEPHOLE_COUPLED = Look(
    name="peephole_coupled",
    colour=COUPLED.colour,
    gates=(_seeing(INPUT), CANDIDATE, _seeing(OUTPUT, "c")),
    lines=_COUPLED_LINES,
    circuit=lstm_circuit(peepholes=True, coupled=True),
)
