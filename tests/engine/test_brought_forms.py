"""What the pages follow of networks in the forms that only files bring: the engine's own run of the whole network."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from engine.forward import State
from engine.gradients.backward import Gradients
from engine.networks.network import run_network
from engine.networks.network_gradients import NetworkGradients, backpropagate_network
from engine.one_output import one_output
from engine.studies.backward.look import nudged
from engine.studies.backward.study import BackwardStudy
from engine.studies.brought import Brought
from engine.studies.cell.study import CellStudy
from engine.studies.doors import STUDIES, refusal
from engine.studies.vanish.families import family
from engine.studies.vanish.study import VanishStudy
from figures.backward import answer as backward
from figures.cell.message import answer as cell_answer
from figures.cells import short_title
from figures.message import opened
from figures.vanish.answer import answer as vanish_answer
from figures.vanish.answer import answer_helps, answer_stretches, answer_theory
from tests.engine.brought_forms import FORMS, H, T, formed
from tests.engine.networks import WIDENED

CLOSE = {"rtol": 1e-10, "atol": 1e-13}
each_form = pytest.mark.parametrize("name", FORMS)


def whole_run(brought: Brought) -> NetworkGradients:
    trace = run_network(brought.network, brought.example().x)
    assert brought.readout is not None
    return backpropagate_network(trace, one_output(trace, brought.readout, 1, brought.example().where))


def chains(brought: Brought) -> list[tuple[dict[str, int], Gradients]]:
    """Each layer and direction as a page's fields, and its gradients in the whole network."""
    return [
        ({"layer": layer, "direction": way}, gradients)
        for layer, each in enumerate(whole_run(brought).layers, 1)
        for way, gradients in enumerate(each.directions, 1)
    ]


@pytest.mark.parametrize("where", ["final", "last", "every"])
@pytest.mark.parametrize("start", [False, True])
@each_form
def test_each_chain_runs_and_is_sent_errors_as_in_the_whole_network(name: str, start: bool, where: str) -> None:
    brought = formed(name, start, where)  # type: ignore[arg-type]
    for chain, wanted in chains(brought):
        cell = wanted.trace.cell
        studies = {kind: kind(trained=brought, **chain) for kind in (CellStudy, BackwardStudy, VanishStudy)}
        for study in studies.values():
            found = study.run() if isinstance(study, CellStudy) else study.run(cell.kind)
            assert found.trace.cell == study.kind(cell.kind) == cell
            np.testing.assert_allclose(found.trace.h, wanted.trace.h, **CLOSE)
            np.testing.assert_allclose(found.dh, wanted.dh, **CLOSE)
            np.testing.assert_allclose(found.parameters.W, wanted.parameters.W, **CLOSE)
            order = found.trace.x[:, 0, 0] if chain["layer"] == 1 else None
            if order is not None:
                names = dict(zip(brought.example().x[:, 0, 0].tolist(), brought.words()[0], strict=True))
                assert study.labels == tuple(names[one] for one in order.tolist())
        every = family(studies[VanishStudy], cell.kind, (0.5, 1.0))
        np.testing.assert_allclose(every.log2_dh[1], wanted.log2_dh[:, 0], rtol=1e-9, atol=1e-9)
        read = BackwardStudy(trained=brought, **chain).within
        if read.reads_last:
            assert not wanted.errors or set(wanted.errors.steps) <= set(range(1, T + 1))
            assert not found.local[:T].any()


@pytest.mark.parametrize("start", [False, True])
@pytest.mark.parametrize(
    "name", ["as read", "averaged below", "multiplied", "two cells, merged", "as read, both, merged"]
)
def test_a_nudged_weight_runs_the_whole_network_again(name: str, start: bool) -> None:
    brought = formed(name, start)
    for chain, wanted in chains(brought):
        study = BackwardStudy(trained=brought, **chain)
        for place in (("W", 2, 3), ("U", 1, 1), ("V", 2, 1)):
            found = nudged(study, wanted.trace.cell.kind, place)
            assert np.nanmin(found.relative) < 1e-6 or (found.gradient == 0.0 and not found.difference.any())


@pytest.mark.parametrize("start", [False, True])
@each_form
def test_every_picture_of_one_layer_is_drawn(name: str, start: bool) -> None:
    brought = formed(name, start)
    for chain, wanted in chains(brought):
        cell = wanted.trace.cell
        inside, back, far = (kind(trained=brought, **chain) for kind in (CellStudy, BackwardStudy, VanishStudy))
        header, arrays = opened(cell_answer(inside))
        assert header["title"] == cell.title
        place = header["narrow"].index("h")  # type: ignore[attr-defined]
        np.testing.assert_allclose(arrays["values"][place], wanted.trace.h[:-1, 0], **CLOSE)
        for picture in (backward.flow, backward.update, backward.table):
            assert opened(picture(back))[0]["cells"][0]["title"] == short_title(cell)  # type: ignore[index]
        assert opened(backward.mistakes(back, cell.kind))[0]["title"] == cell.title
        assert opened(backward.check(back, cell.kind, ("W", 1, 1)))[0]["title"] == cell.title
        looked = opened(vanish_answer(far))[0]["cells"][0]  # type: ignore[index]
        assert (looked["name"], looked["title"]) == (cell.kind, short_title(cell))
        for more in (
            answer_helps(far, cell.kind),
            answer_stretches(far, cell.kind, True),
            answer_theory(far, cell.kind),
        ):
            assert opened(more)


@pytest.mark.parametrize("page", STUDIES)
def test_a_start_of_several_sequences_is_refused_with_what_it_is(page: str) -> None:
    brought = formed("from the end")
    start = (State(np.zeros((3, H))),)
    refused = refusal(replace(brought, network=replace(brought.network, start=start)), page)
    assert refused == "The network starts from states of its own for 3 sequences, and a page shows one sequence."


@pytest.mark.parametrize("name", WIDENED)
def test_such_a_network_is_the_same_in_another_process(name: str) -> None:
    brought = formed(name)
    other = pickle.loads(pickle.dumps(brought))
    assert other == brought
    assert other.cell().activations == WIDENED[name].activations
    a = np.linspace(-3.0, 3.0, 13)
    for one, its in zip(other.cell().activations.values(), WIDENED[name].activations.values(), strict=True):
        np.testing.assert_array_equal(one.value(a), its.value(a))
        np.testing.assert_array_equal(one.derivative(a), its.derivative(a))


def test_a_direction_is_named_by_the_end_it_reads_from() -> None:
    brought = formed("as read, both, merged")
    assert CellStudy(trained=brought, layer=1).reads == {1: "from the end", 2: "from the start"}
    assert CellStudy(trained=brought, layer=2).reads == {1: "from the end", 2: "from the start"}
    assert "reads from the end" in CellStudy(trained=formed("from the end")).aside()
