"""What a trained network's answer follows: each symbol left out in turn, against runs one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.networks.network import run_network
from engine.studies.backward.left_out import LeftOut, answers_symbols, left_out
from engine.studies.backward.study import BackwardStudy
from engine.studies.trained import Trained
from engine.tasks.loan import ONCE, VOCABULARY
from engine.training.training import Training

LOAN = Training(task="loan", length=8, hidden=6, batch=8, cell="lstm", rate=0.03)
TAGS = Training(task="entities", length=7, hidden=4, batch=4, cell="gru", layers=2, both=True)
WORDS = Training(task="word", length=6, hidden=4, batch=4)


def by_hand(study: BackwardStudy, codes: list[int]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The answer's probabilities at the end of some symbols, with W scaled as the study has it."""
    assert isinstance(study.trained, Trained)
    model = study.trained.model
    network = model.network
    if study.scale != 1.0:
        layer = network.layers[0]
        network = replace(network, layers=(replace(layer, parameters=study.weights(study.cells[0]).parameters),))
    trace = run_network(network, np.array(codes)[:, None], [len(codes)])
    o = model.readout.V @ trace.outputs[-1, 0] + model.readout.d
    if study.trained.task.loss == "binary-cross-entropy":
        return np.array([1.0 / (1.0 + np.exp(o[0])), 1.0 / (1.0 + np.exp(-o[0]))])
    return np.exp(o) / np.exp(o).sum()


def codes_of(found: LeftOut, trained: Trained) -> list[int]:
    return [trained.task.input_names.index(symbol) for symbol in found.symbols]


@pytest.mark.parametrize(
    "study",
    [
        BackwardStudy(trained=Trained(LOAN, 60)),
        BackwardStudy(trained=Trained(LOAN, 60), which=2, scale=0.5),
        BackwardStudy(trained=Trained(TAGS, 5), layer=2, direction=2),
        BackwardStudy(trained=Trained(WORDS, 5), phrase="it would mean the"),
    ],
    ids=["loan", "scaled", "tags", "phrase"],
)
def test_each_symbol_is_left_out_and_the_network_run_again(study: BackwardStudy) -> None:
    assert isinstance(study.trained, Trained)
    for found in left_out(study):
        codes = codes_of(found, study.trained)
        names = ("0", "1") if study.trained.task.loss == "binary-cross-entropy" else study.trained.task.output_names
        wanted = names.index(found.wanted)
        whole = by_hand(study, codes)
        assert found.share == pytest.approx(whole[wanted], rel=1e-12)
        assert found.answer == names[int(whole.argmax())]
        for t in range(len(codes)):
            without = by_hand(study, [*codes[:t], *codes[t + 1 :]])[wanted]
            assert found.without[t] == pytest.approx(without, rel=1e-10), t


def test_the_gradient_is_that_of_the_asked_answer_alone() -> None:
    study = BackwardStudy(trained=Trained(LOAN, 60))
    assert isinstance(study.trained, Trained)
    (_, gradients), (found, _) = study.trained.run(1), left_out(study)
    np.testing.assert_allclose(2.0**found.log2_norms, np.linalg.norm(gradients.dx[:, 0], axis=1), rtol=1e-12)


def test_the_loan_is_opened_otherwise_and_the_other_answer_wanted() -> None:
    now, once = left_out(BackwardStudy(trained=Trained(LOAN, 60)))
    assert (now.symbols[0], now.wanted, once.symbols[0], once.wanted) == ("today", "need", "yesterday", "had")
    assert now.symbols[1:] == once.symbols[1:]
    assert now.decides == once.decides == 1
    last, this = left_out(BackwardStudy(trained=Trained(LOAN, 60), which=2))
    assert (last.symbols[:2], this.symbols[:2], this.wanted) == (("last", "year"), ("this", "year"), "need")
    assert now.right and once.right
    task = LOAN.learned
    for code, word in enumerate(VOCABULARY):
        changed = task.otherwise(np.array([code, 3]))
        if changed is not None:
            back = task.otherwise(changed[0])
            assert back is not None and back[0].tolist() == [code, 3]
            assert changed[1] == int(word not in (*ONCE, "last"))


def test_a_single_symbol_has_nothing_to_be_left_out_of() -> None:
    study = BackwardStudy(trained=Trained(WORDS, 5), phrase="it")
    (found,) = left_out(study)
    assert np.isnan(found.without).all() and found.decides is None


def test_numbers_and_drawn_networks_have_no_symbols_to_leave_out() -> None:
    numbers = BackwardStudy(trained=Trained(Training(task="adding", length=8, hidden=4, batch=4), 2))
    for study in (BackwardStudy(), numbers):
        assert not answers_symbols(study)
        with pytest.raises(ValueError, match="to answer to symbols was expected"):
            left_out(study)
