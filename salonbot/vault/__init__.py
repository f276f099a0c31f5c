"""What leaves the state folder and comes back: backups, and what is held about one customer. Blocking throughout: its
callers are commands, each a process of its own beside the daemon's."""
