"""The compiled peer: each cell in JAX, one `lax.scan` under `jit`, keeping every state, gate and gradient norm.

Reverse-mode differentiation shows only gradients of inputs. So a zero is added to every h_t and c_t; the gradient of
the zero is the total dL/dh_t or dL/dc_t. The inputs of all steps are taken in one product ahead of the scan.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

Leaves = dict[str, jax.Array]  # U, W, b, V, d and the GRU's recurrent_bias
Zeros = tuple[jax.Array, ...]  # one (T+1, B, H) for h, and one for c of an LSTM; row 0 is the start
Carry = tuple[jax.Array, ...]  # h, and c of an LSTM
Step = Callable[[Leaves, Carry, jax.Array, Carry], tuple[Carry, dict[str, jax.Array]]]


class ScannedRun(NamedTuple):
    """Everything one run kept."""

    loss: jax.Array
    states: Carry  # each (T, B, H), t = 1..T
    gates: dict[str, jax.Array]  # each (T, B, H)
    gradients: Leaves
    norms: Carry  # of dL/dh_t, and of dL/dc_t, (T+1, B)


def tanh_rnn(leaves: Leaves, carry: Carry, drive: jax.Array, zero: Carry) -> tuple[Carry, dict[str, jax.Array]]:
    state = jnp.tanh(drive + carry[0] @ leaves["W"].T)
    return (state + zero[0],), {"state": state}


def lstm(leaves: Leaves, carry: Carry, drive: jax.Array, zero: Carry) -> tuple[Carry, dict[str, jax.Array]]:
    a_i, a_f, a_g, a_o = jnp.split(drive + carry[0] @ leaves["W"].T, 4, axis=1)
    i, f, g, o = jax.nn.sigmoid(a_i), jax.nn.sigmoid(a_f), jnp.tanh(a_g), jax.nn.sigmoid(a_o)
    c = f * carry[1] + i * g + zero[1]
    return (o * jnp.tanh(c) + zero[0], c), {"input": i, "forget": f, "candidate": g, "output": o}


def gru(leaves: Leaves, carry: Carry, drive: jax.Array, zero: Carry) -> tuple[Carry, dict[str, jax.Array]]:
    h = carry[0]
    a_r, a_z, q = jnp.split(h @ leaves["W"].T, 3, axis=1)
    u_r, u_z, u = jnp.split(drive, 3, axis=1)
    r, z = jax.nn.sigmoid(a_r + u_r), jax.nn.sigmoid(a_z + u_z)
    n = jnp.tanh(u + r * (q + leaves["recurrent_bias"]))
    return (n + z * (h - n) + zero[0],), {"reset": r, "update": z, "candidate": n}


STEPS: dict[str, Step] = {"tanh": tanh_rnn, "lstm": lstm, "gru": gru}


def compiled(cell: str) -> Callable[[Leaves, Zeros, jax.Array, jax.Array], ScannedRun]:
    """The whole run as one function of leaves, zeros, x (T, B, D) and classes (B,); its first call compiles."""
    step = STEPS[cell]

    def loss(leaves: Leaves, zeros: Zeros, x: jax.Array, classes: jax.Array) -> tuple[jax.Array, Any]:
        drives = x @ leaves["U"].T + leaves["b"]

        def advance(carry: Carry, now: tuple[jax.Array, Carry]) -> tuple[Carry, Any]:
            after, gates = step(leaves, carry, *now)
            return after, (after, gates)

        last, kept = jax.lax.scan(advance, tuple(z[0] for z in zeros), (drives, tuple(z[1:] for z in zeros)))
        logits = jax.nn.log_softmax(last[0] @ leaves["V"].T + leaves["d"])
        return -jnp.take_along_axis(logits, classes[:, None], axis=1).sum(), kept

    def run(leaves: Leaves, zeros: Zeros, x: jax.Array, classes: jax.Array) -> ScannedRun:
        both = jax.value_and_grad(loss, argnums=(0, 1), has_aux=True)
        (value, (states, gates)), (gradients, carried) = both(leaves, zeros, x, classes)
        norms = tuple(jnp.linalg.norm(rows, axis=-1) for rows in carried)
        return ScannedRun(value, states, gates, gradients, norms)

    return jax.jit(run)
