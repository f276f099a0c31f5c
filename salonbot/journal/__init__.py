"""Floor 1: the journal, the only room with SQL. It is the truth; queues elsewhere are only wake-ups."""
