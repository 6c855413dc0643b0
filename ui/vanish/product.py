"""One path, factor by factor: an editable chain of factors and what is left of the error behind it."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from engine.cells import CELLS, RNN
from engine.measures import unit_factors
from engine.studies.query import shown
from engine.studies.vanish.study import LARGEST_NUMBER, VanishStudy
from figures.vanish.product import product_figure, product_sentence
from ui.address import keep_in_address
from ui.frame import figure_font, say
from ui.plot import show_plot

LECTURE = "0.03, 0.05"
MOST_FACTORS = 1000
LONGEST_IN_LINK = 1500  # characters of factors; browsers and mail programs cut links that are much longer
_STATE = st.session_state


def read_factors(text: str) -> tuple[tuple[float, ...] | None, str]:
    """Factors separated by commas, semicolons or spaces; 0.9^50 stands for fifty factors of 0.9."""
    factors: list[float] = []
    for word in text[:100_000].replace(",", " ").replace(";", " ").split():
        value, hat, times = word.partition("^")
        try:
            factor, count = float(value), int(times) if hat else 1
        except ValueError:
            return None, f"{shown(word)} is not a factor; write numbers as 0.03, 0.05, or 0.9^50 for fifty times 0.9."
        if not abs(factor) <= LARGEST_NUMBER or count < 1:
            return (
                None,
                f"{shown(word)} is out of range; factors of at most {LARGEST_NUMBER:g}, at least once, are accepted.",
            )
        factors += [factor] * min(count, MOST_FACTORS + 1)
        if len(factors) > MOST_FACTORS:
            return tuple(
                factors[:MOST_FACTORS]
            ), f"More than {MOST_FACTORS:,} factors; the first {MOST_FACTORS:,} are multiplied."
    if not factors:
        return None, "There are no factors; write numbers as 0.03, 0.05, or 0.9^50 for fifty times 0.9."
    return tuple(factors), ""


@st.fragment
def product_section() -> None:
    """The field, its examples, the sentence and the figure."""
    st.subheader("One path, factor by factor", anchor=False)
    st.markdown(
        "The chain rule multiplies one factor per step. Since tanh′ is at most 1 and the logistic’s slope at most ¼, "
        "small weights make the product vanish; large weights can make it explode, where they do not saturate the "
        "unit. This is one path: the network's gradient is the sum over all of them."
    )
    _STATE.setdefault("factors", st.query_params.get("factors", LECTURE))
    _STATE["factors"] = _STATE["factors"]  # a field that another page does not draw would lose its entry
    field, picture = st.columns([1, 2.2], gap="medium")
    with field:
        typed = st.text_input("Factors", key="factors", help="Separated by commas; 0.9^50 is fifty factors of 0.9.")
        keep_in_address("factors", typed if typed != LECTURE and len(typed) <= LONGEST_IN_LINK else "")
        factors, complaint = read_factors(typed)
        say(complaint)
        with st.container(horizontal=True, gap="small", key="factor_examples"):
            for label, text in (
                ("0.03 × 0.05", LECTURE),
                ("0.5, fifty times", "0.5^50"),
                ("1.1, fifty times", "1.1^50"),
            ):
                st.button(label, on_click=_put, args=(text,))
            st.button(
                "A unit of the network above",
                on_click=_put_unit,
                help="Unit 1 of the first vanilla RNN: its own weight times f′ at every step, last step first.",
            )
        say(_STATE.pop("factors_said", ""))
    if factors is None:
        factors = _STATE.get("last_factors", (0.03, 0.05))
    _STATE["last_factors"] = factors
    with picture:
        st.markdown(f"**{product_sentence(factors)}**")
        show_plot(_figure(factors, figure_font()), "running-product", product_sentence(factors))


@st.cache_resource(max_entries=100)
def _figure(factors: tuple[float, ...], font_size: int) -> go.Figure:
    return product_figure(factors, font_size)


def _put(text: str) -> None:
    _STATE["factors"] = text


def _put_unit() -> None:
    """The path of unit 1 of the network that is shown, through its own weight, from the last step back."""
    experiment: VanishStudy = _STATE["experiment"]
    vanilla = next((name for name in experiment.cells if isinstance(CELLS[name], RNN)), None)
    if vanilla is None:
        _STATE["factors_said"] = "An LSTM or GRU has many factors per step; compare a vanilla RNN above to use this."
        return
    factors = unit_factors(experiment.run(vanilla).trace, unit=0)[::-1]
    _STATE["factors"] = ", ".join(f"{factor:.6g}" for factor in factors)
