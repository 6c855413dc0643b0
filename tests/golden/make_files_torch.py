"""Write small files of PyTorch and safetensors for `tests/engine/files`, with what the modules compute.

    pip install torch==2.13.0 safetensors==0.8.0 onnx==1.23.2 onnxscript==0.7.2 numpy
    python tests/golden/make_files_torch.py

Made with Python 3.11.7, torch 2.13.0 (CPU), numpy 2.4.6. Weights are drawn from numpy, different in every gate, no bias
zero, so that gates, biases and directions cannot be confused unseen. Beside each file stands outputs_torch.npz with, by
"<file>/<name>", what went in (x, or symbols) and what came out (y, time first; heads by their names).

    language.pt         a state dict in a zip archive, float32, behind DataParallel: embedding, an LSTM of two layers in
                        both directions, and two heads
    checkpoint.ckpt     a whole checkpoint as Lightning writes it: a GRU of two layers, float64, an optimiser that has
                        made a step, hyperparameters and the vocabulary beside it
    legacy.pth          the form before zip archives: an RNN in both directions, float64
    half.safetensors    a GRU in float16      brain.safetensors   the same in bfloat16, with its exact values beside it
    double.safetensors  an LSTM without biases in float64
    cells.pt            two GRUCells, the second on the first, float32, within a dict
    projected.pt        an LSTM with proj_size, which cannot be run yet, on an LSTM that can
    exported.onnx       an LSTM in both directions with embedding and head, by the exporter of torch.export
"""

from __future__ import annotations

import argparse
import warnings
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

FILES = Path(__file__).parent / "files"
T, B, D, H, K, V = 5, 3, 2, 3, 2, 6

OUTPUTS: dict[str, np.ndarray] = {}


def drawn(module: torch.nn.Module, seed: int, dtype: torch.dtype = torch.float64) -> torch.nn.Module:
    """The module with random weights, none of them zero."""
    rng = np.random.default_rng([99, seed])
    module = module.to(dtype)
    for parameter in module.parameters():
        parameter.data = torch.from_numpy(0.7 * rng.standard_normal(tuple(parameter.shape))).to(dtype)
    return module.eval()


def numbers(seed: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng([98, seed]).standard_normal((T, B, D))).to(dtype)


def kept(file: str, **named: torch.Tensor) -> None:
    """Inputs and outputs, as float64 where they are numbers."""
    for name, tensor in named.items():
        value = tensor.detach()
        OUTPUTS[f"{file}/{name}"] = (value.double() if value.is_floating_point() else value).numpy()


