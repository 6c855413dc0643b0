"""More than one layer: stacks, both directions, encoder and decoder, and many networks in one call."""
