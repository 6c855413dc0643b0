"""One path by hand, as a picture: factors are typed into it, or taken from the largest path of a network."""

from __future__ import annotations

from figures.vanish.by_hand import answer_by_hand
from ui.kit.held import Held
from ui.kit.mount import show
from ui.kit.page import Panel

BY_HAND = Panel("by_hand", "vanish/by_hand.js", answer_by_hand)


def by_hand(shown: Held) -> None:
    """The product, and the slopes of which its factors are made; what is wrong with an entry, the page says."""
    show(shown, BY_HAND, shown.value("factors"), on={"factors": lambda words: shown.patch("factors", str(words))})
