"""How commands are carried out: answering, searching, creating, changing. `assistant.execute` is the door."""
