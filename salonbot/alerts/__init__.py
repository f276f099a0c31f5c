"""Floor 5, beside `web`, `whatsapp` and `events`: what the owner should know, told to a person, once and in time."""
