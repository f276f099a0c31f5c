"""Stories of execution on the real calendar and a real SQLite file."""
