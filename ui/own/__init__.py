"""What only Your network has: the files that a session holds, its pictures and its controls."""
