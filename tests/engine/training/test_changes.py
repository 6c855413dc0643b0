"""Changes on the way belong to a racer wherever it moves."""

from engine.training.changes import Change, without_racer


def test_changes_of_a_racer_that_is_taken_out_go_with_it_and_later_racers_keep_theirs() -> None:
    all_of_them, own, later = Change(4, "clip", 0.0), Change(4, "rate", 0.1, 2), Change(8, "rate", 0.2, 3)
    changes = (all_of_them, own, later)
    assert without_racer(changes, 2) == (all_of_them, Change(8, "rate", 0.2, 2))
    assert without_racer(changes, 3) == (all_of_them, own)
