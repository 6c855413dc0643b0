"""The drawing of every circuit: nothing lies on top of anything else, and the colours exist."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from figures.cell.drawing import GAP, drawn
from figures.cells import LOOKS
from figures.theme import ROLES

each_circuit = pytest.mark.parametrize("name", LOOKS)
Box = tuple[float, float, float, float]


def boxes(name: str) -> list[tuple[str, Box]]:
    """Left, top, right and bottom of every node and of every strip outside its node."""
    found = []
    for node in drawn(LOOKS[name].circuit)["nodes"]:
        x, y, w, h = node["box"]
        found.append((node["name"], (x, y, x + w, y + h)))
        left, top, wide, tall = node["strip"]
        if node["round"]:
            found.append((f"strip of {node['name']}", (left, top, left + wide, top + tall)))
            left, top, wide, tall = node["words"]
            found.append((f"words of {node['name']}", (left, top, left + wide, top + tall)))
    return found


@each_circuit
def test_no_two_boxes_overlap_and_all_lie_on_the_drawing(name: str) -> None:
    width, height = LOOKS[name].circuit.size
    for label, (left, top, right, bottom) in boxes(name):
        assert left >= 0 and right <= width and top >= 0 and bottom <= height, label
    for (one, a), (other, b) in combinations(boxes(name), 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, f"{one} overlaps {other}"


@each_circuit
def test_wires_run_straight_up_down_or_across_from_border_to_border(name: str) -> None:
    at = dict(boxes(name))
    for wire in drawn(LOOKS[name].circuit)["wires"]:
        points = wire["points"]
        for (x0, y0), (x1, y1) in pairwise(points):
            assert x0 == x1 or y0 == y1, f"{wire['source']} to {wire['target']} is slanted"
        for end, box in ((points[0], at[wire["source"]]), (points[-1], at[wire["target"]])):
            assert box[0] - GAP <= end[0] <= box[2] + GAP and box[1] - GAP <= end[1] <= box[3] + GAP


@each_circuit
def test_no_wire_runs_under_a_node_that_it_does_not_belong_to(name: str) -> None:
    at = {label: box for label, box in boxes(name) if " of " not in label}
    for wire in drawn(LOOKS[name].circuit)["wires"]:
        for (x0, y0), (x1, y1) in pairwise(wire["points"]):
            for label, (left, top, right, bottom) in at.items():
                if label in (wire["source"], wire["target"]):
                    continue
                beside = max(x0, x1) <= left or min(x0, x1) >= right or max(y0, y1) <= top or min(y0, y1) >= bottom
                assert beside, f"{wire['source']} to {wire['target']} runs under {label}"


@each_circuit
def test_every_node_has_words_and_a_colour(name: str) -> None:
    for node in LOOKS[name].circuit.nodes:
        assert node.label
        assert node.role in ROLES
