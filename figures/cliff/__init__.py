"""What The cliff shows: the message of the surface and both descents."""
