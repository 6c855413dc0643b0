"""Make the network that can be tried without one of one's own, and what PyTorch computes with it.

    python -m tests.golden.make_sample train      static/sample.safetensors
    pip install torch==2.13.0 safetensors==0.8.0 numpy
    python tests/golden/make_sample.py outputs    static/sample_outputs.npz

The first is an LSTM of 24 units that has learned whether a review is kind, by our own training, in some ten seconds.
The second is what it says of the reviews in static/sample.txt, one a line: made without the engine, with Python
3.11.7, torch 2.13.0 (CPU), numpy 2.4.6, in float64. Padded with zeros behind a review's end: outputs (T, B, 24), kind
(T, B, 1), the probability that it is, and last states h_n and c_n (1, B, 24).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

STATIC = Path(__file__).parent.parent.parent / "static"
NETWORK, REVIEWS, OUTPUTS = (STATIC / name for name in ("sample.safetensors", "sample.txt", "sample_outputs.npz"))
UPDATES = 500


def train() -> None:
    """Let it learn, and write what it has become."""
    from engine.training.run import Run
    from engine.training.save import save
    from engine.training.training import Training

    run = Run(Training(task="sentiment", length=30, cell="lstm", hidden=24, rate=0.01, batch=32, seed=1))
    run.extend(UPDATES)
    NETWORK.write_bytes(save(run, UPDATES))
    print(f"{run.evaluations()[-1].accuracy:.1%} of reviews that were held out are told right")


def outputs() -> None:
    """Run the file's arrays in torch.nn.LSTM, and write what comes out."""
    import torch
    from safetensors import safe_open
    from safetensors.numpy import load_file

    with safe_open(NETWORK, "numpy") as file:
        symbols = json.loads(file.metadata()["unrolled"])["inputs"]
    arrays = {name: torch.from_numpy(rows) for name, rows in load_file(NETWORK).items()}
    hidden = arrays["network.0.W"].shape[1]
    lstm = torch.nn.LSTM(len(symbols), hidden).double()
    bias = arrays["network.0.b"]
    lstm.load_state_dict(
        {
            "weight_ih_l0": arrays["network.0.U"],
            "weight_hh_l0": arrays["network.0.W"],
            "bias_ih_l0": bias,
            "bias_hh_l0": torch.zeros_like(bias),
        }
    )
    reviews = [
        torch.nn.functional.one_hot(torch.tensor([symbols.index(word) for word in line.split()]), len(symbols)).double()
        for line in REVIEWS.read_text(encoding="utf-8").splitlines()
    ]
    with torch.no_grad():
        packed = torch.nn.utils.rnn.pack_sequence(reviews, enforce_sorted=False)
        out, (h_n, c_n) = lstm(packed)
        padded, lengths = torch.nn.utils.rnn.pad_packed_sequence(out)
        kind = torch.sigmoid(padded @ arrays["readout.V"].T + arrays["readout.d"])
        kind *= (torch.arange(len(padded))[:, None] < lengths)[..., None]
    np.savez_compressed(OUTPUTS, outputs=padded.numpy(), kind=kind.numpy(), h_n=h_n.numpy(), c_n=c_n.numpy())


if __name__ == "__main__":
    {"train": train, "outputs": outputs}[sys.argv[1]]()
