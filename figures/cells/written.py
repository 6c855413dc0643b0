"""How an activation is written in an equation: a name, and what the name stands for where not everybody knows it."""

from __future__ import annotations

from engine.activations import Activation
from engine.more_activations import Clipped, activation_named

KNOWN = {"sigmoid": "σ", "tanh": "tanh", "relu": "ReLU", "identity": ""}
NAMES = {
    "hard_sigmoid": "hard σ",
    "hard_tanh": "hard tanh",
    "relu6": "ReLU6",
    "affine": "line",
    "leaky_relu": "leaky ReLU",
    "thresholded_relu": "thresholded ReLU",
    "elu": "ELU",
    "selu": "SELU",
    "softsign": "softsign",
    "softplus": "softplus",
    "scaled_tanh": "scaled tanh",
    "clipped": "clipped",
}
MINUS = "\N{MINUS SIGN}"


def written(activation: Activation) -> str:
    """Its name before a bracket, as "σ" or "hard σ"; "" of the identity."""
    if isinstance(activation, Clipped):
        return f"clipped {written(activation.inner) or 'line'}"
    return KNOWN.get(activation.name, NAMES.get(activation.name.partition("(")[0], activation.title))


def rule(activation: Activation) -> str:
    """What it makes of a sum a, as "min(max(0.2 a + 0.5, 0), 1)"; "" of those that everybody knows."""
    if activation.name in KNOWN:
        return ""
    if isinstance(activation, Clipped):
        inner, limit = written(activation.inner), _digits(activation.limit)
        inside = f"min(max(a, {MINUS}{limit}), {limit})"
        more = rule(activation.inner)
        return f"{inner}({inside})" + (f", {inner}(a) = {more}" if more else "") if inner else inside
    kind, _, inside = activation.name.partition("(")
    numbers = [float(number) for number in inside.removesuffix(")").split(", ") if number]
    one, two = (*map(_digits, numbers), "", "")[:2]
    line = f"{one} a + {two}".replace(f"+ {MINUS}", f"{MINUS} ")
    return {
        "hard_sigmoid": f"min(max({line}, 0), 1)",
        "hard_tanh": f"min(max(a, {MINUS}1), 1)",
        "relu6": "min(max(a, 0), 6)",
        "affine": line,
        "leaky_relu": f"a, or {one} a where a ≤ 0",
        "thresholded_relu": f"a, or 0 where a ≤ {one}",
        "elu": f"a, or {one} (exp(a) {MINUS} 1) where a ≤ 0",
        "selu": f"1.0507 a, or 1.7581 (exp(a) {MINUS} 1) where a ≤ 0",
        "softsign": "a / (1 + |a|)",
        "softplus": "log(1 + exp(a))",
        "scaled_tanh": f"{one} tanh({two} a)",
    }[kind]


def rules(*activations: Activation) -> list[list[str]]:
    """(name, rule) of each that is not known to everybody, once."""
    found = {written(one): rule(one) for one in activations if rule(one)}
    return [list(pair) for pair in found.items()]


def of_name(name: str) -> Activation:
    """The activation that a look names."""
    found = activation_named(name)
    assert found is not None, name
    return found


def _digits(number: float) -> str:
    return f"{number:.5g}".replace("-", MINUS)
