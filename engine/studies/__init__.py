"""What a page asks of the engine: a frozen record of everything that decides the answer, its link, and its run."""
