"""What only the page Lectures has: the scene's own record, what is told beside its picture, the handout."""
