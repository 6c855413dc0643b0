"""The gradient lab of Vanish & explode: its controls, link, presets, kept runs and component."""
