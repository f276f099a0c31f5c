"""Floor 4: the life of a turn: gathered, worked on one at a time per chat, answered, and the answer delivered."""
