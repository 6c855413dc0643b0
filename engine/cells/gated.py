"""Cells with gates, whose activations are parameters of the cell: others than the usual ones make no other cell."""

from __future__ import annotations

from collections.abc import Mapping

from engine.activations import SIGMOID, TANH, Activation
from engine.arrays import expect
from engine.cells.base import WRITING, Cell
from engine.cells.tape import Tape
from engine.overflow import readable

HOW = "one of engine.activations or engine.more_activations"


class Gated(Cell):
    """A cell whose gates share one activation; its candidate, and its cell state where it has one, have their own."""

    gate: Activation
    candidate: Activation
    output: Activation | None = None  # of the cell state, of a cell that has one

    def activate(self, gate: Activation, candidate: Activation, output: Activation | None = None) -> None:
        """Take these activations; the cell is named after those that are not the usual ones."""
        given = {"gate": gate, "candidate": candidate, **({} if output is None else {"output": output})}
        for what, activation in given.items():
            expect(what, activation, Activation, HOW)
        self.gate, self.candidate, self.output, self.kind = gate, candidate, output, self.name
        usual = {"gate": SIGMOID, "candidate": TANH, "output": TANH}
        other = {what: activation for what, activation in given.items() if activation != usual[what]}
        if other:
            self.name = f"{self.kind}[{', '.join(f'{what}={activation.name}' for what, activation in other.items())}]"
            self.title = (
                f"{self.title} ({', '.join(f'{what}: {activation.title}' for what, activation in other.items())})"
            )

    @property
    def usual(self) -> bool:
        """Whether one tanh serves all gates and the candidate: sigmoid(a) = (1 + tanh(a / 2)) / 2."""
        return self.gate == SIGMOID and self.candidate == TANH

    def check_states(self, tape: Tape) -> None:
        if not all(activation.bounded for activation in self.activations.values()):
            for rows in (tape.h,) if tape.c is None else (tape.h, tape.c):
                readable(rows[1:], f"the states of the {self.title}", "no error can be carried back through them")

    @property
    def activations(self) -> Mapping[str, Activation]:
        by_gate = {gate: self.candidate if gate in WRITING else self.gate for gate in self.gates}
        return by_gate if self.output is None else {**by_gate, "memory": self.output}
