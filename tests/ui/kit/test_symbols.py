"""The words and symbols of the field: each once, each with a place in the app that shows it."""

from __future__ import annotations

from ui.kit.page import every_page
from ui.kit.symbols import Entry, glossary, legend


def test_every_word_stands_once_and_leads_to_a_page_as_it_is_written() -> None:
    terms = [entry.term for entry in glossary()]
    assert len(terms) == len(set(terms)) > 50
    for entry in glossary():
        assert entry.say.endswith((".", "?")), entry.term
        if entry.see:
            script, query = entry.place
            page = every_page()[script]
            assert page.record.from_query(query)[1] == [], entry.term


def test_frameworks_names_are_found_and_a_single_letter_exactly() -> None:
    def found(words: str) -> list[str]:
        return [entry.term for entry in glossary() if entry.holds(words)]

    assert found("w_ih") == ["input weights"]
    assert found("recurrent_kernel") == ["recurrent weights"]
    assert "backpropagation through time" in found("BPTT")
    assert found("h") == ["hidden state"]
    assert found("H") == ["hidden size"]
    assert found("") == [entry.term for entry in glossary()]
    assert found("<script>") == []


def test_the_legend_says_each_size_and_the_shapes_that_follow() -> None:
    counts, shapes = map(dict, legend({"T": (5,), "B": (1,), "D": (4,), "H": (3,), "K": (4,), "G": (4, 1), "L": (1,)}))
    assert (counts["H"], counts["L"], counts["G"]) == ("hidden size 3", "layers 1", "gates 4 or 1")
    assert (shapes["h"], shapes["W"]) == ("(T+1, B, H) = 6 × 1 × 3", "(G·H, H) = 12 × 3")
    assert "V" not in dict(legend({"T": (5,), "B": (1,), "D": (4,), "H": (3,), "G": (1,)})[1])


def test_a_word_in_a_sentence_is_found_whatever_its_case() -> None:
    assert Entry("Jacobian", "A matrix.").holds("jacob")
    assert not Entry("Jacobian", "A matrix.", symbols=("J",)).holds("j")
