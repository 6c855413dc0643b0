"""Networks among named tensors: whatever the prefix, and what a file cannot say is asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.files import FileError, NetworkFile, from_state_dict, read_network
from engine.files.network_file import NONE
from tests.engine.files.golden_files import Array
from tests.engine.files.made import layer, npz, safetensors, state_dict, tensor, text, torch_zip

Dict = dict[str, Array]


def why(file: NetworkFile) -> dict[str, str]:
    return {left.name: left.why for left in file.left}


def question(file: NetworkFile, key: str) -> Any:
    return next((one for one in file.questions if one.key == key), None)


def cells(file: NetworkFile) -> list[str]:
    assert file.network is not None
    return [one.cell.name for one in file.network.layers]


@pytest.mark.parametrize("prefix", ["", "module.", "model.rnn.", "state_dict.model.encoder.lstm.", "_orig_mod.net.0."])
@pytest.mark.parametrize(("gates", "cell"), [(1, "tanh"), (3, "gru"), (4, "lstm")])
def test_layers_are_found_in_any_prefix(rng: np.random.Generator, prefix: str, gates: int, cell: str) -> None:
    arrays: Dict = {}
    for number, inputs in enumerate((2, 6)):
        for behind in (f"_l{number}", f"_l{number}_reverse"):
            arrays |= layer(rng, gates, inputs, 3, prefix, behind)
    file = from_state_dict(arrays)
    assert cells(file) == [cell, cell] and [one.inputs for one in file.layers] == [2, 6] and not file.left
    assert file.network is not None and file.network.layers[1].reverse is not None
    np.testing.assert_array_equal(file.network.layers[1].reverse.U, arrays[f"{prefix}weight_ih_l1_reverse"])


def test_every_format_holds_the_same_network(rng: np.random.Generator) -> None:
    arrays = layer(rng, 3, 2, 3)
    flat = b"".join(rows.astype("<f4").tobytes() for rows in arrays.values())
    parts, at = {}, 0
    for name, rows in arrays.items():
        stride = (rows.shape[1], 1) if rows.ndim == 2 else (1,)
        parts[name] = tensor(rows.shape, stride, len(flat) // 4, offset=at)
        at += rows.size
    expected = from_state_dict({name: rows.astype(np.float32) for name, rows in arrays.items()}).network
    assert expected is not None
    for data in (
        safetensors({name: rows.astype(np.float32) for name, rows in arrays.items()}),
        npz(**{name: np.asfortranarray(rows.astype(">f4")) for name, rows in arrays.items()}),
        torch_zip(state_dict(**parts), _0=flat),
    ):
        network = read_network(data).network
        assert network is not None
        for name, rows in network.layers[0].parameters.named().items():
            np.testing.assert_array_equal(rows, expected.layers[0].parameters.named()[name])


def test_each_block_is_the_gate_that_it_is_said_to_be(rng: np.random.Generator) -> None:
    """Of PyTorch's and Keras' tensors the rows of a gate are those of the network's."""
    for gates, order in ((4, "input forget candidate output"), (3, "reset update candidate")):
        arrays = layer(rng, gates, 2, 3)
        file = from_state_dict(arrays)
        for used in file.used[:2]:
            assert [block.gate for block in used.blocks] == order.split()
    H = 3
    arrays = {"a/kernel": rng.standard_normal((2, 3 * H)), "a/recurrent_kernel": rng.standard_normal((H, 3 * H))}
    file = from_state_dict(arrays | {"a/bias": rng.standard_normal((2, 3 * H))})
    assert file.network is not None and cells(file) == ["gru"]
    p = file.network.layers[0].parameters
    for used, rows in zip(file.used, (p.U, p.W), strict=False):
        for block in used.blocks:
            ours = rows[CELLS["gru"].rows(block.gate, H)]
            np.testing.assert_array_equal(arrays[used.name][:, block.start : block.stop].T, ours)
    assert [block.gate for block in file.used[0].blocks] == ["update", "reset", "candidate"]


def test_the_activation_of_a_bare_rnn_is_asked(rng: np.random.Generator) -> None:
    file = from_state_dict(layer(rng, 1, 2, 3))
    asked = question(file, "cell")
    assert (asked.answer, list(asked.choices)) == ("tanh", ["tanh", "relu"]) and "activation" in asked.asks
    assert cells(file.answered(cell="relu")) == ["relu"]
    with pytest.raises(ValueError, match="no answer to cell"):
        file.answered(cell="lstm")
    with pytest.raises(ValueError, match="leaves no question 'head'"):
        file.answered(head="fc")


