"""The page Unroll: one network on one short sequence, to be walked through step by step."""
