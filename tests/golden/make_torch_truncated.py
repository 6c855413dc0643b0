"""Write golden values of truncated backpropagation for `tests/engine/test_golden_truncated.py`, as PyTorch computes it.

    pip install torch==2.13.0 numpy
    python tests/golden/make_torch_truncated.py

Made with Python 3.11.7, torch 2.13.0 (CPU), numpy 2.4.6, float64 throughout. One .npz, nothing pickled; the keys are
"<case>/<name>", names are PyTorch's own, a gradient's is that of its array behind a "d", and arrays are time first.
The loss of every case is the squared error of V y_t + d at each step that a sequence has. The weights are those of the
beginning in every piece, and the gradients of all pieces are summed.

    pieces  the usual loop over pieces of K steps: the module reads a piece from the state in which it left the one
            before, detached. T is no multiple of K, so the last piece is shorter. One layer, T = 60 and K = 7, whose
            full gradient is kept too (dfull_<name>); two layers; two layers, sequences of different lengths
    reach   two layers, updates every 3 steps, each in a run of its own from a detached state 2 steps before
    both    two layers that read both ways, pieces of 4 steps. Each layer reads a piece between detached states of a run
            over the whole sequence: in front of the piece, and behind it for the direction that reads from the end
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
D, H, K = 2, 3, 2
MODULES = {"tanh": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}

State = tuple[torch.Tensor, ...]


class Case:
    """A module with random weights, something to read and a loss."""

    def __init__(self, seed: list[int], model: str, T: int, B: int, layers: int, both: bool = False) -> None:
        rng = np.random.default_rng(seed)
        self.model, self.T, self.B = model, T, B
        self.lengths = torch.full((B,), T)
        ways = 1 + both
        self.modules = [  # one for each layer, so that states between them can be seen
            MODULES[model](D if layer == 0 else H * ways, H, bidirectional=both) for layer in range(layers)
        ]
        self.leaves: dict[str, torch.Tensor] = {}
        for layer, module in enumerate(self.modules):
            for name, parameter in module.named_parameters():
                parameter.data = torch.from_numpy(0.7 * rng.standard_normal(tuple(parameter.shape)))
                self.leaves[name.replace("_l0", f"_l{layer}")] = parameter
        for name, shape in (("V", (K, H * ways)), ("d", (K,))):
            self.leaves[name] = torch.from_numpy(rng.standard_normal(shape)).requires_grad_()
        self.x = torch.from_numpy(rng.standard_normal((T, B, D)))
        self.targets = torch.from_numpy(rng.standard_normal((T, B, K)))

    def zeros(self, ways: int = 1) -> State:
        return tuple(torch.zeros(ways, self.B, H) for _ in range(1 + (self.model == "lstm")))

    def read(self, module: torch.nn.Module, x: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        outputs, after = module(x, state if len(state) > 1 else state[0])
        return outputs, after if isinstance(after, tuple) else (after,)

    def loss(self, outputs: torch.Tensor, first: int) -> torch.Tensor:
        """Of outputs at the steps first+1, first+2 and so on."""
        steps = torch.arange(first, first + len(outputs))
        error = outputs @ self.leaves["V"].T + self.leaves["d"] - self.targets[steps]
        return 0.5 * (error.square() * (steps[:, None] < self.lengths)[:, :, None]).sum()

    def arrays(self, prefix: str = "d") -> dict[str, np.ndarray]:
        values = {"x": self.x, "targets": self.targets, "lengths": self.lengths, **self.leaves}
        gradients = {f"{prefix}{name}": leaf.grad.numpy().copy() for name, leaf in self.leaves.items()}
        for leaf in self.leaves.values():
            leaf.grad = None
        return {name: value.detach().numpy() for name, value in values.items()} | gradients

    def pieces(self, k1: int, k2: int) -> None:
        """Updates every k1 steps that reach back k2 (or k1) steps."""
        states = [[self.zeros()] for _ in self.modules]  # of each layer at every step, detached
        for t in range(self.T):
            x = self.x[t : t + 1]
            for module, known in zip(self.modules, states, strict=True):
                x, after = self.read(module, x.detach(), known[-1])
                known.append(tuple(part.detach() for part in after))
        for new in range(0, self.T, k1):
            start = max(0, new - (k2 - k1))
            outputs = self.x[start : new + k1]
            for module, known in zip(self.modules, states, strict=True):
                outputs, _ = self.read(module, outputs, known[start])
            self.loss(outputs[new - start :], new).backward()

    def detached_loop(self, k: int) -> None:
        """The loop as it is usually written."""
        states = [self.zeros() for _ in self.modules]
        for start in range(0, self.T, k):
            outputs = self.x[start : start + k]
            for layer, module in enumerate(self.modules):
                outputs, states[layer] = self.read(module, outputs, states[layer])
            self.loss(outputs, start).backward()
            states = [tuple(part.detach() for part in state) for state in states]

    def both_ways(self, k: int) -> None:
        """Pieces of k steps between the states of a run over the whole sequence."""
        known = []
        whole = self.x
        for module in self.modules:
            front, behind = [self.zeros(2)], [self.zeros(2)]
            for t in range(self.T):  # the other direction's half of these states is not looked at
                front.append(self.read(module, whole[t : t + 1], front[-1])[1])
                behind.append(self.read(module, whole[self.T - 1 - t : self.T - t], behind[-1])[1])
            known.append((front, behind[::-1]))
            whole, _ = self.read(module, whole, self.zeros(2))
        for start in range(0, self.T, k):
            stop = min(start + k, self.T)
            outputs = self.x[start:stop]
            for module, (front, behind) in zip(self.modules, known, strict=True):
                pairs = zip(front[start], behind[stop], strict=True)
                outputs, _ = self.read(module, outputs, tuple(torch.stack([f[0], b[1]]).detach() for f, b in pairs))
            self.loss(outputs, start).backward()


def main() -> None:
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    found: dict[str, np.ndarray] = {}
    for number, model in enumerate(MODULES):
        cases: dict[str, dict[str, np.ndarray]] = {}
        if model != "lstm":
            one = Case([29, number, 0], model, T=60, B=1, layers=1)
            one.detached_loop(60)
            full = one.arrays("dfull_")
            one.detached_loop(7)
            cases["one layer"] = full | one.arrays()
        two = Case([29, number, 1], model, T=10, B=2, layers=2)
        two.detached_loop(4)
        cases["two layers"] = two.arrays()
        padded = Case([29, number, 2], model, T=10, B=3, layers=2)
        padded.lengths = torch.tensor([5, 10, 3])
        padded.detached_loop(4)
        cases["lengths"] = padded.arrays()
        reach = Case([29, number, 3], model, T=10, B=2, layers=2)
        reach.pieces(3, 5)
        cases["reach"] = reach.arrays()
        both = Case([29, number, 4], model, T=10, B=2, layers=2, both=True)
        both.both_ways(4)
        cases["both"] = both.arrays()
        found |= {f"{model} {case}/{name}": value for case, named in cases.items() for name, value in named.items()}
    np.savez_compressed(HERE / "truncated_torch.npz", **found)


if __name__ == "__main__":
    main()
