"""A cell as a drawn circuit: the graph and its evaluation, one layout per cell, the drawing, the message."""
