"""The page inside the cell: its controls, its address, its presets and its component in the browser."""
