"""What is told beside a scene's picture: its question, its answer, and its numbers as the engine has them."""
