"""What the pages show, as plotly figures for a notebook; `figures` exports them all. One file per question."""
