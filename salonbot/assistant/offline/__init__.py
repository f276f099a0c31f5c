"""The offline brain: reads and writes Russian and English without a network or a model."""
