"""What the gradient lab shows, as messages, figures and words."""
