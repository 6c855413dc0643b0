"""Write the golden values of `test_golden_optimisers.py` in tests/engine/training: weights as PyTorch changes them.

    pip install torch==2.13.0 numpy
    python tests/golden/make_torch_optimisers.py

Made with Python 3.11.7, torch 2.13.0 (CPU), numpy 2.4.6, float64 throughout. Each optimiser changes a torch.nn.RNN,
LSTM or GRU and its linear readout ten times, on one batch whose mean squared error at the last step is the loss; kept
are the weights before, after one and after ten updates, on a first axis of three. "one" has a single bias, as the
engine: b_hh stays at zero, but for the part of a GRU's candidate, which the reset gate multiplies. "two" has both
biases that PyTorch gives a layer.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
T, B, D, H, K = 6, 3, 2, 4, 1
MODULES = {"tanh": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
RATES = {"sgd": 0.1, "momentum": 0.05, "nesterov": 0.05, "rmsprop": 0.01, "adagrad": 0.05, "adam": 0.01, "adamw": 0.01}


def optimiser(name: str, weights: list[torch.nn.Parameter]) -> torch.optim.Optimizer:
    rate = RATES[name]
    if name in ("sgd", "momentum", "nesterov"):
        momentum = 0.0 if name == "sgd" else 0.9
        return torch.optim.SGD(weights, lr=rate, momentum=momentum, nesterov=name == "nesterov")
    kinds = {
        "rmsprop": torch.optim.RMSprop,
        "adagrad": torch.optim.Adagrad,
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
    }
    return kinds[name](weights, lr=rate)


def case(name: str, model: str, two: bool, rng: np.random.Generator) -> dict[str, np.ndarray]:
    module, readout = MODULES[model](D, H), torch.nn.Linear(H, K)
    named = {key.removesuffix("_l0"): value for key, value in module.named_parameters()}
    named |= {"V": readout.weight, "d": readout.bias}
    for weights in named.values():
        weights.data = torch.from_numpy(0.5 * rng.standard_normal(tuple(weights.shape)))
    x, y = (torch.from_numpy(rng.standard_normal(shape)) for shape in ((T, B, D), (B, K)))
    mask = torch.ones_like(named["bias_hh"])
    if not two:
        mask[: 2 * H if model == "gru" else None] = 0.0
        named["bias_hh"].data *= mask
    arrays = {"x": x.numpy(), "y": y.numpy()[None], "rate": np.array(RATES[name])}
    chosen = optimiser(name, list(named.values()))
    kept = [{key: value.detach().numpy().copy() for key, value in named.items()}]
    for update in range(1, 11):
        chosen.zero_grad()
        torch.nn.functional.mse_loss(readout(module(x)[0][-1]), y).backward()
        named["bias_hh"].grad *= mask
        chosen.step()
        if update in (1, 10):
            kept.append({key: value.detach().numpy().copy() for key, value in named.items()})
    return arrays | {key: np.stack([weights[key] for weights in kept]) for key in named}


def main() -> None:
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    found = {
        f"{name} {model} {'two' if two else 'one'}/{key}": value
        for number, name in enumerate(RATES)
        for other, model in enumerate(MODULES)
        for two in (False, True)
        for key, value in case(name, model, two, np.random.default_rng([41, number, other, two])).items()
    }
    np.savez_compressed(HERE / "optimisers_torch.npz", **found)


if __name__ == "__main__":
    main()
