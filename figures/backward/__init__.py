"""The messages of the page on the backward pass: contributions and update, the itemised table, the check, the reach."""
