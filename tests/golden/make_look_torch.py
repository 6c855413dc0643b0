"""Write golden files of whole PyTorch modules on a batch with a loss, for `tests/engine/test_look_torch.py`.

    pip install torch==2.13.0 numpy
    python tests/golden/make_look_torch.py

Made with Python 3.11.7, torch 2.13.0. Each case is a module with its state, a batch, a loss with its targets, summed,
and what PyTorch computes: outputs, the loss, the gradient of every parameter, and log2 ||dL/dh_t|| of every layer and
direction, for which each layer is run once more step by step with a tensor of its own for every state.

look_torch.npz has by "<case>/<name>": state/<tensor>, grad/<tensor>, x, target, lengths, outputs, loss, and
dh/<layer>_<direction>, (B, T) in time, nan behind a sequence's end.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

T, B, D, H, K = 6, 3, 3, 4, 2
LENGTHS = [6, 4, 2]


class Tagger(nn.Module):
    """Embedding, two-layer LSTM in both directions, and a head at every step."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(7, D)
        self.rnn = nn.LSTM(D, H, 2, bidirectional=True, batch_first=True, dropout=0.5)
        self.drop = nn.Dropout(0.1)
        self.fc = nn.Linear(2 * H, K)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(self.drop(self.rnn(self.embedding(x))[0]))


class Last(nn.Module):
    """A recurrent module with a head on its last output; a packed batch where lengths are given."""

    def __init__(self, rnn: nn.Module, size: int, outputs: int = K) -> None:
        super().__init__()
        self.rnn, self.head = rnn, nn.Linear(size, outputs)

    def forward(self, x: torch.Tensor, lengths: list[int] | None = None) -> torch.Tensor:
        batch, first = x, self.rnn.batch_first
        if lengths is not None:
            batch = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=first)
        out = self.rnn(batch)[0]
        if lengths is not None:
            out = nn.utils.rnn.pad_packed_sequence(out, batch_first=first)[0]
        return self.head(out)


class Stacked(nn.Module):
    """Two modules on each other, of different sizes and activations."""

    def __init__(self) -> None:
        super().__init__()
        self.low, self.high = nn.RNN(D, 5, nonlinearity="relu"), nn.RNN(5, H, 2)
        self.out = nn.Linear(H, K)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.high(self.low(x)[0])[0])


class Stepped(nn.Module):
    """An LSTMCell, step by step."""

    def __init__(self) -> None:
        super().__init__()
        self.cell, self.fc = nn.LSTMCell(D, H), nn.Linear(H, K)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        state, out = None, []
        for step in x:
            state = self.cell(step, state)
            out.append(state[0])
        return self.fc(torch.stack(out))


MODULES = {
    "lstm": lambda: nn.LSTM(D, H),
    "gru": lambda: nn.GRU(D, H, 2, batch_first=True),
    "relu": lambda: nn.RNN(D, H, nonlinearity="relu", bidirectional=True),
    "both": lambda: nn.GRU(D, H, 2, bidirectional=True, bias=False),
    "tagger": Tagger,
    "last": lambda: Last(nn.GRU(D, H, batch_first=True), H),
    "packed": lambda: Last(nn.LSTM(D, H, 2, bidirectional=True, batch_first=True), 2 * H, 3),
    "binary": lambda: Last(nn.LSTM(D, H), H, 1),
    "stacked": Stacked,
    "stepped": Stepped,
}
FLOAT32 = ("last",)


