"""Pictures of engine records: pure functions from records to plotly figures or to a component's message."""
