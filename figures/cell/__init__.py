"""A cell as a drawn circuit: its evaluation, the drawing, the message and its words."""