def given(name: str, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """x and target of a case."""
    first = name in ("gru", "tagger", "last", "packed")
    shape = (B, T) if first else (T, B)
    x = rng.integers(0, 7, shape) if name == "tagger" else rng.standard_normal((*shape, D))
    target: Any = {
        "lstm": rng.standard_normal((*shape, H)),
        "gru": rng.standard_normal((B, H)),
        "relu": rng.standard_normal((*shape, 2 * H)),
        "both": rng.standard_normal((*shape, 2 * H)),
        "tagger": rng.integers(0, K, shape),
        "last": rng.standard_normal((B, K)),
        "packed": rng.integers(0, 3, B),
        "binary": rng.integers(0, 2, B),
        "stacked": rng.standard_normal((*shape, K)),
        "stepped": rng.integers(0, K, B),
    }[name]
    return {"x": x, "target": target} | ({"lengths": np.array(LENGTHS)} if name == "packed" else {})


def loss_of(name: str, module: nn.Module, outputs: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The summed loss that fits the targets; outputs (T, B, K)."""
    if name in ("gru", "last", "packed", "binary", "stepped"):
        ends = torch.tensor(LENGTHS if name == "packed" else [T] * B)
        outputs = outputs[ends - 1, torch.arange(B)]
    elif name == "tagger":
        target = target.T
    if name == "binary":
        return nn.functional.binary_cross_entropy_with_logits(outputs[:, 0], target.to(outputs.dtype), reduction="sum")
    if target.dtype == torch.int64:
        return nn.functional.cross_entropy(outputs.reshape(-1, outputs.shape[-1]), target.reshape(-1), reduction="sum")
    return 0.5 * (outputs - target).square().sum()


def run(name: str, module: nn.Module, values: dict[str, np.ndarray]) -> torch.Tensor:
    """Outputs at every step, (T, B, K)."""
    x = torch.from_numpy(values["x"])
    x = x if x.dtype == torch.int64 else x.to(next(module.parameters()).dtype)
    out = module(x, LENGTHS) if name == "packed" else module(x)
    out = out[0] if isinstance(out, tuple) else out
    return out.swapaxes(0, 1) if name in ("gru", "tagger", "last", "packed") else out


def states(name: str, module: nn.Module, values: dict[str, np.ndarray]) -> tuple[torch.Tensor, dict[str, list[Any]]]:
    """The same outputs by steps, and each direction's state of every step and sequence, (T, H)."""
    kept: dict[str, list[Any]] = {}
    x = torch.from_numpy(values["x"])
    rows = module.embedding(x) if name == "tagger" else x.to(next(module.parameters()).dtype)
    rows = rows.swapaxes(0, 1) if name in ("gru", "tagger", "last", "packed") else rows
    lengths = LENGTHS if name == "packed" else [T] * B
    number = 0
    for rnn in (one for one in module.modules() if isinstance(one, nn.RNNBase | nn.LSTMCell)):
        for layer in range(getattr(rnn, "num_layers", 1)):
            ways = []
            for way in range(2 if getattr(rnn, "bidirectional", False) else 1):
                ways.append(_direction(rnn, layer, way, rows, lengths, kept.setdefault(f"{number}_{way}", [])))
            rows, number = torch.cat(ways, dim=2), number + 1
    heads = [one for one in module.modules() if isinstance(one, nn.Linear)]
    return heads[0](rows) if heads else rows, kept


def _direction(
    rnn: nn.Module, layer: int, way: int, rows: torch.Tensor, lengths: list[int], kept: list[Any]
) -> torch.Tensor:
    """One direction of one layer, sequence by sequence; `kept` gets the states (T_b, H) of each in time."""
    cell_name = {nn.LSTM: nn.LSTMCell, nn.GRU: nn.GRUCell, nn.RNN: nn.RNNCell}.get(type(rnn), nn.LSTMCell)
    behind = "" if isinstance(rnn, nn.LSTMCell) else f"_l{layer}{'_reverse' if way else ''}"
    options = {"nonlinearity": rnn.nonlinearity} if isinstance(rnn, nn.RNN) else {}
    names = [name for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh") if hasattr(rnn, name + behind)]
    own = {name: getattr(rnn, name + behind) for name in names}
    cell = cell_name(own["weight_ih"].shape[1], rnn.hidden_size, bias="bias_ih" in own, dtype=rows.dtype, **options)
    out = torch.zeros(T, B, rnn.hidden_size, dtype=rows.dtype)
    columns = []
    for b, length in enumerate(lengths):
        state, found = None, {}
        for t in range(length)[:: -1 if way else 1]:
            state = torch.func.functional_call(cell, own, (rows[t, b : b + 1], state))
            h = state[0] if isinstance(state, tuple) else state
            h.retain_grad()
            found[t] = h
        kept.append([found[t] for t in range(length)])
        columns.append(torch.cat([torch.cat([found[t] for t in range(length)]), out[length:, b]]))
    return torch.stack(columns, dim=1)


def cases() -> Iterator[tuple[str, nn.Module, dict[str, np.ndarray]]]:
    for number, (name, made) in enumerate(MODULES.items()):
        torch.manual_seed(number)
        module = made().to(torch.float32 if name in FLOAT32 else torch.float64).eval()
        yield name, module, given(name, np.random.default_rng([77, number]))


def main() -> None:
    arrays: dict[str, np.ndarray] = {}
    for name, module, values in cases():
        outputs = run(name, module, values)
        loss_of(name, module, outputs, torch.from_numpy(values["target"])).backward()
        grads = {key: p.grad.numpy().copy() for key, p in module.named_parameters()}
        module.zero_grad()
        again, kept = states(name, module, values)
        torch.testing.assert_close(again, outputs, rtol=1e-5, atol=1e-12)
        loss = loss_of(name, module, again, torch.from_numpy(values["target"]))
        loss.backward()
        own = {key: rows.numpy() for key, rows in module.state_dict().items()}
        found = {f"state/{key}": rows for key, rows in own.items()} | {
            f"grad/{key}": rows for key, rows in grads.items()
        }
        for key, columns in kept.items():
            dh = np.full((B, T), np.nan)
            for b, each in enumerate(columns):
                dh[b, : len(each)] = [h.grad.norm().log2().item() for h in each]
            found[f"dh/{key}"] = dh
        found |= values | {"outputs": outputs.detach().numpy(), "loss": np.array(loss.item())}
        arrays |= {f"{name}/{key}": rows for key, rows in found.items()}
    np.savez_compressed(Path(__file__).parent / "look_torch.npz", **arrays)


if __name__ == "__main__":
    main()