def test_each_module_has_a_cell_of_its_own(rng: np.random.Generator) -> None:
    shapes = {"kernel": (3, 3), "recurrent_kernel": (3, 3), "bias": (3,)}
    arrays = {f"simple_rnn{k}/{name}": rng.standard_normal(shape) for k in ("", "_1") for name, shape in shapes.items()}
    file = from_state_dict(arrays)
    assert [one.key for one in file.questions] == ["part", "cell", "cell_2"]
    assert cells(file.answered(cell="relu", cell_2="identity")) == ["relu", "identity"]
    stack = {name: rows for k in (0, 1) for name, rows in layer(rng, 1, 3, 3, "rnn.", f"_l{k}").items()}
    assert [one.key for one in from_state_dict(stack).questions] == ["cell"]


def test_a_keras_gru_without_biases_may_reset_before_or_after(rng: np.random.Generator) -> None:
    arrays = {"gru/kernel": rng.standard_normal((2, 9)), "gru/recurrent_kernel": rng.standard_normal((3, 9))}
    file = from_state_dict(arrays)
    assert list(question(file, "cell").choices) == ["gru", "gru_before"]
    assert cells(file.answered(cell="gru_before")) == ["gru_before"]
    assert cells(from_state_dict(arrays | {"gru/bias": np.ones(9)})) == ["gru_before"]


def test_which_head_is_asked_and_none_of_them_is_lost(rng: np.random.Generator) -> None:
    heads = {name: rng.standard_normal((4, 3)) for name in ("value.weight", "fc_out.weight")}
    file = from_state_dict(layer(rng, 4, 2, 3, "lstm.") | heads | {"fc_out.bias": np.arange(4.0)})
    asked = question(file, "head")
    assert list(asked.choices) == ["fc_out", "value", NONE] and asked.answer == "fc_out"
    assert any("Perhaps a head of 4 outputs, value" in one for one in file.sentences)
    without = file.answered(head=NONE)
    assert without.head is None and len(without.heads) == 2
    assert file.head is not None and file.head.readout.d.tolist() == [0.0, 1.0, 2.0, 3.0]
    chosen = file.answered(head="value").head
    assert chosen is not None and not chosen.readout.d.any()
    np.testing.assert_array_equal(chosen.readout.V, heads["value.weight"])


def test_encoder_and_decoder_are_two_networks_with_their_own_embeddings(rng: np.random.Generator) -> None:
    arrays = {
        "encoder.embedding.weight": rng.standard_normal((9, 3)),
        "decoder.embedding.weight": rng.standard_normal((8, 3)),
    }
    for part in ("encoder", "decoder"):
        arrays |= layer(rng, 4, 3, 3, f"{part}.rnn.")
    file = from_state_dict(arrays | {"decoder.out.weight": rng.standard_normal((8, 3))})
    assert list(question(file, "part").choices) == ["encoder.rnn", "decoder.rnn"]
    for part, size in (("encoder", 9), ("decoder", 8)):
        network = file.answered(part=f"{part}.rnn").network
        assert network is not None and network.embedding is not None and network.embedding.shape == (size, 3)
    heads = question(file, "head")
    assert (list(heads.choices), heads.answer, file.head) == (["decoder.out", NONE], NONE, None)
    assert any("Perhaps a head of 8 outputs, decoder.out" in one for one in file.sentences)
    decoder = file.answered(part="decoder.rnn").head
    assert decoder is not None and decoder.name == "decoder.out"
    without = file.answered(embedding=NONE).network
    assert without is not None and without.embedding is None
    assert "of another network of the file" in why(file)["decoder.rnn.weight_ih_l0"]


def test_what_is_not_run_is_named_with_its_reason(rng: np.random.Generator) -> None:
    others = {
        "conv.weight": np.ones((4, 1, 5)),
        "bn.running_mean": np.ones(4),
        "attention.q_proj.weight": np.ones((3, 3)),
        "fc2.weight": np.ones((2, 7)),
        "fc2.bias": np.ones(2),
        "steps": np.array([3]),
        "optimizer.state.0.exp_avg": np.ones((9, 2)),
    }
    file = from_state_dict(layer(rng, 3, 2, 3, "rnn.") | others)
    assert file.network is not None and set(why(file)) == set(others)
    for name, words in {
        "conv.weight": "convolution",
        "bn.running_mean": "normalisation",
        "attention.q_proj.weight": "attention",
        "fc2.weight": "before or behind it",
        "fc2.bias": "biases of a layer that is not run",
        "steps": "holds int64",
        "optimizer.state.0.exp_avg": "optimiser",
    }.items():
        assert words in why(file)[name]


