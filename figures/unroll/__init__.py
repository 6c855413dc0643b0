"""What the page Unroll shows: the walk as a message, its equations as data, its counts and words."""
