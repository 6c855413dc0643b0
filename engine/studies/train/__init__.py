"""The page Train: networks that race for one task."""
