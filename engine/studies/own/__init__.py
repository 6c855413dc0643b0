"""The page Your network: a network out of a visitor's file, on a visitor's sequences."""
