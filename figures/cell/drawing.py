"""The geometry of a circuit's drawing: boxes, strips of values, and wires that end at borders."""

from __future__ import annotations

from engine.more_activations import activation_named
from figures.cells.circuit import Circuit, Node, Point, Wire
from figures.cells.written import rule, written

BOX = (100.0, 50.0)
RADIUS = 13.0
STRIP = (72.0, 12.0)
LINE = 15.0  # height of the words over or under a small node's strip
GLYPHS = {"times": "×", "sum": "+", "rest": "1−", "scale": "p"}  # of the operations that are drawn as a circle
GAP = 2.0  # between a wire's end and the border it points at
UNIT = ("rest", "parameter")  # kinds whose values lie from 0 to 1, as those of an activation that is a share
Rectangle = tuple[float, float, float, float]  # left, top, width, height


def drawn(circuit: Circuit) -> dict[str, list[dict[str, object]]]:
    """Nodes and wires with every coordinate; a renderer needs to know nothing else."""
    return {
        "nodes": [_drawn_node(circuit, node) for node in circuit.nodes],
        "wires": [_drawn_wire(circuit, wire) for wire in circuit.wires],
    }


def box(node: Node) -> Rectangle:
    """The border of a node."""
    width, height = (2 * RADIUS, 2 * RADIUS) if node.kind in GLYPHS else BOX
    return node.at[0] - width / 2, node.at[1] - height / 2, width, height


def strip(node: Node) -> Rectangle:
    """Where the values stand: at the foot of a box, beside a circle."""
    (x, y), (width, height) = node.at, STRIP
    if node.kind not in GLYPHS:
        inside = BOX[0] - 10.0
        return x - inside / 2, y + BOX[1] / 2 - height - 5.0, inside, height
    away = RADIUS + 5.0
    left, top = {
        "right": (x + away, y - height / 2),
        "left": (x - away - width, y - height / 2),
        "above": (x - width / 2, y - away - height),
        "below": (x - width / 2, y + away),
    }[node.strip]
    return left, top, width, height


def words(node: Node) -> Rectangle:
    """Where the symbol and the number of one unit stand beside a circle: over its strip, or under one that hangs."""
    left, top, width, height = strip(node)
    return left, top + height if node.strip == "below" else top - LINE, width, LINE


def _drawn_node(circuit: Circuit, node: Node) -> dict[str, object]:
    activation = activation_named(node.kind)
    return {
        "name": node.name,
        "kind": node.kind,
        "symbol": node.symbol,
        "label": node.label,
        "role": node.role,
        "box": box(node),
        "round": node.kind in GLYPHS,
        "glyph": GLYPHS.get(node.kind, ""),
        "strip": strip(node),
        "words": words(node) if node.kind in GLYPHS else None,
        "unit": node.kind in UNIT or (activation is not None and activation.shares),
        "f": "" if activation is None else written(activation),
        "rule": "" if activation is None else rule(activation),
        "rank": circuit.ranks[node.name],
        "takes": list(node.takes),
        "matrices": list(node.matrices),
        "bias": node.bias,
        "parameter": node.parameter,
        "size": node.size,
    }


def _drawn_wire(circuit: Circuit, wire: Wire) -> dict[str, object]:
    source, target = circuit.by_name[wire.source], circuit.by_name[wire.target]
    end = (target.at[0] + wire.enters[0], target.at[1] + wire.enters[1])
    points = [source.at, *wire.via, end]
    points[0], points[-1] = _cut(points[0], points[1], source, 0.0), _cut(end, points[-2], target, GAP)
    return {"source": wire.source, "target": wire.target, "points": points}


def _cut(inside: Point, towards: Point, node: Node, gap: float) -> Point:
    """Where the line from a point inside the node to the next bend leaves the node, and `gap` beyond."""
    left, top, width, height = box(node)
    (x, y), (to_x, to_y) = inside, towards
    if to_x > x:
        return left + width + gap, y
    if to_x < x:
        return left - gap, y
    return (x, top + height + gap) if to_y > y else (x, top - gap)
