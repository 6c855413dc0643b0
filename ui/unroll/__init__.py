"""The page Unroll: its mount, its address, its controls, and the picture in the browser."""
