"""Vanish & explode: its pictures, presets, ballot and the parts that open on demand."""
