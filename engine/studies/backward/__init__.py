"""What the page on the backward pass shows: its record, its link, contributions, update, table, check and reach."""
