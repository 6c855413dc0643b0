"""The cliff: the error surface of one unit, descent on it, the unit's resting places, and the latch."""
