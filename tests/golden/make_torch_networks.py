"""Write golden values of whole networks for `tests/engine/test_golden_networks.py`, as PyTorch computes them.

    pip install torch==2.13.0 numpy
    python tests/golden/make_torch_networks.py

Made with Python 3.11.7, torch 2.13.0 (CPU), numpy 2.4.6, float64 throughout. Another release of torch draws the same
weights (they come from numpy) and agrees to rounding, not to the bit. One .npz per model, none of it pickled; the keys
are "<case>/<name>", names are PyTorch's own (weight_ih_l1_reverse), a gradient's is that of its array behind a "d", and
arrays are time first. The cases:

    packed           two layers that read both ways, sequences of different lengths, given start states
    encoder decoder  two layers run over sequences of different lengths; their final states start two other layers
    embedding        an embedding before one layer that reads both ways, sequences of different lengths

The loss of `packed` and `embedding` is a squared error of V y_t + d at each step that a sequence has, plus a weighted
sum of the final states (`weights_h`, `weights_c`); that of `encoder decoder` the squared error of the decoder alone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

HERE = Path(__file__).parent
MODELS = ("tanh", "relu", "lstm", "gru")
T, D, H, K = 6, 2, 3, 2
LENGTHS = (4, 6, 1, 3)  # neither sorted nor all different from T
B = len(LENGTHS)
DECODED = 4  # steps of the decoder
VOCABULARY = 5

Tensors = tuple[torch.Tensor, ...]


class Recorder:
    """Draws every tensor from one generator, and keeps each by name, with its gradient."""

    def __init__(self, seed: list[int]) -> None:
        self.rng = np.random.default_rng(seed)
        self.leaves: dict[str, torch.Tensor] = {}
        self.others: dict[str, torch.Tensor] = {"lengths": torch.tensor(LENGTHS)}

    def leaf(self, name: str, *shape: int) -> torch.Tensor:
        """A random tensor whose gradient is wanted."""
        self.leaves[name] = torch.from_numpy(0.7 * self.rng.standard_normal(shape)).requires_grad_()
        return self.leaves[name]

    def constant(self, name: str, *shape: int) -> torch.Tensor:
        """A random tensor that is only read."""
        self.others[name] = torch.from_numpy(self.rng.standard_normal(shape))
        return self.others[name]

    def weights(self, module: torch.nn.Module, prefix: str = "") -> None:
        """Random weights, none of the biases zero."""
        for name, parameter in module.named_parameters():
            parameter.data = torch.from_numpy(0.7 * self.rng.standard_normal(tuple(parameter.shape)))
            self.leaves[prefix + name] = parameter

    def start(self, model: str, rows: int) -> Tensors:
        """Random start states, h0 and for the LSTM c0, one row for each layer and direction."""
        names = ("h0", "c0") if model == "lstm" else ("h0",)
        return tuple(self.leaf(name, rows, B, H) for name in names)

    def finals(self, final: Tensors) -> torch.Tensor:
        """A weighted sum of the final states, which are kept; there is one row for each layer and direction."""
        total = torch.zeros(())
        for letter, state in zip("hc", final, strict=False):
            self.others[f"{letter}_n"] = state
            total = total + (self.constant(f"weights_{letter}", *state.shape) * state).sum()
        return total

    def squared_error(self, outputs: torch.Tensor, lengths: tuple[int, ...]) -> torch.Tensor:
        """sum of (V y + d - target)**2 / 2 over the steps that each sequence has."""
        steps = outputs.shape[0]
        self.others["outputs"] = outputs
        V, d = self.leaf("V", K, outputs.shape[2]), self.leaf("d", K)
        error = outputs @ V.T + d - self.constant("targets", steps, B, K)
        there = torch.arange(steps)[:, None] < torch.tensor(lengths)
        return 0.5 * (error.square() * there[:, :, None]).sum()

    def arrays(self, loss: torch.Tensor) -> dict[str, np.ndarray]:
        loss.backward()
        self.others["loss"] = loss
        values = {name: tensor.detach().numpy() for name, tensor in (self.leaves | self.others).items()}
        return values | {f"d{name}": tensor.grad.numpy() for name, tensor in self.leaves.items()}


def recurrent(model: str, inputs: int, layers: int, both_ways: bool) -> torch.nn.Module:
    sizes = dict(input_size=inputs, hidden_size=H, num_layers=layers, bidirectional=both_ways)
    if model in ("tanh", "relu"):
        return torch.nn.RNN(nonlinearity=model, **sizes)
    return (torch.nn.LSTM if model == "lstm" else torch.nn.GRU)(**sizes)


def run(
    module: torch.nn.Module, x: torch.Tensor, start: Tensors, lengths: tuple[int, ...]
) -> tuple[torch.Tensor, Tensors]:
    """Outputs (T, B, H or 2H), zero after each sequence's end, and final states, each (layers * directions, B, H)."""
    packed = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
    packed_outputs, final = module(packed, start if len(start) > 1 else start[0])
    outputs, _ = pad_packed_sequence(packed_outputs, total_length=x.shape[0])
    return outputs, final if isinstance(final, tuple) else (final,)


def packed(model: str, seed: list[int]) -> dict[str, np.ndarray]:
    record, module = Recorder(seed), recurrent(model, D, layers=2, both_ways=True)
    record.weights(module)
    outputs, final = run(module, record.leaf("x", T, B, D), record.start(model, rows=4), LENGTHS)
    return record.arrays(record.squared_error(outputs, LENGTHS) + record.finals(final))


def embedding(model: str, seed: list[int]) -> dict[str, np.ndarray]:
    record, module = Recorder(seed), recurrent(model, D, layers=1, both_ways=True)
    record.weights(module)
    table = torch.nn.Embedding(VOCABULARY, D)
    record.weights(table, "embedding.")
    symbols = torch.from_numpy(record.rng.integers(0, VOCABULARY - 1, (T, B)))  # the last symbol never occurs
    record.others["symbols"] = symbols
    outputs, final = run(module, table(symbols), record.start(model, rows=2), LENGTHS)
    return record.arrays(record.squared_error(outputs, LENGTHS) + record.finals(final))


def encoder_decoder(model: str, seed: list[int]) -> dict[str, np.ndarray]:
    record = Recorder(seed)
    encoder, decoder = recurrent(model, D, 2, both_ways=False), recurrent(model, K, 2, both_ways=False)
    record.weights(encoder, "encoder.")
    record.weights(decoder, "decoder.")
    _, handed_over = run(encoder, record.leaf("encoder.x", T, B, D), record.start(model, rows=2), LENGTHS)
    outputs, _ = run(decoder, record.leaf("decoder.x", DECODED, B, K), handed_over, (DECODED,) * B)
    return record.arrays(record.squared_error(outputs, (DECODED,) * B))


def main() -> None:
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    for number, model in enumerate(MODELS):
        cases = {"packed": packed(model, [17, number, 0])}
        if model in ("lstm", "gru"):
            cases["encoder decoder"] = encoder_decoder(model, [17, number, 1])
            cases["embedding"] = embedding(model, [17, number, 2])
        arrays = {f"{case}/{name}": value for case, named in cases.items() for name, value in named.items()}
        np.savez_compressed(HERE / f"networks_torch_{model}.npz", **arrays)


if __name__ == "__main__":
    main()
