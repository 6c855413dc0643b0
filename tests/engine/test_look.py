"""Modules of other programs as they are: known by what they have, none of them imported."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine import (
    CELLS,
    Layer,
    Network,
    Readout,
    backpropagate_network,
    binary_cross_entropy,
    cross_entropy,
    entering,
    look,
    run_network,
    squared_error,
    to_torch,
)
from engine.report import Asked
from tests.engine.forms import formed
from tests.engine.networks import random_parameters
from tests.engine.report import sample


class Tensor:
    """Like a torch tensor: no array until it is asked for one."""

    def __init__(self, rows: np.ndarray) -> None:
        self.rows = rows

    def detach(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return self

    @property
    def dtype(self) -> str:
        return "torch.float64"

    def numpy(self) -> np.ndarray:
        return self.rows

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self.rows


class Module:
    """Like nn.LSTM, or a module that contains one under a name."""

    def __init__(self, network: Network, prefix: str = "", **attributes: Any) -> None:
        self.state = {prefix + name: Tensor(rows) for name, rows in to_torch(network).items()}
        self.modules: dict[str, Any] = {"": self}
        if prefix:
            self.modules = {"": SimpleNamespace(), prefix.rstrip("."): SimpleNamespace(**attributes)}
        self.__dict__.update(attributes)

    @classmethod
    def of(cls, state: dict[str, Tensor], modules: dict[str, Any]) -> Module:
        """A module with this state, and these within it by their names."""
        own = cls.__new__(cls)
        own.state, own.modules = state, modules
        return own

    def state_dict(self) -> dict[str, Tensor]:
        return self.state

    def named_modules(self) -> Iterator[tuple[str, Any]]:
        yield from self.modules.items()


def network(rng: np.random.Generator, cell: str = "lstm") -> Network:
    p = [random_parameters(rng, CELLS[cell], size, 4) for size in (3, 4)]
    return Network(tuple(Layer(CELLS[cell], one) for one in p))


@pytest.mark.parametrize("cell", ["lstm", "gru", "tanh", "relu"])
@pytest.mark.parametrize("prefix", ["", "encoder.rnn."])
def test_a_torch_module_is_looked_at_as_it_is(cell: str, prefix: str, rng: np.random.Generator) -> None:
    net, x = network(rng, cell), rng.standard_normal((2, 6, 3))
    found = look(Module(net, prefix, batch_first=True, nonlinearity=cell), Tensor(x))
    expected = run_network(net, x.swapaxes(0, 1))
    np.testing.assert_allclose(found.trace.outputs, expected.outputs, rtol=1e-14, atol=1e-16)
    assert len(found.report.lengths) == 2 and found.report.lengths == (6, 6)
    assert set(found.to_torch()) == {prefix + name for name in to_torch(net)}


def test_a_loss_of_ones_own_reads_our_trace(rng: np.random.Generator) -> None:
    net, x = network(rng), rng.standard_normal((6, 2, 3))
    dh = rng.standard_normal((6, 2, 4))
    found = look(net, x, loss=lambda trace: entering(trace, dh, "every"))
    trace = run_network(net, x)
    expected = backpropagate_network(trace, entering(trace, dh, "every"))
    np.testing.assert_array_equal(found.gradients.dx, expected.dx)
    curve = found.report.curves[0]
    np.testing.assert_allclose(curve.log2_dh[1], expected.layers[0].forward.log2_dh[:, 1], rtol=1e-10)


def test_without_a_loss_the_error_is_that_of_the_last_output(rng: np.random.Generator) -> None:
    net, x = network(rng), rng.standard_normal((6, 3))
    found = look(net, x, asked=Asked(unit=2))
    assert found.trace.batch == 1 and found.gradients.errors is not None
    np.testing.assert_array_equal(found.gradients.errors.dh, np.eye(1, 4, 2)[None])


def test_a_file_brings_its_head_and_symbols() -> None:
    found = look(sample.opened(), sample.reviews()[0])
    assert found.head is not None and found.report.origins[0].unit == 0


def test_targets_of_the_last_and_of_every_step_in_any_layout(rng: np.random.Generator) -> None:
    net, x = network(rng), rng.standard_normal((6, 2, 3))
    head = Readout(rng.standard_normal((3, 4)), rng.standard_normal(3))
    classes, numbers = rng.integers(0, 3, (6, 2)), rng.standard_normal((6, 2, 3))
    for target, loss, where in (
        (classes, cross_entropy, "every"),
        (classes[0], cross_entropy, "last"),
        (numbers, squared_error, "every"),
        (numbers[0], squared_error, "last"),
    ):
        trace = run_network(net, x)
        expected = backpropagate_network(
            trace,
            loss(trace, head, target if where == "every" else target[None], where),  # type: ignore[arg-type]
        )
        found = look(net, x, target=target, head=head)
        np.testing.assert_array_equal(found.gradients.dx, expected.dx)
        turned = target.swapaxes(0, 1) if where == "every" else target
        other = look(net, x.swapaxes(0, 1), target=turned, head=head, batch_first=True)
        np.testing.assert_array_equal(other.gradients.dx, expected.dx)
        alone = look(net, x[:, 0], target=target[:, 0] if where == "every" else target[0], head=head)
        np.testing.assert_allclose(alone.gradients.dx[:, 0], expected.dx[:, 0], rtol=1e-12)
    named = look(net, x, "binary-cross-entropy", np.zeros((2, 3)), head=head)
    assert named.report.origins[0].value == pytest.approx(
        float(binary_cross_entropy(run_network(net, x), head, np.zeros((1, 2, 3)), "last").loss[0, 0]), rel=1e-12
    )


@pytest.mark.parametrize("asked", [Asked(unit=1), Asked("final", 1), Asked(2, 1)])
def test_sequences_of_different_length_are_each_what_they_are_alone(asked: Asked, rng: np.random.Generator) -> None:
    cell = CELLS["gru"]
    net = Network((Layer(cell, *(random_parameters(rng, cell, 3, 4) for _ in range(2))),))
    x, lengths = rng.standard_normal((6, 2, 3)), [6, 4]
    mask = np.arange(6)[:, None] < lengths
    for found in (look(net, x, asked=asked, lengths=lengths), look(net, x, asked=asked, mask=mask)):
        for b, length in enumerate(lengths):
            alone = look(net, x[:length, b], asked=asked)
            np.testing.assert_allclose(found.gradients.dx[:length, b], alone.gradients.dx[:, 0], rtol=1e-12)
            one = alone.report.curves[1].log2_dh[0]
            np.testing.assert_allclose(found.report.curves[1].log2_dh[b][: len(one)], one, rtol=1e-12)


def test_a_loss_at_the_states_in_which_directions_end_reaches_the_report(rng: np.random.Generator) -> None:
    stack = formed(rng, {"both": True, "merge": "sum"})
    dh = rng.standard_normal((1, 2, 2))
    found = look(stack.network, stack.x, loss=lambda trace: entering(trace, dh, "final"))
    curve = found.gradients.layers[0].forward.log2_dh
    np.testing.assert_allclose(found.report.curves[0].log2_dh[1], curve[:, 1], rtol=1e-12)


def test_what_is_not_understood_is_said(rng: np.random.Generator) -> None:
    net = network(rng)
    with pytest.raises(ValueError, match="the network is the word 'lstm', but a Network, a NetworkFile"):
        look("lstm", np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"x has shape \(1, 2, 3, 4\), but \(T, B, D\) was expected"):
        look(net, np.zeros((1, 2, 3, 4)))
    for given, says in (
        ({"loss": "hinge", "target": np.zeros(4)}, "there is no loss 'hinge'; there are cross-entropy"),
        ({"loss": "squared-error"}, r"a squared-error loss needs targets, as target=\.\."),
        ({"target": np.zeros((4, 1, 4, 1))}, r"target has shape \(4, 1, 4, 1\), but 4 numbers was expected"),
        ({"lengths": [5]}, "length"),
        (
            {"loss": lambda outputs, target: 0.0},
            r"loss cannot be called with a trace \(.*a function from a trace to what",
        ),
        ({"loss": lambda trace: 0.0}, "what loss gives"),
        ({"loss": abs, "target": np.zeros(4)}, "and target was given too, but expected was a function from a trace"),
    ):
        with pytest.raises(ValueError, match=says):
            look(net, np.zeros((4, 3)), **given)
    with pytest.raises(ValueError, match="loss and asked were given"):
        look(net, np.zeros((4, 3)), loss=lambda trace: entering(trace, np.zeros((4, 1, 4))), asked=Asked())
