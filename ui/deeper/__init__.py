"""What Vanish & explode shows on demand: remedies, how the steps multiply, theory."""
