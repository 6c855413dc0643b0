"""What Train shows: the race as pieces of a history that grows, and any of its moments."""