class Language(torch.nn.Module):
    """Two heads on two layers in both directions."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(V, D)
        self.rnn = torch.nn.LSTM(D, H, num_layers=2, bidirectional=True)
        self.tagger = torch.nn.Linear(2 * H, K)
        self.value = torch.nn.Linear(2 * H, 1)


def language() -> None:
    model = drawn(Language(), 0, torch.float32)
    symbols = torch.from_numpy(np.random.default_rng(97).integers(0, V, (T, B)))
    y, (h, c) = model.rnn(model.embedding(symbols))
    kept("language.pt", symbols=symbols, y=y, h=h, c=c, tagger=model.tagger(y), value=model.value(y))
    torch.save(torch.nn.DataParallel(model).state_dict(), FILES / "language.pt")


def checkpoint() -> None:
    """What a checkpoint of Lightning holds, and an optimiser that has made a step."""
    model = torch.nn.ModuleDict({"rnn": torch.nn.GRU(D, H, num_layers=2), "fc": torch.nn.Linear(H, K)})
    model = drawn(model, 1)
    optimiser = torch.optim.Adam(model.parameters())
    model["fc"](model["rnn"](numbers(1))[0]).sum().backward()
    optimiser.step()
    y, h = model["rnn"](numbers(1))
    kept("checkpoint.ckpt", x=numbers(1), y=y, h=h, fc=model["fc"](y))
    held = {
        "epoch": 3,
        "global_step": 1,
        "pytorch-lightning_version": "2.5.0",
        "state_dict": OrderedDict((f"model.{name}", tensor) for name, tensor in model.state_dict().items()),
        "optimizer_states": [optimiser.state_dict()],
        "lr_schedulers": [],
        "hyper_parameters": argparse.Namespace(hidden_size=H, best=np.float64(0.5)),
        "vocab": {"<pad>": 0, "a": 1},
        "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(0.25), "dirpath": Path("/somewhere")}},
    }
    torch.save(held, FILES / "checkpoint.ckpt")


def legacy() -> None:
    model = drawn(torch.nn.RNN(D, H, nonlinearity="tanh", bidirectional=True), 2)
    y, h = model(numbers(2))
    kept("legacy.pth", x=numbers(2), y=y, h=h)
    torch.save(model.state_dict(), FILES / "legacy.pth", _use_new_zipfile_serialization=False)


def safetensors() -> None:
    for name, dtype, model in (
        ("half", torch.float16, torch.nn.GRU(D, H)),
        ("brain", torch.bfloat16, torch.nn.GRU(D, H)),
        ("double", torch.float64, torch.nn.LSTM(D, H, bias=False)),
    ):
        saved = drawn(model, 3, dtype)
        save_file({f"encoder.{key}": value for key, value in saved.state_dict().items()}, FILES / f"{name}.safetensors")
        exact = saved.double()  # the very numbers of the file, in float64
        y, _ = exact(numbers(3))
        kept(f"{name}.safetensors", x=numbers(3), y=y, **exact.state_dict())


def cells() -> None:
    stack = torch.nn.ModuleList([torch.nn.GRUCell(D, H), torch.nn.GRUCell(H, H)])
    stack = drawn(stack, 4, torch.float32)
    x = numbers(4, torch.float32)
    h, out = [torch.zeros(B, H), torch.zeros(B, H)], []
    for step in x:
        h[0] = stack[0](step, h[0])
        h[1] = stack[1](h[0], h[1])
        out.append(h[1])
    kept("cells.pt", x=x, y=torch.stack(out))
    torch.save({"net": {f"cells.{name}": tensor for name, tensor in stack.state_dict().items()}}, FILES / "cells.pt")


def projected() -> None:
    model = torch.nn.ModuleDict({"below": torch.nn.LSTM(D, H), "above": torch.nn.LSTM(H, 4, proj_size=2)})
    model = drawn(model, 5)
    y, _ = model["below"](numbers(5))
    kept("projected.pt", x=numbers(5), y=y)
    torch.save(model.state_dict(), FILES / "projected.pt")


class Exported(torch.nn.Module):
    """Batch first, as most models are."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(V, D)
        self.rnn = torch.nn.LSTM(D, H, bidirectional=True, batch_first=True)
        self.fc = torch.nn.Linear(2 * H, K)

    def forward(self, symbols: torch.Tensor) -> torch.Tensor:
        return self.fc(self.rnn(self.embedding(symbols))[0])


def exported() -> None:
    model = drawn(Exported(), 6, torch.float32)
    symbols = torch.from_numpy(np.random.default_rng(96).integers(0, V, (B, T)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(model, (symbols,), dynamo=True, verbose=False)
    for node in program.model.graph:
        node.metadata_props.clear()  # stack traces, with the paths of the machine
    program.model.metadata_props.clear()
    program.save(FILES / "exported.onnx", external_data=False)
    y, _ = model.rnn(model.embedding(symbols))
    kept("exported.onnx", symbols=symbols.T, y=y.transpose(0, 1), head=model(symbols).transpose(0, 1))


def main() -> None:
    torch.set_num_threads(1)
    FILES.mkdir(exist_ok=True)
    for write in (language, checkpoint, legacy, safetensors, cells, projected, exported):
        write()
    np.savez_compressed(FILES / "outputs_torch.npz", **OUTPUTS)


if __name__ == "__main__":
    main()
