"""The cliff on a page: its link, its presets, and the component that draws it."""
