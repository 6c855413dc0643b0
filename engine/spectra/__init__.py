"""Jacobians of a step, their products over many steps, singular values, Lyapunov exponents, and theory beside them."""
