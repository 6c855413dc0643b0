"""A network brought in a file: every page shows of it what the network itself computes, at the layer that is chosen."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from engine.cells import CELLS
from engine.files import from_state_dict
from engine.gradients.backward import Gradients
from engine.networks.network import Network, run_network
from engine.networks.network_gradients import NetworkGradients, backpropagate_network
from engine.one_output import one_output
from engine.studies.backward.look import backwards, nudged
from engine.studies.backward.study import BackwardStudy
from engine.studies.brought import NOT_HERE, Brought, Given, from_file
from engine.studies.cell.study import CellStudy
from engine.studies.doors import STUDIES, query_of, refusal, step_on
from engine.studies.layered import Layered
from engine.studies.source import Source, probing
from engine.studies.trained import Trained
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from engine.studies.vanish.families import family
from engine.studies.vanish.study import VanishStudy
from engine.training.training import Training

SMALL = Training(length=8, hidden=5, batch=4, cell="lstm", rate=0.02)
RECIPES = {
    "numbers": SMALL,
    "symbols": Training(task="order", length=10, hidden=6, batch=4),
    "every step": Training(task="copy", length=2, hidden=4, batch=4, cell="gru"),
    "sigmoids": Training(task="entities", length=7, hidden=4, batch=4, cell="coupled"),
    "deep": Training(task="sentiment", length=9, hidden=4, batch=4, layers=2, both=True, cell="gru"),
}
CLOSE = {"rtol": 1e-11, "atol": 1e-14}
LAYERS, H, D, K, T = 3, 4, 3, 2, 7


def copied(trained: Trained) -> Brought:
    """The same network, sequences and loss, as a file would bring them."""
    model = trained.model
    given = [Given(trained.example(k), *trained.words(k)) for k in range(1, trained.examples + 1)]
    names = trained.input_names, trained.output_names
    return Brought(model.network, model.readout, tuple(given), *names, "a copy", trained.loss, adds_up=trained.summed)


def stacked(rng: np.random.Generator, head: bool = True) -> Brought:
    """An LSTM of three layers in both directions out of a PyTorch state dict, with its head."""
    state = {}
    for layer in range(LAYERS):
        for way in ("", "_reverse"):
            shapes = {"weight_ih": (4 * H, 2 * H if layer else D), "weight_hh": (4 * H, H)}
            shapes |= {"bias_ih": (4 * H,), "bias_hh": (4 * H,)}
            state |= {f"rnn.{name}_l{layer}{way}": rng.normal(0.0, 0.6, shape) for name, shape in shapes.items()}
    if head:
        state |= {"head.weight": rng.normal(size=(K, 2 * H)), "head.bias": rng.normal(size=K)}
    return from_file(
        from_state_dict(state), [rng.normal(size=(T, D)), rng.normal(size=(5, D))], "mine.pt", K if head else 1
    )


def whole_run(brought: Brought, network: Network | None = None) -> NetworkGradients:
    """What the whole network computes by itself, from one unit of error at the chosen output of the last step."""
    trace = run_network(network or brought.network, brought.example().x)
    assert brought.readout is not None
    return backpropagate_network(trace, one_output(trace, brought.readout, brought.looked_at - 1, "last"))


PLACES = [(layer, way) for layer in range(1, LAYERS + 1) for way in (1, 2)]
each_place = pytest.mark.parametrize(("layer", "way"), PLACES)


def of_chain(gradients: NetworkGradients, layer: int, way: int) -> Gradients:
    return gradients.layers[layer - 1].directions[way - 1]


@pytest.mark.parametrize("training", RECIPES.values(), ids=RECIPES)
def test_a_copy_of_a_recipe_shows_what_the_recipe_shows(training: Training) -> None:
    trained = Trained(training, 3, Trained(training, 3).again().tobytes())
    copy, cell = copied(trained), training.cell
    for layer, way in [(layer, way) for layer in range(1, trained.layers + 1) for way in range(1, trained.ways() + 1)]:
        pair: tuple[Source, Source] = (trained, copy)
        chain = {"layer": layer, "direction": way}
        one, other = (CellStudy(trained=source, **chain).run() for source in pair)
        np.testing.assert_array_equal(one.dh, other.dh)
        mine, its = (BackwardStudy(trained=source, **chain) for source in pair)
        assert mine.wanted == its.wanted
        for name, rows in mine.gradient(mine.run(cell)).named().items():
            np.testing.assert_array_equal(rows, its.gradient(its.run(cell)).named()[name])
        first, second = (family(VanishStudy(trained=source, **chain), cell, (0.5, 1.0)) for source in pair)
        np.testing.assert_array_equal(first.log2_dh, second.log2_dh)
        np.testing.assert_array_equal(first.loss, second.loss)
    one_walk, other_walk = (walk(UnrollStudy(trained=source)) for source in pair)
    np.testing.assert_array_equal(one_walk.outputs, other_walk.outputs)
    assert one_walk.targets == other_walk.targets
    np.testing.assert_array_equal(one_walk.losses, other_walk.losses)


@each_place
def test_each_layer_and_direction_has_the_errors_of_the_whole_network(
    rng: np.random.Generator, layer: int, way: int
) -> None:
    brought = stacked(rng)
    wanted = of_chain(whole_run(brought), layer, way)
    inside = CellStudy(trained=brought, layer=layer, direction=way).run()
    back = BackwardStudy(trained=brought, layer=layer, direction=way).run("lstm")
    vanish = VanishStudy(trained=brought, layer=layer, direction=way).run("lstm")
    for found in (inside, back, vanish):
        np.testing.assert_allclose(found.trace.h, wanted.trace.h, **CLOSE)
        np.testing.assert_allclose(found.dh, wanted.dh, **CLOSE)
        np.testing.assert_allclose(found.parameters.W, wanted.parameters.W, **CLOSE)


@each_place
def test_a_nudged_weight_runs_the_whole_network_again(rng: np.random.Generator, layer: int, way: int) -> None:
    study = BackwardStudy(trained=stacked(rng), layer=layer, direction=way, scale=1.3)
    for place in (("W", 5, 2), ("U", 11, 3), ("b", 2, 1), ("V", K, 3)):
        found = nudged(study, "lstm", place)
        assert np.nanmin(found.relative) < 1e-7 or (found.gradient == 0.0 and not found.difference.any())
    assert nudged(study, "lstm", ("V", K, 3)).gradient != 0.0


@each_place
def test_the_scale_multiplies_the_recurrent_weights_of_that_chain_alone(
    rng: np.random.Generator, layer: int, way: int
) -> None:
    brought = stacked(rng)
    chain, layers = brought.shapes(layer, way), list(brought.network.layers)
    scaled = replace(chain, W=1.7 * chain.W)
    directions = [scaled if k == way - 1 else p for k, p in enumerate(layers[layer - 1].directions)]
    layers[layer - 1] = replace(layers[layer - 1], parameters=directions[0], reverse=directions[1])
    wanted = of_chain(whole_run(brought, replace(brought.network, layers=tuple(layers))), layer, way)
    found = family(VanishStudy(trained=brought, layer=layer, direction=way), "lstm", (1.0, 1.7))
    np.testing.assert_allclose(found.log2_dh[1], wanted.log2_dh[:, 0], rtol=1e-9)
    np.testing.assert_array_equal(found.scales, (1.0, 1.7))


def test_a_table_of_every_loss_adds_up_at_the_top_layer_of_both_directions(rng: np.random.Generator) -> None:
    trained = Trained(RECIPES["deep"], 2)
    for way in (1, 2):
        look = backwards(BackwardStudy(trained=trained, layer=2, direction=way), "gru")
        assert look.counted == (look.study.length,)
        total = np.exp2(2.0 * look.table.log2_norm)
        np.testing.assert_allclose(np.sqrt(np.nansum(total, axis=0)), np.exp2(look.gradients.log2_dh[:, 0]), rtol=1e-9)


def test_without_a_head_a_probe_reads_the_last_state_on_every_page(rng: np.random.Generator) -> None:
    brought = stacked(rng, head=False)
    readout = probing(2 * H)
    trace = run_network(brought.network, brought.example().x)
    wanted = of_chain(backpropagate_network(trace, one_output(trace, readout, 0, "final")), 2, 1)
    for study in (CellStudy, BackwardStudy, VanishStudy):
        shown = study(trained=brought, layer=2)
        found = shown.run("lstm") if study is not CellStudy else shown.run()  # type: ignore[call-arg]
        np.testing.assert_allclose(found.dh, wanted.dh, **CLOSE)
        assert "no head" in shown.aside()
    look = backwards(BackwardStudy(trained=brought, layer=LAYERS), "lstm")
    assert "V" not in look.weights.named()
    assert np.isfinite(look.update.after[0])
    walked = walk(UnrollStudy(trained=brought))
    np.testing.assert_allclose(walked.parts[0].gradients.layers[1].forward.dh, wanted.dh, **CLOSE)
    last = np.concatenate([trace.final[-2].h[0], trace.final[-1].h[0]])
    assert walked.outputs[-1, 0] == pytest.approx(float(readout.V[0] @ last))


def test_unroll_shows_the_whole_network_and_the_output_that_is_looked_at(rng: np.random.Generator) -> None:
    brought = stacked(rng)
    found, wanted = walk(UnrollStudy(trained=brought)), whole_run(brought)
    for mine, its in zip(found.parts[0].gradients.layers, wanted.layers, strict=True):
        for one, other in zip(mine.directions, its.directions, strict=True):
            np.testing.assert_allclose(one.dh, other.dh, **CLOSE)
    assert brought.readout is not None
    every = wanted.trace.outputs[:, 0] @ brought.readout.V.T + brought.readout.d
    np.testing.assert_allclose(found.outputs[:, 0], every[:, K - 1], **CLOSE)
    assert found.loss_at == ()


def test_an_embedding_is_looked_up_below_the_lowest_layer(rng: np.random.Generator) -> None:
    state = {
        "emb.weight": rng.normal(size=(6, D)),
        **{f"rnn.{n}_l0": rng.normal(size=s) for n, s in (("weight_ih", (3 * H, D)), ("weight_hh", (3 * H, H)))},
        **{f"rnn.{n}_l0": rng.normal(size=3 * H) for n in ("bias_ih", "bias_hh")},
        "out.weight": rng.normal(size=(6, H)),
    }
    brought = from_file(from_state_dict(state), [np.array([4, 0, 5, 5])], "words.pt", labels=[["e", "a", "f", "f"]])
    trace = run_network(brought.network, np.array([[4], [0], [5], [5]]))
    for study in (VanishStudy, BackwardStudy):
        np.testing.assert_allclose(study(trained=brought).run("gru").trace.h, trace.layers[0].forward.h, **CLOSE)
        assert study(trained=brought).labels == ("e", "a", "f", "f")
    np.testing.assert_allclose(walk(UnrollStudy(trained=brought)).parts[0].trace.outputs, trace.outputs, **CLOSE)
    assert walk(UnrollStudy(trained=brought)).parts[0].labels == ("e", "a", "f", "f")


def test_a_step_in_the_middle_is_where_a_chain_from_the_start_ends(rng: np.random.Generator) -> None:
    state = {"w.weight_ih_l0": rng.normal(size=(H, D)), "w.weight_hh_l0": rng.normal(size=(H, H))}
    file, x = from_state_dict(state), rng.normal(size=(T, D))
    short = from_file(file, [x], "f", step=4)
    np.testing.assert_array_equal(short.example().x[:, 0], x[:4])
    assert short.sizes() == (4, D)


def test_a_direction_from_the_end_counts_and_names_its_own_steps(rng: np.random.Generator) -> None:
    brought = stacked(rng)
    study = CellStudy(trained=brought, direction=2)
    assert study.labels == brought.words()[0][::-1]
    np.testing.assert_array_equal(study.run().trace.x[:, 0], brought.example().x[::-1, 0])
    assert [step_on(page, brought, 1, 2, 2) for page in STUDIES] == [
        T - 1 if issubclass(study, Layered) else 2 for study in STUDIES.values()
    ]


def test_it_is_known_by_its_content_in_every_process(rng: np.random.Generator) -> None:
    brought = stacked(rng)
    other = pickle.loads(pickle.dumps(brought))
    assert other == brought
    assert hash(other) == hash(brought)
    assert VanishStudy(trained=brought) == VanishStudy(trained=other)
    weights = brought.network.layers[0].parameters
    moved = replace(weights, b=weights.b + 1e-12)
    layers = (replace(brought.network.layers[0], parameters=moved), *brought.network.layers[1:])
    assert replace(brought, network=replace(brought.network, layers=layers)) != brought
    assert replace(brought, looked_at=1) != brought
    assert "mine.pt" not in repr(VanishStudy(trained=brought))


@pytest.mark.parametrize("page", STUDIES)
def test_a_link_has_its_name_alone(rng: np.random.Generator, page: str) -> None:
    brought = stacked(rng)
    layered = issubclass(STUDIES[page], Layered)
    query = query_of(brought, page, 2, 3, 2)
    assert query == {"trained": brought.word, "which": "2", **({"layer": "3", "direction": "2"} if layered else {})}
    study, said = STUDIES[page].from_query(query, known={brought.word: brought})
    assert said == []
    assert study.trained == brought
    assert study.to_query() == query
    elsewhere, said = STUDIES[page].from_query(query)
    assert elsewhere == STUDIES[page].usual()
    assert said[0] == f"trained: {NOT_HERE}"


def test_a_direction_or_layer_that_it_has_not_becomes_the_nearest(rng: np.random.Generator) -> None:
    brought = stacked(rng)
    study, said = CellStudy.from_query(
        {"trained": brought.word, "layer": "9", "direction": "5"}, known={brought.word: brought}
    )
    assert (study.layer, study.direction) == (LAYERS, 2)
    assert len(said) == 2


def test_a_page_says_what_is_too_much_and_what_shows_it(rng: np.random.Generator) -> None:
    wide = {"r.weight_ih_l0": rng.normal(size=(80, D)), "r.weight_hh_l0": rng.normal(size=(80, 80))}
    brought = from_file(from_state_dict(wide), [rng.normal(size=(T, D))], "wide.pt")
    assert refusal(brought, "unroll").endswith(
        "Inside the cell, Backward and Vanish & explode show one layer at a time."
    )
    assert "up to 64 steps and 64 hidden units" in refusal(brought, "backward")
    assert refusal(brought, "cell") == refusal(brought, "vanish") == ""


@pytest.mark.parametrize(
    ("sequences", "output", "step", "why"),
    [
        ([], 1, None, "no sequence came"),
        ([np.zeros((4, D + 1))], 1, None, r"has shape \(4, 4\), but \(T, 3\) finite numbers"),
        ([np.full((4, D), np.nan)], 1, None, "finite numbers"),
        ([np.array([0, 3])], 1, None, "holds symbols from 0 to 3, but 0 to 2 are known"),
        ([np.zeros((0, D))], 1, None, "sequence 1 is empty"),
        ([np.zeros((4, D))], K + 1, None, "outputs 1 to 2"),
        ([np.zeros((4, D))], 1, 5, "steps 1 to 4"),
    ],
)
def test_what_does_not_fit_the_network_is_refused_with_what_does(
    rng: np.random.Generator, sequences: list[np.ndarray], output: int, step: int | None, why: str
) -> None:
    state = {"w.weight_ih_l0": rng.normal(size=(H, D)), "w.weight_hh_l0": rng.normal(size=(H, H))}
    file = from_state_dict({**state, "head.weight": rng.normal(size=(K, H))})
    with pytest.raises(ValueError, match=why):
        from_file(file, sequences, "f", output=output, step=step)


def test_every_cell_of_a_file_is_one_of_the_registry_or_is_refused(rng: np.random.Generator) -> None:
    brought = stacked(rng)
    unknown = type("Mine", (type(CELLS["lstm"]),), {})()
    layers = tuple(replace(layer, cell=unknown) for layer in brought.network.layers)
    for page in STUDIES:
        assert "No page draws the cell" in refusal(replace(brought, network=Network(layers)), page)
