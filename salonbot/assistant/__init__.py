"""Floor 3: `understand`, `execute`, `compose`, and the brains that do the first and the last."""