def test_a_projection_and_a_cell_of_ones_own_are_named_and_nothing_is_pretended(rng: np.random.Generator) -> None:
    arrays = layer(rng, 4, 2, 4, "lstm.")
    arrays["lstm.weight_hh_l0"] = rng.standard_normal((16, 2))
    arrays["lstm.weight_hr_l0"] = rng.standard_normal((2, 4))
    file = from_state_dict(arrays)
    assert file.network is None and file.head is None and file.layers[0].size == 4
    assert all("proj_size" in reason for reason in why(file).values()) and len(why(file)) == 5
    file = from_state_dict(layer(rng, 2, 2, 3, "mgu."))
    assert file.network is None and "2 gates of 3 units, a cell that PyTorch has not" in why(file)["mgu.weight_ih_l0"]


def test_weights_that_are_computed_anew_at_each_run_are_named(rng: np.random.Generator) -> None:
    arrays = layer(rng, 4, 2, 3, "rnn.")
    arrays["rnn.weight_hh_l0_raw"] = arrays.pop("rnn.weight_hh_l0")
    with pytest.raises(FileError, match="weight_hh_l0_raw is no weight_hh itself"):
        from_state_dict(arrays)


def test_a_file_without_recurrent_layers_says_what_it_has() -> None:
    with pytest.raises(FileError, match=r"none of its tensors belongs to a recurrent layer: conv.weight \(4, 1, 5\)"):
        from_state_dict({"conv.weight": np.ones((4, 1, 5))})


def test_a_vocabulary_of_the_checkpoint_names_the_rows_of_the_embedding(rng: np.random.Generator) -> None:
    words = b"}(" + b"".join(text(word) + b"K" + bytes([k]) for k, word in enumerate(("<pad>", "a", "b", "c"))) + b"u"
    tensors = {"weight_ih_l0": ((9, 2), 0), "weight_hh_l0": ((9, 3), 18), "emb.weight": ((4, 2), 45)}
    opcodes = b"".join(text(name) + tensor(s, (s[1], 1), 53, offset=at) for name, (s, at) in tensors.items())
    file = read_network(torch_zip(b"\x80\x02}(" + text("stoi") + words + opcodes + b"u.", _0=bytes(212)))
    assert file.symbols == ("<pad>", "a", "b", "c")


def test_weights_of_a_keras_model_without_names_are_told_by_their_places(rng: np.random.Generator) -> None:
    """numpy.savez(path, *model.get_weights()): an embedding, a layer in both directions, a GRU, a dense layer."""
    both = [(2, 12), (3, 12), (12,)] * 2
    arrays = [rng.standard_normal(shape) for shape in [(9, 2), *both, (6, 12), (4, 12), (2, 12), (4, 5), (5,)]]
    file = read_network(npz(**{f"arr_{k}": rows for k, rows in enumerate(arrays)}))
    assert cells(file) == ["lstm", "gru"] and file.network is not None and file.network.embedding is not None
    reverse, head = file.network.layers[0].reverse, file.head
    assert reverse is not None and head is not None and not file.left
    np.testing.assert_array_equal(reverse.U, arrays[4].T)
    np.testing.assert_array_equal(head.readout.V, arrays[10].T)
    stacked = [rng.standard_normal(shape) for shape in [(2, 12), (3, 12), (12,), (3, 12), (3, 12), (12,)]]
    file = read_network(npz(**{f"arr_{k}": rows for k, rows in enumerate(stacked)}))
    assert cells(file) == ["lstm", "lstm"] and file.network is not None and file.network.layers[0].reverse is None


class Tensor:
    """As PyTorch's are: on a device, with a gradient, in a format that NumPy has not."""

    dtype = "torch.bfloat16"

    def __init__(self, rows: Array) -> None:
        self.rows, self.calls = rows, ""

    def detach(self) -> Tensor:
        self.calls += "d"
        return self

    def cpu(self) -> Tensor:
        self.calls += "c"
        return self

    def float(self) -> Array:
        assert self.calls == "dc"
        return self.rows.astype(np.float32)


def test_a_state_dict_of_tensors_is_read_as_it_is(rng: np.random.Generator) -> None:
    arrays = layer(rng, 3, 2, 3)
    network = from_state_dict({name: Tensor(rows) for name, rows in arrays.items()}).network
    assert network is not None
    np.testing.assert_array_equal(network.layers[0].parameters.U, arrays["weight_ih_l0"].astype(np.float32))


def test_arrays_in_any_layout_are_copied_and_masks_are_refused(rng: np.random.Generator) -> None:
    arrays = layer(rng, 3, 2, 3)
    odd = {name: np.asfortranarray(rows).astype(np.longdouble) for name, rows in arrays.items()}
    network = from_state_dict(odd).network
    assert network is not None
    odd["weight_ih_l0"][:] = 0.0
    np.testing.assert_array_equal(network.layers[0].parameters.U, arrays["weight_ih_l0"])
    with pytest.raises(FileError, match="weight_ih_l0 is a masked array"):
        from_state_dict(arrays | {"weight_ih_l0": np.ma.masked_less(arrays["weight_ih_l0"], 0.0)})
