"""The messages of the page Backward: the flow and its contributions, the update, the table, the check, the reach."""
