"""Floor 3, the offline brain: reading, memory, understanding, composing."""
