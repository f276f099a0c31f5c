"""Floor 0: the settings (typed, documented) and how they are read from `config.toml` and the environment."""
