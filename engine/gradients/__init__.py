"""Back through time: the sweep, what it collects, each step's own part, truncation and clipping."""
