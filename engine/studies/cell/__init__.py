"""Inside the cell: one cell on one sequence, its link, and what its gates do."""
