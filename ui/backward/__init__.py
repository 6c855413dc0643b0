"""The page on the backward pass: its link, controls, presets, kept runs and browser component."""
