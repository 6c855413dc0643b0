"""The page Your network: what is sent to its pictures, in words and numbers."""
