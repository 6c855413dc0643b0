"""How networks learn: a training is a record, its run a history that grows, any moment of which is computed again."""
