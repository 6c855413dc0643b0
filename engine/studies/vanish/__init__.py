"""How far back does the error reach? One experiment, at every scale, under every seed."""
