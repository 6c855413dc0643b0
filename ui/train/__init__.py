"""What only Train has: the race, its presets and its racers."""
