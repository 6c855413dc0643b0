"""Write golden files of PyTorch modules called in other ways, for `tests/engine/test_look_calls_torch.py`.

    pip install torch==2.13.0 numpy
    python tests/golden/make_look_calls_torch.py

Made with Python 3.11, torch 2.13.0, float64. Packed batches in no order of length, states of one's own to start from,
an embedding with padding_idx whose row is not 0. The loss is half the squared error at every step that a sequence has.

look_calls_torch.npz has by "<case>/<name>": state/<tensor>, grad/<tensor>, x, target, lengths, data, batch_sizes and
unsorted_indices of the packed batch, h0, c0 and their gradients grad_h0, grad_c0, outputs, loss.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

T, B, D, H = 6, 3, 3, 4
LENGTHS = [4, 6, 2]


class Words(nn.Module):
    """An embedding with a symbol that does not learn, and a GRU."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.rnn = nn.Embedding(5, D, padding_idx=2), nn.GRU(D, H)
        nn.init.normal_(self.embedding.weight)

    def forward(self, x: torch.Tensor, start: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.rnn(self.embedding(x), start)


def random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64)


def case(name: str) -> dict[str, torch.Tensor]:
    """What PyTorch computes of one case."""
    module = {
        "lstm": lambda: nn.LSTM(D, H, 2, bidirectional=True),
        "gru": lambda: nn.GRU(D, H, 2, batch_first=True),
        "cell": lambda: nn.LSTMCell(D, H),
        "words": Words,
    }[name]().double()
    first = name == "gru"
    ways = {"lstm": 4, "gru": 2}.get(name, 1)
    x = torch.randint(0, 5, (T, B)) if name == "words" else random(*((B, T) if first else (T, B)), D)
    lengths = torch.tensor(LENGTHS if name in ("lstm", "gru") else [T] * B)
    shape = (B, H) if name == "cell" else (ways, B, H)
    states = [random(*shape).requires_grad_() for _ in range(2 if name in ("lstm", "cell") else 1)]
    start = tuple(states) if len(states) > 1 else states[0]
    found = {"x": x, "lengths": lengths}
    if name in ("lstm", "gru"):
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=first, enforce_sorted=False)
        found |= {key: getattr(packed, key) for key in ("data", "batch_sizes", "unsorted_indices")}
        out = nn.utils.rnn.pad_packed_sequence(module(packed, start)[0])[0]
    elif name == "cell":
        steps = []
        for step in x:
            start = module(step, start)
            steps.append(start[0])
        out = torch.stack(steps)
    else:
        out = module(x, start)[0]
    target = random(*out.shape)
    running = torch.arange(T)[:, None, None] < lengths[:, None]
    loss = 0.5 * ((out - target) * running).square().sum()
    loss.backward()
    found |= {"outputs": out, "loss": loss, "target": target.swapaxes(0, 1) if first else target}
    for key, state in zip(("h0", "c0"), states, strict=False):
        found |= {key: state, f"grad_{key}": state.grad}
    found |= {f"state/{key}": rows for key, rows in module.state_dict().items()}
    return found | {f"grad/{key}": p.grad for key, p in module.named_parameters()}


def main() -> None:
    arrays: dict[str, np.ndarray] = {}
    for number, name in enumerate(("lstm", "gru", "cell", "words")):
        torch.manual_seed(number)
        arrays |= {f"{name}/{key}": rows.detach().numpy() for key, rows in case(name).items()}
    np.savez_compressed(Path(__file__).parent / "look_calls_torch.npz", **arrays)


if __name__ == "__main__":
    main()
