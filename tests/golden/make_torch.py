"""Write the golden values of `tests/engine/test_golden.py`: states, gates and gradients as PyTorch computes them.

    pip install torch==2.13.0 numpy
    python tests/golden/make_torch.py

Made with Python 3.11.7, torch 2.13.0 (CPU), numpy 2.4.6, float64 throughout. Another release of torch draws the same
weights (they come from numpy) and agrees to rounding, not to the bit. One .npz per model, none of it pickled; the keys
are "<case>/<name>" and arrays are time first, as the engine's.

States come from torch.nn.RNN, LSTM and GRU; gradients from the loop over their cells, which is the only way to hold on
to each h_t and c_t (`retain_grad`); gates are written out in torch operations. The script insists that all agree.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
MODELS = ("tanh", "relu", "lstm", "gru")
SHAPES = ((1, 1, 1, 1), (4, 1, 2, 3), (7, 3, 2, 4), (12, 2, 5, 3))  # T, B, D, H
OUTPUTS = 3  # K


def module_and_cell(model: str, D: int, H: int) -> tuple[torch.nn.Module, torch.nn.Module]:
    if model == "lstm":
        return torch.nn.LSTM(D, H), torch.nn.LSTMCell(D, H)
    if model == "gru":
        return torch.nn.GRU(D, H), torch.nn.GRUCell(D, H)
    return torch.nn.RNN(D, H, nonlinearity=model), torch.nn.RNNCell(D, H, nonlinearity=model)


def gates_by_hand(model: str, weights: dict[str, torch.Tensor], x: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
    """Activated gates of one step in torch's own order, (B, G*H)."""
    U, W = weights["weight_ih"], weights["weight_hh"]
    from_x, from_h = x @ U.T + weights["bias_ih"], h @ W.T + weights["bias_hh"]
    if model == "lstm":
        i, f, g, o = (from_x + from_h).chunk(4, dim=1)
        return torch.cat([i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()], dim=1)
    if model == "gru":
        (xr, xz, xn), (hr, hz, hn) = from_x.chunk(3, dim=1), from_h.chunk(3, dim=1)
        r, z = (xr + hr).sigmoid(), (xz + hz).sigmoid()
        return torch.cat([r, z, (xn + r * hn).tanh()], dim=1)
    return (from_x + from_h).tanh() if model == "tanh" else (from_x + from_h).relu()


def merged(model: str, bias_ih: torch.Tensor, bias_hh: torch.Tensor, H: int) -> dict[str, torch.Tensor]:
    """The two biases as one; the GRU's candidate keeps the recurrent one apart, because r multiplies it."""
    if model != "gru":
        return {"b": bias_ih + bias_hh}
    inside = bias_hh.clone()
    inside[2 * H :] = 0.0
    return {"b": bias_ih + inside, "recurrent_bias": bias_hh[2 * H :].clone()}


def case(model: str, T: int, B: int, D: int, H: int, loss: str, rng: np.random.Generator) -> dict[str, np.ndarray]:
    module, cell = module_and_cell(model, D, H)
    weights = {}
    for name, parameter in cell.named_parameters():
        parameter.data = torch.from_numpy(0.8 * rng.standard_normal(tuple(parameter.shape)))
        getattr(module, f"{name}_l0").data = parameter.data.clone()
        weights[name] = parameter
    x = torch.from_numpy(rng.standard_normal((T, B, D))).requires_grad_()
    h0 = torch.from_numpy(rng.standard_normal((B, H))).requires_grad_()
    c0 = torch.from_numpy(rng.standard_normal((B, H))).requires_grad_()
    V = torch.from_numpy(rng.standard_normal((OUTPUTS, H))).requires_grad_()
    d = torch.from_numpy(rng.standard_normal(OUTPUTS)).requires_grad_()
    classes = torch.from_numpy(rng.integers(0, OUTPUTS, (T, B)))
    target = torch.from_numpy(rng.standard_normal((1, B, OUTPUTS)))

    hs, cs, gates = [h0], [c0], []
    for t in range(T):
        gates.append(gates_by_hand(model, weights, x[t], hs[-1]))
        if model == "lstm":
            h, c = cell(x[t], (hs[-1], cs[-1]))
            c.retain_grad()
            cs.append(c)
        else:
            h = cell(x[t], hs[-1])
        h.retain_grad()
        hs.append(h)
    if loss == "cross_entropy_every":
        logits = torch.stack(hs[1:]) @ V.T + d
        total = torch.nn.functional.cross_entropy(logits.flatten(0, 1), classes.flatten(), reduction="sum")
    else:
        total = 0.5 * torch.nn.functional.mse_loss(hs[-1] @ V.T + d, target[0], reduction="sum")
    total.backward()

    with torch.no_grad():
        start = (h0[None], c0[None]) if model == "lstm" else h0[None]
        fused = module(x, start)[0]
        torch.testing.assert_close(fused, torch.stack(hs[1:]), rtol=1e-13, atol=1e-14)
        if model in ("tanh", "relu"):
            torch.testing.assert_close(torch.stack(gates), fused, rtol=1e-13, atol=1e-14)

    arrays = {
        "x": x,
        "h0": h0,
        "U": weights["weight_ih"],
        "W": weights["weight_hh"],
        **merged(model, weights["bias_ih"].detach(), weights["bias_hh"].detach(), H),
        "V": V,
        "d": d,
        "classes": classes,
        "target": target,
        "h": torch.cat([h0[None], fused]),
        "gates": torch.stack(gates),
        "loss": total,
        "dh": torch.stack([h.grad for h in hs]),
        "dx": x.grad,
        "dU": weights["weight_ih"].grad,
        "dW": weights["weight_hh"].grad,
        "db": weights["bias_ih"].grad,
        "dV": V.grad,
        "dd": d.grad,
    }
    if model == "lstm":
        arrays |= {"c0": c0, "c": torch.stack(cs), "dc": torch.stack([c.grad for c in cs])}
    if model == "gru":
        arrays["drecurrent_bias"] = weights["bias_hh"].grad[2 * H :]
    return {name: value.detach().numpy() for name, value in arrays.items()}


def main() -> None:
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    for number, model in enumerate(MODELS):
        rng = np.random.default_rng([7, number])
        arrays = {
            f"T{T} B{B} D{D} H{H} {loss}/{name}": value
            for T, B, D, H in SHAPES
            for loss in ("cross_entropy_every", "squared_error_last")
            for name, value in case(model, T, B, D, H, loss, rng).items()
        }
        np.savez_compressed(HERE / f"torch_{model}.npz", **arrays)


if __name__ == "__main__":
    main()
