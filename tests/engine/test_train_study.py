"""A race and its trainings: the same task and batches for all, and each racer's own; links both ways."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cells import CELLS
from engine.studies.train.racers import MOST_RACERS, MOST_SAID, Racer, Racers
from engine.studies.train.study import TrainStudy
from engine.tasks import TASKS
from engine.training.changes import CLIPS, ENDS, RATES, Change
from engine.training.learning import BIASES, INITIALISERS, OPTIMISER_NAMES
from engine.training.training import Training

NUMBERS = {name: st.floats(*ends).map(lambda x: x + 0.0) for name, ends in (("clip", CLIPS), ("rate", RATES))}
RACERS = st.builds(
    Racer,
    cell=st.sampled_from(list(CELLS)),
    initialiser=st.sampled_from(list(INITIALISERS)),
    clip=NUMBERS["clip"],
    rate=NUMBERS["rate"],
    bias=st.none() | st.floats(*BIASES).map(lambda x: x + 0.0),
)
CHANGES = st.builds(
    lambda update, field, share, racer: Change(
        update,
        field,
        float(round(1 + share * 255))
        if field == "batch"
        else ENDS[field][0] + share * (ENDS[field][1] - ENDS[field][0]),
        racer,
    ),
    st.integers(0, 5000),
    st.sampled_from(list(ENDS)),
    st.floats(0.0, 1.0),
    st.integers(0, 4),
)
STUDIES = st.builds(
    TrainStudy,
    racers=st.lists(RACERS, min_size=1, max_size=MOST_RACERS).map(tuple),
    changes=st.lists(CHANGES, max_size=5, unique_by=lambda c: (c.update, c.field, c.racer)).map(
        lambda changes: tuple(sorted(changes, key=lambda c: (c.update, c.field, c.racer)))
    ),
    optimiser=st.sampled_from(list(OPTIMISER_NAMES)),
    length=st.integers(10, 100),
    seed=st.integers(0, 999_999),
    both=st.booleans(),
)


@given(STUDIES)
def test_a_race_comes_back_from_its_link_unchanged(study: TrainStudy) -> None:
    query = {key: words[0] for key, words in parse_qs(urlencode(study.to_query())).items()}
    assert TrainStudy.from_query(query) == (study, [])


@given(st.dictionaries(st.sampled_from(list(TrainStudy.keys())), st.text(max_size=30)))
def test_whatever_a_link_says_a_race_comes_out(query: dict[str, str]) -> None:
    study, _ = TrainStudy.from_query(query)
    assert len(study.trainings()) == len(study.racers)


@pytest.mark.parametrize("task", TASKS)
def test_another_task_comes_with_its_usual_length(task: str) -> None:
    study = TrainStudy(task="adding" if task == "order" else "order").changed("task", task)
    assert study.length == TASKS[task].lengths[1]
    assert TrainStudy.from_query(study.to_query()) == (study, [])
    near, said = study.nearest("length", 10**6)
    assert near.length == TASKS[task].lengths[2] and "out of range" in said


def test_a_change_reaches_all_racers_or_the_one_it_names() -> None:
    study = TrainStudy(changes=(Change(600, "rate", 0.001), Change(600, "rate", 0.002, racer=2)))
    assert study.to_query() == {"at": "600_rate_0.001~600_rate_0.002_2"}
    assert [training.settings(600)[0] for training in study.trainings()] == [0.001, 0.002, 0.001]
    assert [training.settings(599)[0] for training in study.trainings()] == [0.005, 0.005, 0.005]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"racers": ()}, "0 racers were given, but 1 to 4 are accepted"),
        ({"racers": (Racer("elman"),)}, "the cell 'elman' is unknown; there are tanh"),
        ({"racers": (Racer(rate=0.0),)}, "rate of the tanh RNN is 0, but must be from 1e-06 to 10"),
        ({"changes": (Change(3, "seed", 1.0),)}, "'seed' cannot be changed on the way; there are rate, clip, batch"),
        ({"changes": (Change(3, "batch", 1.5),)}, "batch is 1.5 from update 3 on, but must be from 1 to 256"),
        ({"changes": (Change(3, "rate", 1.0), Change(2, "rate", 1.0))}, "changes must stand in the order"),
        ({"task": "order", "length": 1000}, "1000 came, but 10 to 500 are accepted"),
        ({"task": "adding", "length": 1000, "batch": 256, "hidden": 128}, "at most 100 million are accepted"),
    ],
)
def test_what_does_not_go_is_refused_with_what_came_and_what_is_accepted(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        TrainStudy(**wrong)  # type: ignore[arg-type]


def test_the_trainings_differ_in_what_is_each_racers_own() -> None:
    study = TrainStudy(racers=(Racer("tanh", clip=0.0), Racer("lstm", "chrono", rate=0.01, bias=-3.0)), hidden=8)
    assert study.trainings() == (
        Training(task="order", cell="tanh", clip=0.0, hidden=8),
        Training(task="order", cell="lstm", initialiser="chrono", rate=0.01, bias=-3.0, hidden=8),
    )


@pytest.mark.parametrize("task", ["sine", "waves", "series", "word", "character", "translation"])
def test_no_chain_reads_from_the_end_where_the_next_is_wanted_and_a_link_that_asks_for_one_is_mended(task: str) -> None:
    study, said = TrainStudy.from_query({"task": task, "n": f"{TASKS[task].lengths[1]}", "both": "1"})
    assert not study.both and [words for words in said if words.startswith("both: ")] == said != []
    assert TrainStudy.declared()["both"].off(study) == TASKS[task].one_way
    kept = TrainStudy(both=True).changed("task", task)
    assert all(not training.structure.both for training in kept.trainings())
    assert all(training.structure.both for training in kept.changed("task", "order").trainings())


def test_a_large_vocabulary_is_judged_on_fewer_sequences_and_takes_smaller_batches() -> None:
    text = " ".join(f"word{k}" for k in range(2000))
    study = TrainStudy(task="word", length=60, text=text, batch=64)
    (training, *_) = study.trainings()
    assert training.learned.outputs == 1000
    assert training.fresh_batches[0].x.shape[1] == 66 and Training().fresh_batches[0].x.shape[1] == 128
    long = Training(task="adding", length=1000, hidden=128, batch=5)
    assert long.fresh_batches[0].x.shape[1] == 10
    with pytest.raises(ValueError, match="at most 100 million are accepted"):
        replace(long, changes=(Change(9, "batch", 256.0),))
    after, said = study.nearest("batch", 256)
    assert after.batch < 256 and "at most 100 million are accepted" in said


@pytest.mark.parametrize("name", TASKS)
def test_a_link_that_names_a_task_alone_brings_one_that_there_is(name: str) -> None:
    found, said = TrainStudy.from_query({"task": name})
    assert said == []
    assert found.length in (TrainStudy().length, TASKS[name].lengths[1])
    assert TrainStudy.from_query(found.to_query()) == (found, [])


def test_each_part_of_a_list_of_racers_that_was_not_taken_has_a_sentence() -> None:
    found, said = Racers().read("tanh_x_y~elman~lstm_orthogonal_1_1e999", {}, None)
    assert [racer.cell for racer in found or ()] == ["tanh", "lstm"]
    for part in ("“x” is unknown", "“y” is not a number", "“elman” is no racer", "Rate of “lstm_orthogonal_1_1e999”: "):
        assert part in said
    assert (
        Racers().read("~".join(["elman_" + "x" * k for k in range(9)]), {}, None)[1].count(". “elman") == MOST_SAID - 2
    )
